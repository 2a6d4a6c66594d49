// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/minimap.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"
#include "ui/widgets/pixels.h"

namespace waybill::ui {
namespace {

constexpr double kMargin = 8;   // above and below the strip
constexpr double kPadding = 4;  // within the frame
constexpr double kRadius = 3;
constexpr double kMaxLaneHeight = 6;
constexpr double kMinLaneHeight = 2;

}  // namespace

Minimap::Minimap(session::Session& session, VisibleRange& range, QWidget* parent)
    : QWidget(parent), m_session(session), m_range(range) {
  setObjectName(QStringLiteral("minimap"));
  setAccessibleName(tr("Overview of the whole trace"));
  setAttribute(Qt::WA_OpaquePaintEvent);
  setMouseTracking(true);
  setFixedHeight(kHeight);
  connect(&range, &VisibleRange::shownChanged, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::openTraceChanged, this, [this] {
    m_drag.reset();
    update();
  });
  connect(&session, &session::Session::timesChanged, this, qOverload<>(&QWidget::update));
}

void Minimap::setPlot(int left, int rightMargin) {
  if (left == m_left && rightMargin == m_rightMargin) return;
  m_left = left;
  m_rightMargin = rightMargin;
  update();
}

QRectF Minimap::strip() const {
  return {double(m_left), kMargin, std::max(1.0, double(width() - m_left - m_rightMargin)),
          height() - 2 * kMargin};
}

layout::TimeScale Minimap::wholeScale() const {
  return {m_range.bounds(), strip().width()};
}

MinimapWindow Minimap::window() const {
  return {wholeScale(), m_range.shown()};
}

void Minimap::refreshPicture(const session::OpenTrace& trace) {
  const double ratio = devicePixelRatioF();
  const QRectF area = strip();
  const QSize size(static_cast<int>(area.width() * ratio), static_cast<int>(area.height() * ratio));
  if (m_picture.size() == size && m_pictured.lock().get() == &trace) return;
  m_picture = QPixmap(size);
  m_picture.setDevicePixelRatio(ratio);
  m_picture.fill(theme().background);
  m_pictured = m_session.openTrace();

  const double room = area.height() - 2 * kPadding;
  const auto rows = static_cast<uint32_t>(
      std::clamp<double>(trace.flame->laneCount(), 1, std::max(1.0, std::floor(room / kMinLaneHeight))));
  const double laneHeight = std::min(kMaxLaneHeight, room / rows);
  const double barHeight = laneHeight >= 3 ? std::min(laneHeight - 1, 4.0) : laneHeight;
  const auto columns = static_cast<uint32_t>(std::max(1, size.width()));
  const std::vector<layout::MinimapCell> cells =
      layout::minimap(*trace.flame, trace.tree(), trace.bounds, rows, columns);
  QPainter painter(&m_picture);
  for (uint32_t row = 0; row < rows && cells.size() == size_t{rows} * columns; ++row) {
    const layout::MinimapCell* line = cells.data() + size_t{row} * columns;
    for (uint32_t begin = 0, end = 0; begin < columns; begin = end) {
      end = begin + 1;
      while (end < columns && (line[end].count > 0) == (line[begin].count > 0) &&
             line[end].service == line[begin].service) {
        ++end;
      }
      if (line[begin].count == 0) continue;
      fillSharp(painter, QRectF(begin / ratio, kPadding + row * laneHeight, (end - begin) / ratio, barHeight),
                serviceColors().color(line[begin].service));
    }
  }
}

void Minimap::paintWindow(QPainter& painter) const {
  const QRectF area = strip();
  const MinimapWindow view = window();
  const double left = area.left() + std::clamp(view.left(), 0.0, area.width() - 2);
  const double right = area.left() + std::clamp(view.right(), left - area.left() + 2, area.width());
  const QColor shade = withAlpha(theme().panel, 0.66);
  painter.fillRect(QRectF(area.left(), area.top(), left - area.left(), area.height()), shade);
  painter.fillRect(QRectF(right, area.top(), area.right() - right, area.height()), shade);
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setBrush(Qt::NoBrush);
  const double ratio = devicePixelRatioF();
  const double half = hairlineWidth(ratio) / 2;
  const QRectF frame(QPointF(snapped(left, ratio) + half, area.top() + half),
                     QPointF(snapped(right, ratio) - half, area.bottom() - half));
  painter.setPen(
      QPen(view.coversAll() ? blended(theme().accent, theme().panel, 0.45) : theme().accent, 2 * half));
  painter.drawRoundedRect(frame, kRadius, kRadius);
  if (view.coversAll()) return;
  // Handles where the edges can be taken hold of.
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().accent);
  for (const double x : {frame.left(), frame.right()}) {
    painter.drawRoundedRect(QRectF(x - 2, area.center().y() - 7, 4, 14), 2, 2);
  }
}

