// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/path_gaps.h"

#include <algorithm>
#include <limits>

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::PathSegment;
using analysis::SegmentKind;
using analysis::TraceTree;

std::optional<GapKind> kindOf(const TraceTree& tree, const PathSegment& segment) {
  switch (segment.kind) {
    case SegmentKind::Edge:
      return tree.kind(segment.node) == otlp::SpanKind::Producer ? GapKind::Queue : GapKind::Network;
    case SegmentKind::External:
      return GapKind::Waiting;
    case SegmentKind::Self:
      if (tree.isLeaf(segment.node)) return std::nullopt;
      return GapKind::NothingRecorded;
    case SegmentKind::SelfConcurrent:
      break;
  }
  return std::nullopt;
}

int64_t later(int64_t ns, int64_t byNs) {
  return ns > std::numeric_limits<int64_t>::max() - byNs ? std::numeric_limits<int64_t>::max() : ns + byNs;
}

}  // namespace

std::vector<PathGap> gapsOnPath(const TraceTree& tree, const SegmentOrder& segments, NodeIndex node, TimeRange range,
                                int64_t leastNs) {
  std::vector<PathGap> out;
  const analysis::PathSegments& path = segments.segments();
  uint32_t i = segments.firstEndingAfter(node.value, range.startNs);
  while (i < segments.end() && path.startNs(i) < range.endNs) {
    // They never overlap: of all that start within `leastNs` of this one only the last can be long enough.
    const size_t beyond = path.firstFrom(later(path.startNs(i), leastNs), i);
    const PathSegment segment = path[segments.last(node.value, i, static_cast<uint32_t>(beyond))];
    i = segments.next(node.value, static_cast<uint32_t>(path.firstFrom(segment.endNs, i)));
    if (segment.startNs >= range.endNs || segment.durationNs() < leastNs) continue;
    if (const auto kind = kindOf(tree, segment)) out.push_back({segment.startNs, segment.endNs, *kind});
  }
  return out;
}

std::optional<PathGap> queueBefore(const TraceTree& tree, NodeIndex node) {
  const uint32_t parent = tree.parent[node.value];
  if (parent == TraceTree::kNone || tree.kind(node) != otlp::SpanKind::Consumer) return std::nullopt;
  if (tree.kind(NodeIndex(parent)) != otlp::SpanKind::Producer) return std::nullopt;
  const int64_t sentNs = tree.endNs[parent], takenNs = tree.startNs[node.value];
  if (takenNs <= sentNs) return std::nullopt;
  return PathGap{sentNs, takenNs, GapKind::Queue};
}

}  // namespace waybill::layout
