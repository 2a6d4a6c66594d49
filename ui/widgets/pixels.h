// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPainter>
#include <QRectF>

namespace waybill::ui {

// The nearest edge between two device pixels, in logical pixels: sharp at any scale factor.
double snapped(double value, double devicePixelRatio);

// The thinnest line that is sharp: whole device pixels, about one logical pixel.
double hairlineWidth(double devicePixelRatio);

// Fills a rectangle with its edges on device pixels, at least one of them wide and high.
void fillSharp(QPainter& painter, const QRectF& rect, const QColor& color);

void drawHorizontalHairline(QPainter& painter, double x0, double x1, double y, const QColor& color);
void drawVerticalHairline(QPainter& painter, double x, double y0, double y1, const QColor& color);

QColor withAlpha(QColor color, double alpha);

}  // namespace waybill::ui
