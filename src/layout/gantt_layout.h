// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/critical_path.h"
#include "base/rank_bits.h"
#include "layout/draw_list.h"
#include "layout/gantt_rows.h"
#include "layout/segment_order.h"
#include "layout/self_stretches.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// Bars of rows [firstRow, firstRow + rowCount), with self time and the critical path over them. A collapsed
// row carries the count of its subtree, whether an error is in it, and the critical path through all of it. A
// group's header row shows its members (group_bar.h), folded or not; the path through them is not drawn there.
// Work depends on the rows asked for and on pixels, not on the trace. About a byte a span, and two a span on the
// path; immutable.
class GanttLayout {
 public:
  GanttLayout(const analysis::TraceTree& tree, const analysis::CriticalPath& path);  // both must outlive it
  DrawList draw(const GanttRows& rows, const TimeScale& scale, uint32_t firstRow, uint32_t rowCount) const;
  const SegmentOrder& segments() const { return m_segments; }

  // Spans with an error among nodes [begin, end). O(1).
  uint32_t errorsIn(uint32_t begin, uint32_t end) const { return m_errors.rank(end) - m_errors.rank(begin); }

 private:
  struct RowPainter;

  const analysis::TraceTree& m_tree;
  const analysis::CriticalPath& m_path;
  SelfStretches m_selfStretches;
  RankBits m_errors;  // by node
  SegmentOrder m_segments;
};

}  // namespace waybill::layout
