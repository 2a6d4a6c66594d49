// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/lane_geometry.h"

#include <algorithm>
#include <climits>

namespace waybill::ui {
namespace {

// Scroll bars count in int: beyond 80 million rows of 26 pixels the last ones cannot be reached.
int saturated(int64_t value) {
  return static_cast<int>(std::clamp<int64_t>(value, INT_MIN / 2, INT_MAX / 2));
}

}  // namespace

int LaneGeometry::plotWidth() const {
  return std::max(1, width - plotLeft - rightMargin);
}

QRect LaneGeometry::plotRect() const {
  return {plotLeft, axisHeight, plotWidth(), std::max(0, height - axisHeight)};
}

QRect LaneGeometry::lanesRect() const {
  return {0, axisHeight, width, std::max(0, height - axisHeight)};
}

QRect LaneGeometry::axisRect() const {
  return {plotLeft, 0, std::max(1, width - plotLeft), axisHeight};
}

uint32_t LaneGeometry::firstLane() const {
  if (laneCount == 0) return 0;
  return std::min(static_cast<uint32_t>(std::max(0, scrollY - topMargin) / laneHeight), laneCount - 1);
}

uint32_t LaneGeometry::visibleLanes() const {
  if (laneCount == 0 || height <= axisHeight) return 0;
  const int64_t bottom = int64_t{std::max(0, scrollY)} - topMargin + (height - axisHeight);
  if (bottom <= 0) return 0;
  const int64_t end = std::min<int64_t>(laneCount, (bottom + laneHeight - 1) / laneHeight);
  return static_cast<uint32_t>(std::max<int64_t>(0, end - firstLane()));
}

LaneGeometry::Lanes LaneGeometry::lanesIn(const QRect& rect) const {
  const uint32_t first = firstLane();
  const uint32_t end = first + visibleLanes();
  if (first == end || rect.isEmpty() || rect.bottom() < laneTop(first) || rect.top() >= laneTop(end - 1) + laneHeight)
    return {first, 0};
  const int top = laneTop(first);
  const uint32_t begin = first + static_cast<uint32_t>(std::max(0, rect.top() - top) / laneHeight);
  const uint32_t past = first + static_cast<uint32_t>(std::max(0, rect.bottom() - top) / laneHeight) + 1;
  return {begin, std::min(past, end) - begin};
}

uint32_t LaneGeometry::wholeLanes() const {
  return static_cast<uint32_t>(std::max(1, (height - axisHeight) / laneHeight));
}

int LaneGeometry::laneTop(uint32_t lane) const {
  return saturated(int64_t{lane} * laneHeight + topMargin - scrollY + axisHeight);
}

std::optional<uint32_t> LaneGeometry::laneAt(int y) const {
  if (y < axisHeight) return std::nullopt;
  const int64_t offset = int64_t{y} - axisHeight - topMargin + scrollY;
  const int64_t lane = offset / laneHeight;
  if (offset < 0 || lane >= laneCount) return std::nullopt;
  return static_cast<uint32_t>(lane);
}

int LaneGeometry::maxScroll() const {
  return std::max(
      0, saturated(int64_t{laneCount} * laneHeight + topMargin + bottomMargin - (height - axisHeight)));
}

int LaneGeometry::scrollShowing(uint32_t lane, uint32_t margin) const {
  const int64_t page = std::max(0, height - axisHeight);
  const int64_t around = page >= int64_t{laneHeight} * (2 * margin + 1) ? int64_t{margin} * laneHeight : 0;
  const int64_t top = int64_t{lane} * laneHeight + topMargin - around;
  const int64_t bottom = (int64_t{lane} + 1) * laneHeight + topMargin + around;
  int64_t scroll = scrollY;
  if (bottom > scroll + page) scroll = bottom - page;
  if (top < scroll) scroll = top;
  return std::clamp(saturated(scroll), 0, maxScroll());
}

}  // namespace waybill::ui
