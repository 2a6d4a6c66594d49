// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <functional>
#include <span>
#include <vector>

#include "layout/draw_list.h"
#include "ui/widgets/lane_geometry.h"

class QPainter;

namespace waybill::ui {

// Paints the bar of a group with very many members: a line of pixels first, which is then copied down the height of the
// bar. A member a pixel wide costs a pixel that way, and not a rectangle of scattered ones.
class MemberStrip {
 public:
  static constexpr size_t kWorthIt = 96;      // members
  static constexpr double kApartFrom = 4;     // members from that width on leave a pixel to the next
  static constexpr double kErrorHeight = 3;   // of the stripe on a member with an error

  void paint(QPainter& painter, const LaneGeometry& lanes, std::span<const layout::DrawRect> members,
             const std::function<const QColor&(const layout::DrawRect&)>& colorOf);

 private:
  std::vector<QRgb> m_line, m_upperLine;  // where the stripes of errors are
  QImage m_image;
};

}  // namespace waybill::ui
