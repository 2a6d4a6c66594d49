// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/critical_path.h"
#include "layout/draw_list.h"
#include "layout/rank_bits.h"
#include "layout/self_stretches.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// Which spans have a row in the timeline: preorder of the tree, less what is folded under collapsed spans.
class GanttRows {
 public:
  explicit GanttRows(const analysis::TraceTree& tree);  // the tree must outlive it; everything expanded

  uint32_t rowCount() const;
  analysis::NodeIndex nodeAt(uint32_t row) const;                       // row < rowCount()
  std::optional<uint32_t> rowOf(analysis::NodeIndex node) const;        // none while folded away
  analysis::NodeIndex visibleAncestor(analysis::NodeIndex node) const;  // itself when it has a row

  bool isCollapsed(analysis::NodeIndex node) const;
  void setCollapsed(analysis::NodeIndex node, bool collapsed);  // a span without children stays as it is
  void collapseBelow(uint32_t depth);  // collapses every span at that depth, expands those above
  void expandAll();
  void reveal(analysis::NodeIndex node);  // expands its ancestors

 private:
  void rebuild();
  void appendVisible(uint32_t begin, uint32_t end, std::vector<uint32_t>& out) const;
  uint32_t firstRowFrom(uint32_t node) const;  // of the first visible node at or after it in preorder
  const analysis::TraceTree& m_tree;
  std::vector<bool> m_collapsed;    // by node
  std::vector<uint32_t> m_visible;  // node by row: ascending, as rows are in preorder
};

// Bars of rows [firstRow, firstRow + rowCount), with self time and the critical path over them. A collapsed
// row carries the count of its subtree, whether an error is in it, and the critical path through all of it.
// Work depends on the rows asked for and on pixels, not on the trace.
class GanttLayout {
 public:
  GanttLayout(const analysis::TraceTree& tree, const analysis::CriticalPath& path);  // both must outlive it
  DrawList draw(const GanttRows& rows, const TimeScale& scale, uint32_t firstRow, uint32_t rowCount) const;

 private:
  struct RowPainter;
  struct SegmentRun {  // segments [first, last]; none when first > last
    uint32_t first = UINT32_MAX, last = 0;
  };

  const analysis::TraceTree& m_tree;
  const analysis::CriticalPath& m_path;
  SelfStretches m_selfStretches;
  RankBits m_errors;                      // by node
  std::vector<uint32_t> m_segmentsBegin;  // by node: its segments in m_segmentOrder
  std::vector<uint32_t> m_segmentOrder;   // segment indexes grouped by node, in time order
  std::vector<SegmentRun> m_subtreePath;  // by node: from the first to the last segment in its subtree
};

}  // namespace waybill::layout
