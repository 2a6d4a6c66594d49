// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/slow_dependency.h"

#include <absl/container/flat_hash_map.h>

#include "analysis/candidate.h"
#include "analysis/error_text.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr int kSharePercent = 15;
// Peers are read from the spans' bytes; beyond so many calls of one operation the first speaks for all.
constexpr size_t kMostCallsRead = 20'000;

struct PeerCalls {
  std::string peer;
  OperationGroup calls;
};

// Calls of one operation may go to several peers ("GET").
std::vector<PeerCalls> byPeer(const TraceFacts& facts, const OperationGroup& group) {
  if (group.nodes.size() > kMostCallsRead) return {{peerName(facts.tree, group.nodes.front()), group}};
  std::vector<PeerCalls> out;
  absl::flat_hash_map<std::string, size_t> known;
  for (const NodeIndex node : group.nodes) {
    std::string peer = peerName(facts.tree, node);
    const auto [entry, isNew] = known.try_emplace(peer, out.size());
    if (isNew) out.push_back({std::move(peer), {}});
    OperationGroup& calls = out[entry->second].calls;
    calls.ns += facts.path.selfNs[node.value];
    calls.nodes.push_back(node);
  }
  return out;
}

std::string_view adviceFor(const TraceFacts& facts, NodeIndex node) {
  if (facts.semantics.of(node).isDatabase()) {
    return "Look at the query's plan and indexes, ask for less, or keep the answer in a cache.";
  }
  if (facts.tree.kind(node) == otlp::SpanKind::Producer) {
    return "The broker takes long to accept the message: look at its acknowledgement setting and its load, "
           "or send "
           "without waiting for it.";
  }
  return "The other side records no spans, so this is as deep as the trace shows. Ask its owner or "
         "instrument it; "
         "on this side a cache, a shorter timeout, or making the call beside other work helps.";
}

// Calls that never came as far as the callee: it is not to blame, the way there is.
bool neverReached(const TraceFacts& facts, NodeIndex call) {
  return facts.tree.has(call, NodeBits::kError) && errorOf(facts.tree, call, facts.semantics).neverReached();
}

void describeTheWay(const TraceFacts& facts, const PeerCalls& of, Finding& finding) {
  const NodeIndex longest = finding.evidence.front();
  const std::string error = errorText(errorOf(facts.tree, longest, facts.semantics));
  finding.peerService = of.peer;
  finding.sentence = serviceText(facts.tree, longest) + " could not reach " +
                     (of.peer.empty() ? "the other side of " + nameText(facts.tree, longest) : of.peer) + " (" + error +
                     "): " + durationText(of.calls.ns) + " of " + wholeText(facts) + " went by on the way there" +
                     inCalls(of.calls.nodes.size()) + ".";
  finding.advice =
      "The call never came as far as the other side, so its code is not to blame. Look at the name and the port it is "
      "called by, name resolution, firewalls and network policies, and whether anything listens there.";
}

void describe(const TraceFacts& facts, const PeerCalls& of, const AgainstUsual& compared, Finding& finding) {
  const NodeIndex longest = finding.evidence.front();
  if (neverReached(facts, longest)) return describeTheWay(facts, of, finding);
  const std::string caller = printable(facts.tree.serviceName(longest), 60);
  const std::string name = printable(facts.tree.name(longest), 100);
  const std::string what = name.empty() ? "a call without a name" : name;
  finding.sentence =
      caller + " waits " + durationText(of.calls.ns) + " of " + wholeText(facts) + " for " +
      (of.peer.empty() ? what + ", whose other side is not recorded" : of.peer + " (" + what + ")") +
      inCalls(of.calls.nodes.size());
  finding.sentence += compared.text() + ".";
  finding.advice = adviceFor(facts, longest);
  if (of.peer.empty()) return;
  finding.peerService = finding.service;
  finding.service = of.peer;
}

}  // namespace

void detectSlowDependency(const TraceFacts& facts, std::vector<Finding>& out) {
  const auto isLarge = [&](const OperationGroup& g) {
    return atLeastShare(g.ns, facts.rootDurationNs(), kSharePercent);
  };
  for (const OperationGroup& group : groupPath(facts.tree, facts.path, SegmentKind::External)) {
    if (!isLarge(group)) continue;
    for (const PeerCalls& of : byPeer(facts, group)) {
      if (!isLarge(of.calls)) continue;
      const AgainstUsual compared = ownTimeAgainstUsual(facts, of.calls);
      auto finding = weigh(facts, compared.candidate());
      if (!finding) continue;
      describe(facts, of, compared, *finding);
      out.push_back(std::move(*finding));
    }
  }
}

}  // namespace waybill::analysis
