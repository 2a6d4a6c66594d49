// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/bar_room.h"

#include <algorithm>

namespace waybill::ui {

BarRoom::BarRoom(double left, double right, double limitLeft, double limitRight)
    : m_insideLeft(left),
      m_insideRight(right),
      m_right(right),
      m_limitRight(limitRight),
      m_left(left),
      m_limitLeft(limitLeft) {}

double BarRoom::room(Side side) const {
  switch (side) {
    case Side::InsideStart:
    case Side::InsideEnd:
      return m_insideRight - m_insideLeft;
    case Side::Right:
      return m_limitRight - m_right;
    case Side::Left:
      break;
  }
  return m_left - m_limitLeft;
}

std::optional<BarRoom::Spot> BarRoom::take(double width, double gap, std::initializer_list<Side> sides,
                                           double minimum) {
  // Inside, the other end of the bar wants its gap as well.
  const auto needed = [gap](Side side) {
    return side == Side::InsideStart || side == Side::InsideEnd ? 2 * gap : gap;
  };
  const auto hasRoom = [&](double wanted) {
    return std::find_if(sides.begin(), sides.end(),
                        [&](Side side) { return room(side) >= wanted + needed(side); });
  };
  auto side = hasRoom(width);
  if (side == sides.end()) side = hasRoom(minimum);
  if (side == sides.end()) return std::nullopt;
  Spot spot{0, std::min(width, room(*side) - needed(*side)), *side};
  switch (*side) {
    case Side::InsideStart:
      spot.x = m_insideLeft + gap;
      m_insideLeft = spot.x + spot.width;
      break;
    case Side::InsideEnd:
      spot.x = m_insideRight - gap - spot.width;
      m_insideRight = spot.x;
      break;
    case Side::Right:
      spot.x = m_right + gap;
      m_right = spot.x + spot.width;
      break;
    case Side::Left:
      spot.x = m_left - gap - spot.width;
      m_left = spot.x;
      break;
  }
  return spot;
}

void BarRoom::skipInside(double upTo) {
  m_insideLeft = std::max(m_insideLeft, std::min(upTo, m_insideRight));
}

}  // namespace waybill::ui
