// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/marks.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

// Antialiasing for the time of one sign.
class Smooth {
 public:
  explicit Smooth(QPainter& painter) : m_painter(painter) {
    m_painter.setRenderHint(QPainter::Antialiasing, true);
  }
  ~Smooth() { m_painter.setRenderHint(QPainter::Antialiasing, false); }
  Smooth(const Smooth&) = delete;
  Smooth& operator=(const Smooth&) = delete;

 private:
  QPainter& m_painter;
};

}  // namespace

void drawErrorMark(QPainter& painter, const QPointF& center, const QColor& color) {
  const Smooth smooth(painter);
  const double half = kMarkSize / 2;
  const QPointF corners[] = {center + QPointF(0, -half + 0.5), center + QPointF(half, half - 0.5),
                             center + QPointF(-half, half - 0.5)};
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawPolygon(corners, 3);
}

void drawLinkMark(QPainter& painter, const QPointF& center, const QColor& color) {
  const Smooth smooth(painter);
  const double half = kMarkSize / 2 - 1;
  painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  const QPointF tip = center + QPointF(half, -half);
  painter.drawLine(center + QPointF(-half, half), tip);
  const QPointF head[] = {tip + QPointF(-half * 1.3, 0), tip, tip + QPointF(0, half * 1.3)};
  painter.drawPolyline(head, 3);
}

void drawExpander(QPainter& painter, const QPointF& center, bool expanded, const QColor& color) {
  const Smooth smooth(painter);
  painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  const QPointF down[] = {center + QPointF(-3, -1.5), center + QPointF(0, 1.5), center + QPointF(3, -1.5)};
  const QPointF right[] = {center + QPointF(-1.5, -3), center + QPointF(1.5, 0), center + QPointF(-1.5, 3)};
  painter.drawPolyline(expanded ? down : right, 3);
}

double badgeSize(const TextCache& texts) {
  return std::max(15.0, std::ceil(texts.lineHeight()));
}

void drawBadge(QPainter& painter, const QPointF& center, size_t number, bool selected, TextCache& texts) {
  drawBadge(painter, center, badgeSize(texts), number, selected, texts);
}

void drawBadge(QPainter& painter, const QPointF& center, double size, size_t number, bool selected, TextCache& texts) {
  {
    const Smooth smooth(painter);
    painter.setPen(Qt::NoPen);
    painter.setBrush(selected ? theme().accent : theme().badge);
    painter.drawEllipse(center, size / 2, size / 2);
  }
  painter.setPen(selected ? textOn(theme().accent) : theme().badgeText);
  const QString text = QString::number(number);
  texts.draw(painter, center.x() - texts.width(text) / 2, center.y(), text, size);
}

void drawHatch(QPainter& painter, const QRectF& rect, const QColor& color) {
  painter.fillRect(rect, QBrush(color, Qt::BDiagPattern));
}

}  // namespace waybill::ui
