// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/call_edges.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

namespace waybill::analysis {

bool isLargeEdge(int64_t onPathNs, int64_t rootDurationNs) {
  constexpr int kSharePercent = 10;
  return onPathNs >= kSmallestEdgeNs && atLeastShare(onPathNs, rootDurationNs, kSharePercent);
}

std::vector<Edge> edgesOnPath(const TraceFacts& facts) {
  std::vector<Edge> out;
  absl::flat_hash_map<uint32_t, size_t> known;  // by call: its edge may lie before and behind the server
  facts.path.segments.forEach([&](const PathSegment& segment) {
    if (segment.kind != SegmentKind::Edge || !segment.other) return;
    const auto [entry, isNew] = known.try_emplace(segment.node.value, out.size());
    if (isNew) out.push_back({segment.node, *segment.other});
    out[entry->second].onPathNs += segment.durationNs();
  });
  std::erase_if(out, [&](Edge& edge) {
    edge.lostNs = edgeNs(facts.tree, edge.call, edge.server);
    edge.onPathNs = std::min(edge.onPathNs, edge.lostNs);
    if (!facts.normalIsKnown() && edge.lostNs < kSmallestEdgeNs) return true;
    edge.usual = facts.usualBetween(edge.call, edge.server, Measure::Edge);
    if (edge.lostNs >= kSmallestEdgeNs) return false;
    return facts.standing(edge.usual, edge.lostNs) != Standing::Above;
  });
  return out;
}

}  // namespace waybill::analysis
