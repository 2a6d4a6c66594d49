// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the mouse, the wheel and the touch pad do on a LanesCanvas.
#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/lanes_canvas.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

constexpr double kZoomPerNotch = 1.25;
constexpr int kLanesPerNotch = 3;
constexpr int kNotch = 120;          // angleDelta of one step of an ordinary wheel
constexpr double kPanPerNotch = 80;  // pixels

}  // namespace

bool LanesCanvas::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString text = m_trace && m_hold == Hold::Nothing ? tooltipAt(help->pos()) : QString();
    if (text.isEmpty()) {
      QToolTip::hideText();
      event->ignore();
    } else {
      // Gone as soon as the mouse leaves the lane: the next bar has another text.
      const QRect near(help->pos() - QPoint(6, 6), QSize(13, 13));
      showPlainTooltip(help->globalPos(), text, this, near);
    }
    return true;
  }
  if (event->type() == QEvent::NativeGesture && pinched(event)) return true;
  return QWidget::event(event);
}

bool LanesCanvas::pinched(QEvent* event) {
  const auto* gesture = static_cast<QNativeGestureEvent*>(event);
  if (!m_trace || gesture->gestureType() != Qt::ZoomNativeGesture) return false;
  m_range->zoomAt(plotX(gesture->position().x()), m_lanes.plotWidth(), std::exp(gesture->value()));
  return true;
}

void LanesCanvas::wheelEvent(QWheelEvent* event) {
  event->accept();
  if (!m_trace) return;
  const QPoint angle = event->angleDelta();
  const QPoint pixels = event->pixelDelta();
  const double width = m_lanes.plotWidth();
  // Alt turns a vertical wheel into a horizontal one on some platforms, Shift on others.
  const int main = angle.y() != 0 ? angle.y() : angle.x();
  if ((event->modifiers() & Qt::ControlModifier) != 0) {
    m_range->zoomAt(plotX(event->position().x()), width, std::pow(kZoomPerNotch, double(main) / kNotch));
    return;
  }
  const bool sideways = std::abs(angle.x()) > std::abs(angle.y());
  if ((event->modifiers() & Qt::ShiftModifier) != 0 || sideways) {
    const int exact = sideways ? pixels.x() : pixels.y();
    m_range->panBy(exact != 0 ? -exact : -double(main) / kNotch * kPanPerNotch, width,
                   VisibleRange::Motion::AtOnce);
    return;
  }
  if (pixels.y() != 0) return scrollTo(m_scrollBar->value() - pixels.y());
  m_wheelRemainder += angle.y() * kLanesPerNotch * m_lanes.laneHeight;
  scrollTo(m_scrollBar->value() - m_wheelRemainder / kNotch);
  m_wheelRemainder %= kNotch;
}

void LanesCanvas::mousePressEvent(QMouseEvent* event) {
  if (!m_trace || m_hold != Hold::Nothing) return;
  QToolTip::hideText();
  m_pressed = m_last = event->position().toPoint();
  m_pressedNs = scale().ns(plotX(m_pressed.x()));
  if (event->button() == Qt::MiddleButton) {
    m_hold = Hold::Pan;
    setCursor(Qt::ClosedHandCursor);
  } else if (event->button() == Qt::LeftButton) {
    if (takesPress(event)) {
      m_hold = Hold::Subclass;
    } else if (m_pressed.y() < m_lanes.axisHeight) {
      m_hold = m_pressed.x() >= m_lanes.plotLeft ? Hold::Ruler : Hold::Nothing;
    } else {
      m_hold = Hold::Lanes;
      m_pressedLane =
          m_lanes.laneAt(m_pressed.y()).value_or(m_lanes.laneCount - (m_lanes.laneCount > 0 ? 1 : 0));
    }
  }
}

