// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>
#include <optional>

#include "layout/time_scale.h"
#include "ui/widgets/text_cache.h"

class QPainter;

namespace waybill::ui {

// What the axis of a picture and its grid are drawn from. Times are shown relative to the origin.
struct TimeAxis {
  layout::TimeScale scale;
  int64_t originNs = 0;
  int plotLeft = 0;               // pixel of the scale's 0
  std::optional<double> cursorX;  // pixels of the scale: where the mouse is
};

// Vertical hairlines at the ticks, over `rect`.
void paintTimeGrid(QPainter& painter, const TimeAxis& axis, const QRect& rect);

// Labels beside the ticks, the hairline below, and the time under the mouse.
void paintTimeLabels(QPainter& painter, const TimeAxis& axis, const QRect& rect, TextCache& texts);

}  // namespace waybill::ui
