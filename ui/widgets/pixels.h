// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QPainter>
#include <QRectF>

namespace waybill::ui {

// The nearest edge between two device pixels, in logical pixels: sharp at any scale factor.
double snapped(double value, double devicePixelRatio);

// The thinnest line that is sharp: whole device pixels, about one logical pixel.
double hairlineWidth(double devicePixelRatio);

// Fills a rectangle with its edges on device pixels, at least one of them wide and high.
void fillSharp(QPainter& painter, const QRectF& rect, const QColor& color);

// The same of many rectangles of one colour in one go, which costs a third: where thousands are a pixel wide.
class SharpRects {
 public:
  explicit SharpRects(const QPainter& painter) : m_ratio(painter.device()->devicePixelRatioF()) {}

  void add(const QRectF& rect);
  void addVerticalHairline(double x, double y0, double y1);
  void fill(QPainter& painter, const QColor& color) const;

 private:
  double m_ratio;
  QList<QRect> m_rects;  // device pixels
};

void drawHorizontalHairline(QPainter& painter, double x0, double x1, double y, const QColor& color);
void drawVerticalHairline(QPainter& painter, double x, double y0, double y1, const QColor& color);

QColor withAlpha(QColor color, double alpha);

}  // namespace waybill::ui
