// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/trace_tree.h"
#include "base/packed_numbers.h"
#include "base/rank_bits.h"
#include "layout/draw_list.h"
#include "layout/lane_index.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// A cell of minimap().
struct MinimapCell {
  StringId service;
  uint32_t count = 0;
  bool error = false;
};

// The time-ordered flame graph: spans are placed in preorder, each in the first lane below its parent's in
// which nothing placed before ends after it starts, so that a subtree stays together and spans of a lane
// never overlap. All lanes together carry one level-of-detail index, so that a frame costs O(pixels · log n)
// a lane, whatever the number of spans and lanes. Built once a trace, O(n log n), about 6 bytes a span; then
// immutable.
class FlameLayout {
 public:
  explicit FlameLayout(const analysis::TraceTree& tree);  // must outlive it

  uint32_t laneCount() const { return static_cast<uint32_t>(m_laneBegin.size() - 1); }
  uint32_t laneOf(analysis::NodeIndex node) const { return m_laneOf[node.value]; }

  // Rectangles of lanes [firstLane, firstLane + laneCount): one a span where spans are at least a pixel wide,
  // one folded rectangle a pixel run where they are not, with the count and the longest span. Of a lane, the
  // narrow ones come last, so that a wide neighbour never covers them. Every span in the range is counted
  // exactly once; where many crowd a column, those within a quarter of a pixel of its border may be counted
  // with the neighbour.
  DrawList draw(const TimeScale& scale, uint32_t firstLane, uint32_t laneCount) const;

  // The span at a time in a lane; with `slackNs` also the nearest that begins or ends that near.
  std::optional<analysis::NodeIndex> hit(uint32_t lane, int64_t ns, int64_t slackNs = 0) const;

  // Previous and next span on the lane of `node`.
  std::optional<analysis::NodeIndex> previousInLane(analysis::NodeIndex node) const;
  std::optional<analysis::NodeIndex> nextInLane(analysis::NodeIndex node) const;

 private:
  class LanePainter;
  friend std::vector<MinimapCell> minimap(const FlameLayout&, const analysis::TraceTree&, TimeRange, uint32_t,
                                          uint32_t);

  DrawList drawColumns(const TimeScale& scale, uint32_t lane) const;  // of folded rectangles, one a column

  uint32_t positionOf(analysis::NodeIndex node) const;

  const analysis::TraceTree& m_tree;
  PackedIndexes m_laneOf;     // by node
  PackedIndexes m_laneBegin;  // by lane, and the end: where it begins in what follows
  LaneIndex m_index;          // of the nodes lane by lane, by start
  RankBits m_errors;          // by position there
};

// The picture of the whole trace in `rows` × `columns` cells (row by row), for the minimap: lanes squeezed
// into rows, of each cell the service of the span that covers most of it. Cells that nothing covers have
// count 0. O(pixels · log n): of more than kMinimapLanes lanes only so many are looked at, evenly spread.
inline constexpr uint32_t kMinimapLanes = 512;
std::vector<MinimapCell> minimap(const FlameLayout& layout, const analysis::TraceTree& tree, TimeRange bounds,
                                 uint32_t rows, uint32_t columns);

// The whole trace: from the earliest start to the latest end, at least one nanosecond. A missing start (0)
// counts only when all are missing, as in store::TraceSummary.
TimeRange traceRange(const analysis::TraceTree& tree);

}  // namespace waybill::layout
