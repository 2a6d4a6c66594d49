// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>
#include <cstdint>
#include <optional>

namespace waybill::ui {

// Where the lanes of a picture over a time axis lie in its widget, in logical pixels: the axis on top, a
// column of text to the left, the plot, a margin to the right where labels may still go. A value.
struct LaneGeometry {
  int width = 0, height = 0;  // of the widget
  int plotLeft = 0;           // where the visible range begins
  int rightMargin = 18;
  int axisHeight = 30;
  int laneHeight = 26;
  int topMargin = 0;      // above the first lane, scrolls with it
  int bottomMargin = 12;  // below the last lane, so that it is seen to be the last
  int scrollY = 0;
  uint32_t laneCount = 0;

  int plotWidth() const;
  int plotRight() const { return plotLeft + plotWidth(); }
  QRect plotRect() const;   // where bars may be painted
  QRect lanesRect() const;  // all of the lanes, text column included
  QRect axisRect() const;   // above the plot

  uint32_t firstLane() const;                   // partly visible counts
  uint32_t visibleLanes() const;                // from firstLane() on
  // Those in sight that a rectangle of the widget touches.
  struct Lanes {
    uint32_t first, count;
  };
  Lanes lanesIn(const QRect& rect) const;
  uint32_t wholeLanes() const;                  // a page
  int laneTop(uint32_t lane) const;             // saturating
  std::optional<uint32_t> laneAt(int y) const;  // none above and below the lanes
  int maxScroll() const;
  // The scroll position nearest to the present one that shows the lane wholly, with `margin` lanes around it.
  int scrollShowing(uint32_t lane, uint32_t margin = 1) const;
};

}  // namespace waybill::ui
