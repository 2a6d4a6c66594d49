// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/network_edge.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <tuple>

#include "analysis/candidate.h"
#include "analysis/detectors/call_edges.h"
#include "analysis/detectors/starved_caller.h"
#include "analysis/saturating.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

struct LossyCalls {
  std::vector<Edge> calls;
  int64_t onPathNs = 0, serverNs = 0;
};

// By caller, called operation as the caller names it, and callee.
std::vector<LossyCalls> lossyCalls(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  const std::vector<StarvedCaller> starved = starvedCallers(facts);
  std::vector<LossyCalls> out;
  absl::flat_hash_map<std::tuple<StringId, StringId, StringId>, size_t> known;
  for (const Edge& edge : edgesOnPath(facts)) {
    const StringId caller = tree.service[edge.call.value];
    if (isStarved(starved, caller)) continue;
    const StringId name = tree.snapshot->spans().name(tree.row[edge.call.value]);
    const auto [entry, isNew] = known.try_emplace(std::tuple(caller, name, tree.service[edge.server.value]), out.size());
    if (isNew) out.emplace_back();
    LossyCalls& lossy = out[entry->second];
    lossy.calls.push_back(edge);
    lossy.onPathNs = saturatingSum(lossy.onPathNs, edge.onPathNs);
    lossy.serverNs = saturatingSum(lossy.serverNs, tree.durationNs(edge.server));
  }
  std::erase_if(out, [&](const LossyCalls& lossy) { return !isLargeEdge(lossy.onPathNs, facts.rootDurationNs()); });
  return out;
}

void describe(const TraceFacts& facts, const LossyCalls& lossy, const AgainstUsual& compared, Finding& finding) {
  const TraceTree& tree = facts.tree;
  const NodeIndex client = finding.evidence.front();
  const auto found = std::find_if(lossy.calls.begin(), lossy.calls.end(), [&](const Edge& e) { return e.call == client; });
  const NodeIndex server = found->server;
  const std::string callee = printable(tree.serviceName(server), 60);
  finding.peerService = finding.service;
  finding.service = std::string(tree.serviceName(server));
  finding.operation = std::string(tree.name(server));
  finding.sentence = printable(tree.serviceName(client), 60) + " → " + callee + " lost " + durationText(lossy.onPathNs) +
                     " between the two services" + inCalls(lossy.calls.size()) +
                     " (network, TLS, proxy or accept queue); " + callee + " itself needed " +
                     durationText(lossy.serverNs) + compared.text() + ".";
  finding.advice =
      "Neither side's code accounts for this time. Look at what lies between them: connections opened anew for each "
      "call, name lookup, TLS, proxies and sidecars, a full accept queue or too few workers on the receiving side, "
      "distance, packet loss.";
}

}  // namespace

void detectNetworkEdge(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const LossyCalls& lossy : lossyCalls(facts)) {
    AgainstUsual compared(facts);
    for (const Edge& edge : lossy.calls) {
      compared.add(edge.call, edge.usual, edge.lostNs, edge.onPathNs, edge.isSeenBefore);
    }
    auto finding = weigh(facts, compared.candidate());
    if (!finding) continue;
    describe(facts, lossy, compared, *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