void LanesCanvas::mouseMoveEvent(QMouseEvent* event) {
  const QPoint position = event->position().toPoint();
  const bool far = (position - m_pressed).manhattanLength() >= QApplication::startDragDistance();
  switch (m_hold) {
    case Hold::Subclass:
      dragged(event);
      break;
    case Hold::Pan:
      m_range->panBy(m_last.x() - position.x(), m_lanes.plotWidth(), VisibleRange::Motion::AtOnce);
      scrollTo(m_scrollBar->value() - (position.y() - m_last.y()));
      break;
    case Hold::Lanes:
      if (!far || m_pressed.x() < m_lanes.plotLeft) break;
      m_hold = Hold::Area;
      extendArea(position);
      break;
    case Hold::Area:
      extendArea(position);
      break;
    case Hold::Ruler:
      if (far || m_ruler) extendRuler(position);
      break;
    case Hold::Nothing:
      updateCursor(position);
      break;
  }
  m_last = position;
  moveHover(position);
}

void LanesCanvas::extendArea(const QPoint& position) {
  const int64_t ns = scale().ns(plotX(position.x()));
  const QRect lanesRect = m_lanes.lanesRect();
  // Beyond the edge it scrolls.
  if (position.y() > lanesRect.bottom()) scrollTo(m_scrollBar->value() + m_lanes.laneHeight / 2);
  if (position.y() < lanesRect.top()) scrollTo(m_scrollBar->value() - m_lanes.laneHeight / 2);
  const uint32_t lastLane = m_lanes.laneCount == 0 ? 0 : m_lanes.laneCount - 1;
  const int y = std::clamp(position.y(), lanesRect.top(), std::max(lanesRect.top(), lanesRect.bottom()));
  const uint32_t lane = m_lanes.laneAt(y).value_or(lastLane);
  AreaSelection area;
  area.range = {std::min(ns, m_pressedNs), std::max({ns, m_pressedNs, std::min(ns, m_pressedNs) + 1})};
  area.firstLane = std::min(lane, m_pressedLane);
  area.lastLane = std::max(lane, m_pressedLane);
  area.spans = spansIn(area);
  m_area = area;
  update();
}

void LanesCanvas::extendRuler(const QPoint& position) {
  const int64_t ns = scale().ns(plotX(position.x()));
  m_ruler = layout::TimeRange{std::min(ns, m_pressedNs),
                              std::max({ns, m_pressedNs, std::min(ns, m_pressedNs) + 1})};
  update();
}

void LanesCanvas::mouseReleaseEvent(QMouseEvent* event) {
  const Hold held = std::exchange(m_hold, Hold::Nothing);
  if (held == Hold::Subclass) released(event);
  if (held == Hold::Ruler && m_ruler) m_session.narrowTo(*std::exchange(m_ruler, std::nullopt));
  if (held == Hold::Lanes) {
    clearArea();
    clicked(m_pressed);
  }
  updateCursor(event->position().toPoint());
  if (held == Hold::Ruler || held == Hold::Area) update();
}

void LanesCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
  m_hold = Hold::Nothing;
  if (!m_trace || event->button() != Qt::LeftButton) return;
  const QPoint position = event->position().toPoint();
  if (position.y() < m_lanes.axisHeight) {
    if (position.x() >= m_lanes.plotLeft) m_session.resetRange();
    return;
  }
  if (takesPress(event)) return released(event);
  if (m_area) {
    const double x = position.x() - m_lanes.plotLeft;
    const auto lane = m_lanes.laneAt(position.y());
    if (lane && *lane >= m_area->firstLane && *lane <= m_area->lastLane &&
        x >= scale().x(m_area->range.startNs) && x <= scale().x(m_area->range.endNs)) {
      zoomToArea();
      return;
    }
  }
  if (const auto node = nodeAt(position)) zoomToNode(*node);
}

void LanesCanvas::contextMenuEvent(QContextMenuEvent* event) {
  if (!m_trace || m_hold != Hold::Nothing) return;
  if (event->reason() != QContextMenuEvent::Mouse) {
    Q_EMIT menuWanted(mapToGlobal(m_lanes.plotRect().topLeft() + QPoint(12, 12)));
    return;
  }
  const auto node = event->pos().y() < m_lanes.axisHeight ? std::nullopt : nodeAt(event->pos());
  if (node) m_session.selectNode(node);
  Q_EMIT menuWanted(event->globalPos());
}

void LanesCanvas::leaveEvent(QEvent*) {
  moveHover(std::nullopt);
}

void LanesCanvas::updateCursor(const QPoint& position) {
  setCursor(cursorShapeAt(position));
}

}  // namespace waybill::ui
