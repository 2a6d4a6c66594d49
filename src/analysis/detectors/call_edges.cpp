// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/call_edges.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>

namespace waybill::analysis {

bool isLargeEdge(int64_t onPathNs, int64_t rootDurationNs) {
  constexpr int kSharePercent = 10;
  return onPathNs >= kSmallestEdgeNs && atLeastShare(onPathNs, rootDurationNs, kSharePercent);
}

std::optional<Edge> edgeOf(const TraceFacts& facts, NodeIndex call) {
  const auto server = answeringServer(facts.tree, call);
  if (!server) return std::nullopt;
  Edge edge{call, *server};
  edge.lostNs = edgeNs(facts.tree, call, *server);
  edge.onPathNs = std::min(facts.path.selfNs[call.value], edge.lostNs);
  edge.usual = facts.usualBetween(call, *server, Measure::Edge);
  edge.isSeenBefore = edge.usual == nullptr && facts.seenBetween(call, *server, Measure::Edge, edge.lostNs);
  return edge;
}

std::vector<Edge> edgesOnPath(const TraceFacts& facts) {
  std::vector<Edge> out;
  absl::flat_hash_set<uint32_t> known;  // calls: an edge may lie before and behind the server
  facts.path.segments.forEach([&](const PathSegment& segment) {
    if (segment.kind != SegmentKind::Edge || !known.insert(segment.node.value).second) return;
    if (!facts.normalIsKnown() && facts.tree.durationNs(segment.node) < kSmallestEdgeNs) return;
    const auto edge = edgeOf(facts, segment.node);
    if (!edge) return;
    const bool isWorthALook =
        edge->lostNs >= kSmallestEdgeNs ||
        (facts.normalIsKnown() && facts.standing(edge->usual, edge->lostNs) == Standing::Above);
    if (isWorthALook) out.push_back(*edge);
  });
  return out;
}

}  // namespace waybill::analysis
