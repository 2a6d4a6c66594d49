// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/slack.h"

#include <algorithm>

namespace waybill::layout {

using analysis::CriticalPath;
using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::PathSegment;
using analysis::TraceTree;

std::optional<int64_t> slackEndNs(const TraceTree& tree, const CriticalPath& path, const SegmentOrder& segments,
                                  NodeIndex node) {
  const uint32_t parent = tree.parent[node.value];
  if (parent == TraceTree::kNone || path.totalNs[node.value] > 0 || path.totalNs[parent] <= 0) return std::nullopt;
  if (tree.has(node, NodeBits::kNotJoined)) return std::nullopt;
  const int64_t endNs = tree.endNs[node.value];
  // What the request waited for just then.
  const auto after = std::upper_bound(path.segments.begin(), path.segments.end(), endNs,
                                      [](int64_t ns, const PathSegment& segment) { return ns < segment.startNs; });
  if (after == path.segments.begin() || std::prev(after)->endNs <= endNs) return std::nullopt;
  uint32_t child = std::prev(after)->node.value;
  if (child <= parent || child >= tree.subtreeEnd[parent]) return std::nullopt;
  for (uint32_t level = 0; tree.parent[child] != parent; ++level) {
    if (level == kMostLevels) return std::nullopt;
    child = tree.parent[child];
  }
  const auto run = segments.runOfSubtree(child);
  if (!run) return std::nullopt;
  const int64_t untilNs = path.segments[run->second].endNs;
  return untilNs > endNs ? std::optional(untilNs) : std::nullopt;
}

}  // namespace waybill::layout
