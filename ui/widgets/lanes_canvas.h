// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollBar>
#include <QWidget>
#include <memory>
#include <optional>

#include "session/session.h"
#include "ui/widgets/area_selection.h"
#include "ui/widgets/lane_geometry.h"
#include "ui/widgets/text_cache.h"
#include "ui/widgets/time_axis.h"
#include "ui/widgets/visible_range.h"

namespace waybill::ui {

// The picture of a trace in lanes over a time axis: one opaque widget of the size of the view, which paints
// only what is in sight and has changed. Scrolling moves what was painted and paints the lanes that come into
// sight; the mouse repaints the line under it and what it leaves. It knows the hands (wheel, drag, hover,
// click) and the axis; what stands in the lanes is the business of the subclass.
class LanesCanvas : public QWidget {
  Q_OBJECT

 public:
  LanesCanvas(session::Session& session, QWidget* parent);

  VisibleRange& visibleRange() { return *m_range; }
  QScrollBar* scrollBar() { return m_scrollBar; }
  const LaneGeometry& lanes() const { return m_lanes; }
  // From the plot to the right edge of the scroll bar.
  int plotMargin() const { return m_margin + m_scrollBar->sizeHint().width(); }
  layout::TimeScale scale() const { return {m_range->shown(), static_cast<double>(m_lanes.plotWidth())}; }
  std::shared_ptr<const session::OpenTrace> trace() const { return m_trace; }

  // At the mouse when it is over the plot, else in the middle.
  void zoomBy(double factor);
  void panByShare(double share);  // of the width
  void scrollTo(int y);
  void showLane(uint32_t lane);
  // Zooms to a span with a little room around it; remembered for Esc.
  void zoomToNode(analysis::NodeIndex node);

  const std::optional<AreaSelection>& area() const { return m_area; }
  bool clearArea();   // false when there was none
  bool zoomToArea();  // likewise

  virtual std::optional<analysis::NodeIndex> nodeAt(const QPoint& position) const = 0;
  virtual void revealNode(analysis::NodeIndex node) = 0;  // scrolls and pans to it
  virtual QString tooltipAt(const QPoint& position) const = 0;

 Q_SIGNALS:
  void plotChanged();  // plotLeft or the margin is another
  void menuWanted(const QPoint& globalPosition);  // of the selected span

 protected:
  // Another trace, or none: the subclass rebuilds what it keeps and calls setLaneCount(). `before` is the
  // same trace with fewer spans when more have arrived while it is open, else null.
  virtual void traceChanged(const session::OpenTrace* before) = 0;
  // `exposed` is what is to be painted anew, in the widget; everything else may be left out.
  virtual void paintLanes(QPainter& painter, const QRegion& exposed) = 0;
  virtual void paintHeader(QPainter& painter) = 0;  // left of the axis
  virtual uint64_t spansIn(const AreaSelection& area) const = 0;
  virtual void clicked(const QPoint& position) = 0;
  // A press the subclass takes for itself, with the moves and the release that follow.
  virtual bool takesPress(QMouseEvent* event);
  virtual void dragged(QMouseEvent* event);
  virtual void released(QMouseEvent* event);
  virtual Qt::CursorShape cursorShapeAt(const QPoint& position) const;
  // None when the mouse has left. Repaints what looks different under the mouse; called after scrolling too.
  virtual void hovered(std::optional<QPoint> position);
  // Before and after the lanes have moved under the viewport: repaints what does not move with them.
  virtual void aboutToScroll();
  virtual void hasScrolled();
  // Called when fonts or colours may be others.
  virtual void styleChanged() = 0;

  // For the end of the subclass's constructor, and whenever the session has another trace.
  void takeTrace();
  void setLaneCount(uint32_t count);
  void setPlotLeft(int left);
  void setMargins(int top, int right);
  void setLaneHeight(int height);
  void updateLane(uint32_t lane, int around = 0);  // repaints it and so many pixels above and below
  session::Session& session() const { return m_session; }
  std::optional<QPoint> hoverPosition() const { return m_hover; }
  TextCache& timeTexts() { return m_timeTexts; }  // muted times: digits of equal width

  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  enum class Hold { Nothing, Lanes, Area, Ruler, Pan, Subclass };

  void updateStyle();
  void updateScrollBar();
  void moveLanes(int scrollY);
  void moveHover(std::optional<QPoint> position);
  void updateHover();
  bool pinched(QEvent* event);
  void extendArea(const QPoint& position);
  void extendRuler(const QPoint& position);
  void updateCursor(const QPoint& position);
  void paintOverlays(QPainter& painter);
  void paintNothing(QPainter& painter);
  double plotX(double x) const;  // within the plot

  session::Session& m_session;
  VisibleRange* m_range;
  QScrollBar* m_scrollBar;
  LaneGeometry m_lanes;
  std::shared_ptr<const session::OpenTrace> m_trace;
  TextCache m_timeTexts;
  Hold m_hold = Hold::Nothing;
  QPoint m_pressed;  // where the drag began
  QPoint m_last;
  uint32_t m_pressedLane = 0;
  int64_t m_pressedNs = 0;
  std::optional<AreaSelection> m_area;
  std::optional<layout::TimeRange> m_ruler;  // while a range is being dragged on the axis
  std::optional<QPoint> m_hover;
  int m_margin = 18;         // right of the plot, besides the scroll bar
  int m_wheelRemainder = 0;  // high-resolution wheels send less than a pixel's worth
};

}  // namespace waybill::ui
