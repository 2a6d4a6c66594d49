// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <memory>
#include <optional>

#include "ui/timeline/annotations.h"
#include "ui/timeline/event_times.h"
#include "ui/timeline/span_search.h"
#include "ui/timeline/timeline_painter.h"
#include "ui/widgets/lanes_canvas.h"
#include "ui/widgets/path_line_builder.h"

namespace waybill::ui {

// The rows of the timeline: what is folded, what is selected, and the hands on the tree column.
class TimelineCanvas : public LanesCanvas {
  Q_OBJECT

 public:
  TimelineCanvas(session::Session& session, SpanSearch& search, QWidget* parent);
  ~TimelineCanvas() override;

  const layout::GanttRows* rows() const { return m_rows.get(); }
  std::optional<uint32_t> selectedRow() const;  // the row that shows the selected span, be it folded

  // Whether repeated siblings share a row; kept in the settings.
  bool foldsSiblings() const { return m_foldsSiblings; }
  void setFoldsSiblings(bool folds);

  // The row cursor.
  void moveBy(int64_t rows);
  void moveToRow(uint32_t row);
  void page(int pages);
  // Expands, or goes to the first child; collapses, or goes to the parent.
  void expandOrEnter();
  void collapseOrLeave();
  void toggle(uint32_t row);
  void expandAll();
  void collapseToDepthOfSelection();

  std::optional<analysis::NodeIndex> nodeAt(const QPoint& position) const override;
  void revealNode(analysis::NodeIndex node) override;
  QString tooltipAt(const QPoint& position) const override;

  QRect rowRect(uint32_t row) const;  // in the widget

  // Of the header row of a group, if it is one.
  std::optional<layout::GroupIndex> groupAt(uint32_t row) const;
  // The part of a group's bar under a point of its row.
  std::optional<layout::DrawRect> memberAt(const QPoint& position) const;

  // Where a span's row is, in the widget.
  struct PlaceInRows {
    analysis::NodeIndex node;
    int y;
  };

 protected:
  void traceChanged(const session::OpenTrace* before) override;
  void paintLanes(QPainter& painter, const QRegion& exposed) override;
  void paintNoMatch(QPainter& painter);
  void paintHeader(QPainter& painter) override;
  uint64_t spansIn(const AreaSelection& area) const override;
  void clicked(const QPoint& position) override;
  bool takesPress(QMouseEvent* event) override;
  void dragged(QMouseEvent* event) override;
  Qt::CursorShape cursorShapeAt(const QPoint& position) const override;
  void hovered(std::optional<QPoint> position) override;
  void aboutToScroll() override;
  void hasScrolled() override;
  void styleChanged() override;
  void resizeEvent(QResizeEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  bool isOnBorder(const QPoint& position) const;
  std::optional<uint32_t> rowAt(const QPoint& position) const;
  std::optional<uint32_t> expanderAt(const QPoint& position) const;
  std::optional<size_t> badgeAt(const QPoint& position) const;
  void makeRows(const QSet<uint64_t>& folded);
  void showEvidence();
  // Puts the row cursor there: on a header, with the span that stands for the group.
  void choose(analysis::NodeIndex node, std::optional<layout::GroupIndex> header);
  void chooseRow(uint32_t row);
  void rememberUnfolded(layout::GroupIndex group);
  QString rowTooltip(const QPoint& position, analysis::NodeIndex node) const;
  void fitTreeColumn();
  std::optional<analysis::NodeIndex> enclosing() const;  // the first row's parent, scrolled out of sight
  QString headerText() const;
  void timesChanged();
  void rowsChanged();
  void searchProgressed();
  void hideOthers(std::shared_ptr<const layout::KeptSpans> kept);
  void otherRows(const std::optional<PlaceInRows>& before);
  std::optional<PlaceInRows> placeInSight() const;
  void keepPlace(const PlaceInRows& place);
  void selectionChanged();
  void showSelection();
  void tellAccessibility() const;

  SpanSearch& m_search;
  TimelinePainter m_painter;
  TextCache m_headerTexts;
  std::shared_ptr<const layout::KeptSpans> m_kept;  // what the search has left of the rows; null: all
  std::unique_ptr<layout::GanttRows> m_rows;        // of the trace that is open, as it was measured
  std::unique_ptr<layout::GanttRows> m_allRows;     // while some are hidden: as they were before
  Annotations m_annotations;
  EvidenceRows m_evidence;
  PathLineBuilder m_path;
  EventTimes m_events;
  BadgeSpots m_badges;
  bool m_foldsSiblings;
  std::optional<layout::GroupIndex> m_header;  // the row cursor is on it; the selected span is in it
  bool m_choosing = false;                     // the selection changes by choose()
  QSet<uint64_t> m_unfolded;                   // first members of groups that were opened: they stay while a trace grows
  std::optional<uint32_t> m_hoveredRow;
  std::optional<uint32_t> m_markedRow;         // painted as the selected one
  std::optional<TreeColumn> m_scrolledColumn;  // as it was before scrolling
  std::optional<int> m_wantedTreeWidth;  // by dragging the border
  bool m_resizing = false;
};

// Makes screen readers see the rows of every TimelineCanvas; any number of calls.
void installTimelineAccessibility();

}  // namespace waybill::ui
