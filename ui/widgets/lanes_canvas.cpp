// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/lanes_canvas.h"

#include <QEvent>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {
constexpr double kRoomAroundSpan = 0.08;  // of its duration, on both sides
}

LanesCanvas::LanesCanvas(session::Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_range(new VisibleRange(session, this)),
      m_scrollBar(new QScrollBar(Qt::Vertical, parent)) {
  setAttribute(Qt::WA_OpaquePaintEvent);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(240, 80);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  connect(m_scrollBar, &QScrollBar::valueChanged, this, &LanesCanvas::moveLanes);
  connect(m_range, &VisibleRange::shownChanged, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::openTraceChanged, this, &LanesCanvas::takeTrace);
  connect(&session, &session::Session::timesChanged, this, &LanesCanvas::takeTrace);
  connect(&session, &session::Session::criticalPathShownChanged, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::loadingChanged, this, [this] {
    if (!m_trace) update();
  });
  connect(&session, &session::Session::snapshotChanged, this, [this] {
    if (!m_trace) update();
  });
}

void LanesCanvas::takeTrace() {
  const auto now = m_session.openTrace();
  if (m_timeTexts.lineHeight() <= 0) updateStyle();
  if (now == m_trace) return update();
  const auto before = std::exchange(m_trace, now);
  const bool grown = before && now && before->id() == now->id();
  traceChanged(grown ? before.get() : nullptr);
  if (!grown) {
    m_area.reset();
    m_ruler.reset();
    m_hold = Hold::Nothing;
    m_scrollBar->setValue(0);
  }
  if (!grown && m_trace && m_session.selectedNode()) revealNode(*m_session.selectedNode());
  update();
}

void LanesCanvas::updateStyle() {
  m_timeTexts.setFont(tabularFont(font()));
  m_lanes.axisHeight = static_cast<int>(std::ceil(m_timeTexts.lineHeight())) + 14;
  styleChanged();
  updateScrollBar();
}

void LanesCanvas::setLaneCount(uint32_t count) {
  m_lanes.laneCount = count;
  updateScrollBar();
}

void LanesCanvas::setPlotLeft(int left) {
  if (m_lanes.plotLeft == left) return;
  m_lanes.plotLeft = left;
  Q_EMIT plotChanged();
  update();
}

void LanesCanvas::setMargins(int top, int right) {
  m_lanes.topMargin = top;
  m_margin = right;
  updateScrollBar();
}

void LanesCanvas::setLaneHeight(int height) {
  m_lanes.laneHeight = std::max(4, height);
  updateScrollBar();
}

void LanesCanvas::updateScrollBar() {
  m_lanes.width = width();
  m_lanes.height = height();
  m_scrollBar->setRange(0, m_lanes.maxScroll());
  m_scrollBar->setPageStep(std::max(1, m_lanes.lanesRect().height()));
  m_scrollBar->setSingleStep(m_lanes.laneHeight);
  // Without a scroll bar the margin takes its place, so that the plot keeps its width.
  const bool needed = m_lanes.maxScroll() > 0;
  m_lanes.rightMargin = m_margin + (needed ? 0 : m_scrollBar->sizeHint().width());
  m_scrollBar->setVisible(needed);
  m_lanes.scrollY = m_scrollBar->value();
  update();
}

void LanesCanvas::moveLanes(int scrollY) {
  if (scrollY == m_lanes.scrollY) return;
  const int dy = m_lanes.scrollY - scrollY;
  const QRect lanes = m_lanes.lanesRect();
  // What is dragged over the lanes has a label that stays in the picture: everything anew.
  const bool moves = m_trace && !m_area && !m_ruler && std::abs(dy) < lanes.height();
  aboutToScroll();
  m_lanes.scrollY = scrollY;
  if (!moves) return update();
  scroll(0, dy, lanes);  // Qt paints everything where the distance is no whole number of device pixels
  hasScrolled();
  if (m_hover) hovered(m_hover);
}

void LanesCanvas::updateLane(uint32_t lane, int around) {
  update(QRect(0, m_lanes.laneTop(lane) - around, width(), m_lanes.laneHeight + 2 * around) & m_lanes.lanesRect());
}

void LanesCanvas::moveHover(std::optional<QPoint> position) {
  updateHover();
  m_hover = position;
  updateHover();
  hovered(position);
}

// The line under the mouse, and the axis, which says the time there.
void LanesCanvas::updateHover() {
  if (!m_hover) return;
  update(QRect(0, 0, width(), m_lanes.axisHeight));
  update(QRect(m_hover->x() - 1, m_lanes.axisHeight, 4, height()));
}

void LanesCanvas::scrollTo(int y) {
  m_scrollBar->setValue(y);
}

void LanesCanvas::showLane(uint32_t lane) {
  scrollTo(m_lanes.scrollShowing(lane));
}

double LanesCanvas::plotX(double x) const {
  return std::clamp<double>(x - m_lanes.plotLeft, 0, m_lanes.plotWidth());
}

void LanesCanvas::zoomBy(double factor) {
  if (!m_trace) return;
  const bool over = m_hover && m_hover->x() >= m_lanes.plotLeft && m_hover->x() <= m_lanes.plotRight();
  const double width = m_lanes.plotWidth();
  m_range->zoomAt(over ? plotX(m_hover->x()) : width / 2, width, factor);
}

void LanesCanvas::panByShare(double share) {
  if (!m_trace) return;
  const double width = m_lanes.plotWidth();
  m_range->panBy(share * width, width, VisibleRange::Motion::Glide);
}

void LanesCanvas::zoomToNode(analysis::NodeIndex node) {
  if (!m_trace || node.value >= m_trace->tree().size()) return;
  const analysis::TraceTree& tree = m_trace->tree();
  const auto room = static_cast<int64_t>(static_cast<double>(tree.durationNs(node)) * kRoomAroundSpan);
  // Inside the trace's bounds, so that the sums cannot overflow.
  const int64_t start =
      std::max(tree.startNs[node.value] - std::min(room, tree.startNs[node.value] - m_trace->bounds.startNs),
               m_trace->bounds.startNs);
  const int64_t end =
      std::min(tree.endNs[node.value] + std::min(room, m_trace->bounds.endNs - tree.endNs[node.value]),
               m_trace->bounds.endNs);
  m_session.narrowTo(layout::clampRange({start, end}, m_trace->bounds));
}

bool LanesCanvas::clearArea() {
  if (!m_area) return false;
  m_area.reset();
  update();
  return true;
}

bool LanesCanvas::zoomToArea() {
  if (!m_area) return false;
  const layout::TimeRange range = m_area->range;
  m_area.reset();
  m_session.narrowTo(range);
  update();
  return true;
}

void LanesCanvas::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  updateScrollBar();
}

void LanesCanvas::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  switch (event->type()) {
    case QEvent::FontChange:
    case QEvent::PaletteChange:
    case QEvent::StyleChange:
      updateStyle();
      break;
    default:
      break;
  }
}

bool LanesCanvas::takesPress(QMouseEvent*) {
  return false;
}
void LanesCanvas::dragged(QMouseEvent*) {}
void LanesCanvas::released(QMouseEvent*) {}
void LanesCanvas::hovered(std::optional<QPoint>) {}
void LanesCanvas::aboutToScroll() {}
void LanesCanvas::hasScrolled() {}

Qt::CursorShape LanesCanvas::cursorShapeAt(const QPoint& position) const {
  return m_lanes.axisRect().contains(position) ? Qt::IBeamCursor : Qt::ArrowCursor;
}

}  // namespace waybill::ui
