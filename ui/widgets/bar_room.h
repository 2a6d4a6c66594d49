// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <optional>

namespace waybill::ui {

// Hands out the room in and beside a bar to the texts and marks that belong to it, so that none covers
// another. Pure; pixels.
class BarRoom {
 public:
  enum class Side { InsideStart, InsideEnd, Right, Left };
  struct Spot {
    double x = 0, width = 0;
    Side side = Side::Right;
    bool isInside() const { return side == Side::InsideStart || side == Side::InsideEnd; }
  };

  // The bar from left to right, as far as it is in sight; beside it there is room from limitLeft to
  // limitRight.
  BarRoom(double left, double right, double limitLeft, double limitRight);

  // The first of the sides that has room for `width`, or, when none has, for at least `minimum` (then all the
  // room there). `gap` is kept to the bar's edge and to what was placed before.
  std::optional<Spot> take(double width, double gap, std::initializer_list<Side> sides, double minimum);
  std::optional<Spot> take(double width, double gap, std::initializer_list<Side> sides) {
    return take(width, gap, sides, width);
  }
  // Leaves out the first pixels inside: a stretch of another shade.
  void skipInside(double upTo);
  // What is left inside, without gaps.
  double insideLeft() const { return m_insideLeft; }
  double insideRight() const { return m_insideRight; }

 private:
  double room(Side side) const;

  double m_insideLeft, m_insideRight;
  double m_right, m_limitRight;
  double m_left, m_limitLeft;
};

}  // namespace waybill::ui