void Minimap::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme().panel);
  const auto trace = m_session.openTrace();
  if (!trace) return;
  refreshPicture(*trace);
  const QRectF area = strip();
  QPainterPath rounded;
  rounded.addRoundedRect(area, kRadius, kRadius);
  painter.save();
  painter.setClipPath(rounded);
  painter.drawPixmap(area.topLeft(), m_picture);
  painter.restore();
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(QPen(theme().hairline, 1));
  painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
  painter.setRenderHint(QPainter::Antialiasing, false);
  paintWindow(painter);
}

void Minimap::updateCursor(const QPointF& position) {
  if (!m_session.openTrace() || !strip().adjusted(-6, -kMargin, 6, kMargin).contains(position))
    return unsetCursor();
  switch (window().gripAt(stripX(position))) {
    case MinimapGrip::LeftEdge:
    case MinimapGrip::RightEdge:
      return setCursor(Qt::SizeHorCursor);
    case MinimapGrip::Window:
      return setCursor(m_drag ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
    case MinimapGrip::Outside:
      return setCursor(Qt::CrossCursor);
  }
}

void Minimap::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !m_session.openTrace()) return;
  const double x = stripX(event->position());
  const MinimapWindow now = window();
  m_drag = Drag{now.gripAt(x), x, now};
  updateCursor(event->position());
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
  if (!m_drag || !m_session.openTrace()) return updateCursor(event->position());
  const double x = stripX(event->position());
  if (!m_drag->moved && std::abs(x - m_drag->fromX) < QApplication::startDragDistance() / 2.0) return;
  m_drag->moved = true;
  m_range.set(m_drag->window.dragged(m_drag->grip, m_drag->fromX, x), VisibleRange::Motion::AtOnce);
}

void Minimap::mouseReleaseEvent(QMouseEvent* event) {
  if (!m_drag) return;
  const bool clickedOutside =
      !m_drag->moved && m_drag->grip == MinimapGrip::Outside && !m_drag->window.coversAll();
  const double x = m_drag->fromX;
  m_drag.reset();
  if (clickedOutside && m_session.openTrace()) {
    const MinimapWindow now = window();
    m_range.set(now.dragged(MinimapGrip::Window, (now.left() + now.right()) / 2, x),
                VisibleRange::Motion::Glide);
  }
  updateCursor(event->position());
}

void Minimap::mouseDoubleClickEvent(QMouseEvent*) {
  m_drag.reset();
  m_session.resetRange();
}

void Minimap::wheelEvent(QWheelEvent* event) {
  event->accept();
  if (!m_session.openTrace() || event->angleDelta().y() == 0) return;
  const layout::TimeScale visible(m_session.visibleRange(), strip().width());
  const double x = std::clamp(visible.x(wholeScale().ns(stripX(event->position()))), 0.0, visible.width());
  m_range.zoomAt(x, visible.width(), std::pow(1.2, event->angleDelta().y() / 120.0));
}

void Minimap::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange && event->type() != QEvent::StyleChange) return;
  m_picture = {};
  update();
}

}  // namespace waybill::ui
