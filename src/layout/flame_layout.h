// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/trace_tree.h"
#include "layout/draw_list.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// The time-ordered flame graph: each span lies below its parent in the first lane that is free for all of its
// duration, so that spans of a lane never overlap. Every lane carries a level-of-detail index, so that a frame
// costs O(pixels · log n) a lane, whatever the number of spans. Built once a trace, O(n log n); then immutable.
class FlameLayout {
 public:
  explicit FlameLayout(const analysis::TraceTree& tree);  // must outlive it

  uint32_t laneCount() const;
  uint32_t laneOf(analysis::NodeIndex node) const;

  // Rectangles of lanes [firstLane, firstLane + laneCount): one a span where spans are at least a pixel wide, one
  // folded rectangle a pixel run where they are not, with the count and the longest span.
  DrawList draw(const TimeScale& scale, uint32_t firstLane, uint32_t laneCount) const;

  // The span at a time in a lane; with `slackNs` also one that begins or ends that near.
  std::optional<analysis::NodeIndex> hit(uint32_t lane, int64_t ns, int64_t slackNs = 0) const;

  // Previous and next span on the lane of `node`.
  std::optional<analysis::NodeIndex> previousInLane(analysis::NodeIndex node) const;
  std::optional<analysis::NodeIndex> nextInLane(analysis::NodeIndex node) const;

 private:
  struct Lane {
    std::vector<uint32_t> nodes;                     // by start
    std::vector<std::vector<uint32_t>> longest;      // level k: of each 2^(k·kFanOutBits) nodes, the longest
    std::vector<std::vector<uint8_t>> anyError;      // level k: whether one of them is an error
  };
  const analysis::TraceTree& m_tree;
  std::vector<Lane> m_lanes;
  std::vector<uint32_t> m_laneOf;  // by node
};

// The picture of the whole trace in `rows` × `columns` cells, for the minimap: lanes squeezed into rows, of each
// cell the service that covers most of it. Cells that nothing covers have count 0. O(pixels · log n).
struct MinimapCell {
  StringId service;
  uint32_t count = 0;
  bool error = false;
};
std::vector<MinimapCell> minimap(const FlameLayout& layout, const analysis::TraceTree& tree, TimeRange bounds,
                                 uint32_t rows, uint32_t columns);

// The whole trace: from the earliest start to the latest end, at least one nanosecond.
TimeRange traceRange(const analysis::TraceTree& tree);

}  // namespace waybill::layout
