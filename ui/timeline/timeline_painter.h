// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegion>
#include <optional>
#include <span>
#include <vector>

#include "session/session.h"
#include "layout/path_gaps.h"
#include "ui/timeline/annotations.h"
#include "ui/timeline/event_times.h"
#include "ui/timeline/evidence_rows.h"
#include "ui/timeline/member_strip.h"
#include "ui/timeline/tree_column.h"
#include "ui/widgets/badge_spots.h"
#include "ui/widgets/bar_room.h"
#include "ui/widgets/lane_geometry.h"
#include "ui/widgets/path_line.h"
#include "ui/widgets/text_cache.h"

class QPainter;

namespace waybill::ui {

class SpanSearch;

// All that one frame of the timeline shows. References live as long as the frame.
struct TimelineFrame {
  const session::OpenTrace& trace;
  const layout::GanttRows& rows;
  const LaneGeometry& lanes;
  const layout::TimeScale& scale;
  const QRegion& exposed;  // what is to be painted, in the widget
  const Annotations& annotations;
  const EvidenceRows& evidence;
  const PathLine& path;
  const SpanSearch& search;
  EventTimes& events;
  BadgeSpots& badges;  // gets where they were painted
  std::optional<analysis::NodeIndex> selected;
  std::optional<uint32_t> selectedRow;  // that shows it, or the header that the row cursor is on
  std::optional<uint32_t> hoveredRow;
  std::optional<size_t> selectedFinding;
  bool pathShown = true;
  bool focused = false;

  const analysis::TraceTree& tree() const { return trace.tree(); }
  const Annotation* annotationOf(uint32_t row, analysis::NodeIndex node) const {
    const Annotation* hidden = evidence.of(row);
    return hidden ? hidden : annotations.of(node);
  }
};

// Paints the rows in sight, as far as they are exposed: the tree column to the left, bars with what belongs to
// them in the plot. Keeps nothing but shaped texts, so that any trace can be painted with it, on any device.
class TimelinePainter {
 public:
  void setFont(const QFont& font);
  int laneHeight() const;  // that the font needs

  void paint(QPainter& painter, const TimelineFrame& frame);

  // The tree column of a frame.
  static TreeColumn treeColumn(const layout::GanttRows& rows, const LaneGeometry& lanes);

 private:
  // The bar of a row and the stretches of self time in it.
  struct RowBars {
    std::optional<layout::GroupIndex> group;  // of a header row
    std::optional<layout::DrawRect> bar;      // of a group: from its first start to its last end
    std::vector<layout::DrawRect> self;
    std::span<const layout::DrawRect> members;  // of the list they were drawn as
    std::vector<layout::PathGap> gaps;       // those with a name that are wide enough for it
    std::optional<layout::PathGap> queue;    // before the bar
    std::optional<int64_t> slackEndNs;
  };

  void paintRowBackgrounds(QPainter& painter, const TimelineFrame& frame) const;
  void paintGuides(QPainter& painter, const TimelineFrame& frame, const TreeColumn& column) const;
  void paintTreeRow(QPainter& painter, const TimelineFrame& frame, const TreeColumn& column, uint32_t row);

  // Of rows [first, first + count); `list` is what they are made of and must outlive them.
  std::vector<RowBars> barsOf(const TimelineFrame& frame, const layout::DrawList& list, uint32_t first,
                              uint32_t count) const;
  void paintPlot(QPainter& painter, const TimelineFrame& frame, uint32_t first, uint32_t count);
  void paintBar(QPainter& painter, const TimelineFrame& frame, const RowBars& bars);
  void paintEvents(QPainter& painter, const TimelineFrame& frame, const layout::DrawRect& bar) const;
  void paintPath(QPainter& painter, const TimelineFrame& frame) const;
  void paintBarTexts(QPainter& painter, const TimelineFrame& frame, const RowBars& bars);
  void paintMarks(QPainter& painter, const TimelineFrame& frame, const layout::DrawRect& bar,
                  const QColor& inside, double centerY, BarRoom& room);
  void paintBadges(QPainter& painter, const TimelineFrame& frame, uint32_t row, const Annotation& annotation,
                   double centerY, BarRoom& room);
  // The row of a group of siblings.
  void paintGroupBar(QPainter& painter, const TimelineFrame& frame, const RowBars& bars);
  void paintGroupTexts(QPainter& painter, const TimelineFrame& frame, const RowBars& bars);
  void paintGroupName(QPainter& painter, const TimelineFrame& frame, const TreeColumn& column, uint32_t row,
                      layout::GroupIndex group);
  // Gaps on the path, queues before consumers, slack behind branches.
  void findGaps(const TimelineFrame& frame, std::vector<RowBars>& bars) const;
  void paintGaps(QPainter& painter, const TimelineFrame& frame, const RowBars& bars, const QColor& color) const;
  // Where the gap ends that a bar begins with, when its name fits into it and `behind` pixels are left behind it: then
  // the bar's texts come after. Else where the bar begins.
  double namedGapEnd(const TimelineFrame& frame, const RowBars& bars, double behind);
  // Between the texts that the bar has already; gaps up to `named` have none of them.
  void paintGapNames(QPainter& painter, const TimelineFrame& frame, const RowBars& bars, const BarRoom& room,
                     double named);
  void paintSlack(QPainter& painter, const TimelineFrame& frame, const RowBars& bars) const;
  void paintBrackets(QPainter& painter, const TimelineFrame& frame, uint32_t first, uint32_t count) const;
  void paintAnnotation(QPainter& painter, const TimelineFrame& frame, uint32_t row, const Annotation& annotation,
                       const QColor& inside, double centerY, BarRoom& room);
  void paintBeyond(QPainter& painter, const TimelineFrame& frame, uint32_t row);

  TextCache m_names, m_times, m_bold;
  MemberStrip m_strip;
};

// Pales what lies behind a text beside a bar: grid lines and the critical path on its way to other rows.
void clearBehind(QPainter& painter, const TimelineFrame& frame, uint32_t row, const BarRoom::Spot& spot);

// The bar of a row, in widget pixels.
QRectF timelineBarRect(const LaneGeometry& lanes, const layout::DrawRect& bar);

// A bar off the critical path is paler while the path is shown.
QColor timelineBarColor(const TimelineFrame& frame, analysis::NodeIndex node, StringId service);

}  // namespace waybill::ui
