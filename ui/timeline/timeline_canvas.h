// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

  // The row cursor.
  void moveBy(int64_t rows);
  void moveToRow(uint32_t row);
  void page(int pages);
  // Expands, or goes to the first child; collapses, or goes to the parent.
  void expandOrEnter();
  void collapseOrLeave();
  void toggle(analysis::NodeIndex node);
  void expandAll();
  void collapseToDepthOfSelection();

  std::optional<analysis::NodeIndex> nodeAt(const QPoint& position) const override;
  void revealNode(analysis::NodeIndex node) override;
  QString tooltipAt(const QPoint& position) const override;

  QRect rowRect(uint32_t row) const;  // in the widget

  // Where a span's row is, in the widget.
  struct PlaceInRows {
    SpanId span;
    int y;
  };

 protected:
  void traceChanged(const session::OpenTrace* before) override;
  void paintLanes(QPainter& painter, const QRegion& exposed) override;
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
  std::optional<analysis::NodeIndex> expanderAt(const QPoint& position) const;
  void fitTreeColumn();
  std::optional<analysis::NodeIndex> enclosing() const;  // the first row's parent, scrolled out of sight
  QString headerText() const;
  void timesChanged();
  void rowsChanged();
  void keepPlace(const PlaceInRows& place);
  void selectionChanged();
  void tellAccessibility() const;

  SpanSearch& m_search;
  TimelinePainter m_painter;
  TextCache m_headerTexts;
  std::unique_ptr<layout::GanttRows> m_rows;  // of the trace that is open, as it was measured
  Annotations m_annotations;
  PathLineBuilder m_path;
  EventTimes m_events;
  std::optional<uint32_t> m_hoveredRow;
  std::optional<uint32_t> m_markedRow;         // painted as the selected one
  std::optional<TreeColumn> m_scrolledColumn;  // as it was before scrolling
  std::optional<int> m_wantedTreeWidth;  // by dragging the border
  bool m_resizing = false;
};

// Makes screen readers see the rows of every TimelineCanvas; any number of calls.
void installTimelineAccessibility();

}  // namespace waybill::ui
