// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pixels.h"

#include <algorithm>
#include <cmath>

namespace waybill::ui {

double snapped(double value, double devicePixelRatio) {
  return std::round(value * devicePixelRatio) / devicePixelRatio;
}

double hairlineWidth(double devicePixelRatio) {
  return std::max(1.0, std::floor(devicePixelRatio)) / devicePixelRatio;
}

void fillSharp(QPainter& painter, const QRectF& rect, const QColor& color) {
  const double ratio = painter.device()->devicePixelRatioF();
  const double x0 = snapped(rect.left(), ratio);
  const double y0 = snapped(rect.top(), ratio);
  const double x1 = std::max(snapped(rect.right(), ratio), x0 + 1 / ratio);
  const double y1 = std::max(snapped(rect.bottom(), ratio), y0 + 1 / ratio);
  painter.fillRect(QRectF(x0, y0, x1 - x0, y1 - y0), color);
}

void SharpRects::add(const QRectF& rect) {
  const auto pixel = [this](double value) { return static_cast<int>(std::lround(value * m_ratio)); };
  const int x = pixel(rect.left()), y = pixel(rect.top());
  m_rects.emplace_back(x, y, std::max(pixel(rect.right()) - x, 1), std::max(pixel(rect.bottom()) - y, 1));
}

void SharpRects::addVerticalHairline(double x, double y0, double y1) {
  add(QRectF(x, y0, hairlineWidth(m_ratio), y1 - y0));
}

void SharpRects::fill(QPainter& painter, const QColor& color) const {
  if (m_rects.empty()) return;
  painter.save();
  painter.scale(1 / m_ratio, 1 / m_ratio);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawRects(m_rects.constData(), static_cast<int>(m_rects.size()));
  painter.restore();
}

void drawHorizontalHairline(QPainter& painter, double x0, double x1, double y, const QColor& color) {
  fillSharp(painter, QRectF(x0, y, x1 - x0, hairlineWidth(painter.device()->devicePixelRatioF())), color);
}

void drawVerticalHairline(QPainter& painter, double x, double y0, double y1, const QColor& color) {
  fillSharp(painter, QRectF(x, y0, hairlineWidth(painter.device()->devicePixelRatioF()), y1 - y0), color);
}

QColor withAlpha(QColor color, double alpha) {
  color.setAlphaF(static_cast<float>(alpha));
  return color;
}

}  // namespace waybill::ui
