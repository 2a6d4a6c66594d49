// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/network_edge.h"

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/saturating.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr int kSharePercent = 10;
constexpr int64_t kSmallestNs = 5'000'000;
constexpr int64_t kTimesUsual = 3;

// The other end of each node's edge, for nodes that have one.
std::vector<uint32_t> otherEnds(const TraceFacts& facts) {
  std::vector<uint32_t> out(facts.tree.size(), TraceTree::kNone);
  facts.path.segments.forEach([&](const PathSegment& segment) {
    if (segment.kind == SegmentKind::Edge && segment.other) out[segment.node.value] = segment.other->value;
  });
  return out;
}

struct LossyCalls {
  Candidate candidate;
  OperationGroup calls;
  int64_t serverNs = 0;
  const Baseline* usual = nullptr;
  bool unusual = false;
};

bool isTooMuch(int64_t lostNs, int64_t rootNs, const Baseline* usual) {
  if (lostNs < kSmallestNs || !atLeastShare(lostNs, rootNs, kSharePercent)) return false;
  return usual == nullptr || lostNs / kTimesUsual >= usual->medianNs;
}

// The calls of a group that lose time between the two sides, and how much of it the request waited for.
LossyCalls lossyCalls(const TraceFacts& facts, const OperationGroup& group,
                      const std::vector<uint32_t>& otherEnd) {
  LossyCalls out;
  for (const NodeIndex client : group.nodes) {
    const NodeIndex server(otherEnd[client.value]);
    const Baseline* usual = facts.usualBetween(client, server, Measure::Edge);
    const int64_t serverNs = facts.tree.durationNs(server);
    const int64_t lostNs = facts.tree.durationNs(client) - serverNs;
    if (!isTooMuch(lostNs, facts.rootDurationNs(), usual)) continue;
    if (usual == nullptr && facts.seenBetween(client, server, Measure::Edge, lostNs)) continue;
    out.calls.ns += std::min(lostNs, facts.path.selfNs[client.value]);
    out.calls.nodes.push_back(client);
    out.candidate.rewrite.setOwn(client, usual == nullptr ? 0 : std::max<int64_t>(0, usual->medianNs));
    out.serverNs = saturatingSum(out.serverNs, serverNs);
    out.usual = usual;
    out.unusual = out.unusual || usual == nullptr || usual->isOutlier(lostNs);
  }
  if (!out.unusual) out.candidate.severity = Severity::Medium;
  out.candidate.evidence = out.calls.nodes;
  out.candidate.limitNs = out.calls.ns;
  out.candidate.longestFirst = true;
  out.candidate.savingIsUpperBound = out.usual == nullptr;
  return out;
}

void describe(const TraceFacts& facts, const LossyCalls& lossy, NodeIndex server, Finding& finding) {
  const TraceTree& tree = facts.tree;
  const NodeIndex client = finding.evidence.front();
  const std::string callee = printable(tree.serviceName(server), 60);
  finding.peerService = finding.service;
  finding.service = std::string(tree.serviceName(server));
  finding.operation = std::string(tree.name(server));
  finding.sentence = printable(tree.serviceName(client), 60) + " → " + callee + " lost " +
                     durationText(lossy.calls.ns) + " between the two services" +
                     inCalls(lossy.calls.nodes.size()) + " (network, TLS, proxy or accept queue); " + callee +
                     " itself needed " + durationText(lossy.serverNs) +
                     (lossy.usual == nullptr ? "." : "; between these two it is " + usualText(*lossy.usual) + ".");
  finding.advice =
      "Neither side's code accounts for this time. Look at what lies between them: connections opened anew "
      "for each "
      "call, name lookup, TLS, proxies and sidecars, a full accept queue or too few workers on the receiving "
      "side, "
      "distance, packet loss.";
}

}  // namespace

void detectNetworkEdge(const TraceFacts& facts, std::vector<Finding>& out) {
  const std::vector<uint32_t> otherEnd = otherEnds(facts);
  for (const OperationGroup& group : groupPath(facts.tree, facts.path, SegmentKind::Edge)) {
    LossyCalls lossy = lossyCalls(facts, group, otherEnd);
    auto finding = weigh(facts, std::move(lossy.candidate));
    if (!finding) continue;
    describe(facts, lossy, NodeIndex(otherEnd[finding->evidence.front().value]), *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
