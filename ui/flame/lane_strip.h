// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <span>
#include <vector>

#include "ui/flame/flame_frame.h"

class QPainter;

namespace waybill::ui {

// Paints a lane of very many bars: a line of pixels first, which is then copied down the height of the lane. A
// bar a pixel wide costs a pixel that way, and not a rectangle of scattered ones.
class LaneStrip {
 public:
  static constexpr size_t kWorthIt = 128;  // bars in a lane

  void begin(const FlameFrame& frame, double ratio);
  // Covers the lane in the plot, with the time grid where nothing is.
  void paint(QPainter& painter, const FlameFrame& frame, std::span<const layout::DrawRect> lane,
             FrameColors& colors);

 private:
  double m_ratio = 1;
  int m_left = 0, m_width = 0;  // of the plot, in device pixels
  QImage m_ground;              // a line of it without bars; made when the first strip is painted
  std::vector<QRgb> m_line, m_upperLine;  // where the stripes of errors are
  QImage m_strip;
};

}  // namespace waybill::ui
