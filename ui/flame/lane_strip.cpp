// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/lane_strip.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "ui/theme/theme.h"
#include "ui/widgets/time_axis.h"

namespace waybill::ui {
namespace {

// A line of the plot as it is before bars are painted.
QImage groundLine(const FlameFrame& frame, int left, int width, double ratio) {
  QImage line(width, 1, QImage::Format_RGB32);
  line.setDevicePixelRatio(ratio);
  line.fill(theme().panel);
  QPainter painter(&line);
  painter.translate(-left / ratio, 0);
  paintTimeGrid(painter, {frame.scale, frame.trace.bounds.startNs, frame.lanes.plotLeft, std::nullopt},
                QRect(frame.lanes.plotLeft, 0, frame.lanes.plotWidth(), 1));
  return line;
}

}  // namespace

void LaneStrip::begin(const FlameFrame& frame, double ratio) {
  m_ratio = ratio;
  m_left = static_cast<int>(std::lround(frame.lanes.plotLeft * ratio));
  m_width = static_cast<int>(std::lround(frame.lanes.plotRight() * ratio)) - m_left;
  m_ground = {};
}

void LaneStrip::paint(QPainter& painter, const FlameFrame& frame, std::span<const layout::DrawRect> lane,
                      FrameColors& colors) {
  const double laneTop = frame.lanes.laneTop(lane.front().lane);
  const auto top = static_cast<int>(std::lround(laneTop * m_ratio));
  const int height = static_cast<int>(std::lround((laneTop + frame.lanes.laneHeight - 1) * m_ratio)) - top;
  if (m_width <= 0 || height <= 0) return;
  if (m_ground.isNull()) m_ground = groundLine(frame, m_left, m_width, m_ratio);
  const auto* ground = reinterpret_cast<const QRgb*>(m_ground.constBits());
  m_line.assign(ground, ground + m_width);
  m_upperLine = m_line;
  const QRgb error = theme().error.rgb();
  for (const layout::DrawRect& bar : lane) {
    const FrameColors::Pair& pair = colors.of(bar.service);
    const BarEdges edges = barEdges(frame.lanes, bar, m_ratio);
    const int left = std::clamp(edges.left - m_left, 0, m_width);
    const int right = std::clamp(edges.right - m_left, 0, m_width);
    const QRgb color = (isFolded(bar) ? pair.folded : pair.bar).rgb();
    std::fill(m_line.begin() + left, m_line.begin() + right, color);
    std::fill(m_upperLine.begin() + left, m_upperLine.begin() + right, bar.error ? error : color);
  }
  if (m_strip.width() != m_width || m_strip.height() < height) m_strip = QImage(m_width, height, QImage::Format_RGB32);
  const auto stripeEnd = static_cast<int>(std::lround((laneTop + kErrorHeight) * m_ratio)) - top;
  const size_t bytes = static_cast<size_t>(m_width) * sizeof(QRgb);
  for (int y = 0; y < height; ++y)
    std::memcpy(m_strip.scanLine(y), (y < stripeEnd ? m_upperLine : m_line).data(), bytes);
  painter.save();
  painter.scale(1 / m_ratio, 1 / m_ratio);  // device pixels: nothing is scaled, lines are copied
  painter.drawImage(QPoint(m_left, top), m_strip, QRect(0, 0, m_width, height));
  painter.restore();
}

}  // namespace waybill::ui
