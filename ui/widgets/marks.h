// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>

#include "ui/widgets/text_cache.h"

class QPainter;

namespace waybill::ui {

// Small signs on bars, centred on a point. Shapes differ, so that colour alone never carries the meaning.

inline constexpr double kMarkSize = 9;

void drawErrorMark(QPainter& painter, const QPointF& center, const QColor& color);  // ▲
void drawLinkMark(QPainter& painter, const QPointF& center, const QColor& color);  // an arrow out of a corner
void drawExpander(QPainter& painter, const QPointF& center, bool expanded, const QColor& color);

// The circle with a finding's number. Its diameter, and the drawing.
double badgeSize(const TextCache& texts);
void drawBadge(QPainter& painter, const QPointF& center, size_t number, bool selected, TextCache& texts);
void drawBadge(QPainter& painter, const QPointF& center, double size, size_t number, bool selected, TextCache& texts);

// Diagonal stripes: a bar that stands for several spans.
void drawHatch(QPainter& painter, const QRectF& rect, const QColor& color);

}  // namespace waybill::ui
