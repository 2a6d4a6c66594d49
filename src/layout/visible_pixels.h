// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>

#include "layout/draw_list.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// How far rectangles may reach beyond the visible width: enough for rounded ends and borders to be out of
// sight.
inline constexpr double kOverhangPixels = 16;

// Whether something is seen of a span: half-open, but a span without duration is seen at both ends of the
// range.
inline bool isVisible(int64_t startNs, int64_t endNs, const TimeRange& range) {
  if (startNs == endNs) return startNs >= range.startNs && startNs <= range.endNs;
  return startNs < range.endNs && endNs > range.startNs;
}

// Puts [x0, x1] into the rectangle, cut to the visible width and its overhang. At least `least` pixels of
// what is seen remain.
inline void place(DrawRect& rect, double x0, double x1, double width, double least) {
  x0 = std::min(x0, std::max(0.0, width - least));
  x1 = std::max({x1, x0 + least, std::min(least, width)});
  x0 = std::max(x0, -kOverhangPixels);
  x1 = std::min(x1, width + kOverhangPixels);
  rect.x = static_cast<float>(x0);
  rect.width = static_cast<float>(x1 - x0);
}

}  // namespace waybill::layout
