// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/member_strip.h"

#include <QPainter>
#include <algorithm>
#include <cstring>

#include "ui/theme/theme.h"
#include "ui/timeline/timeline_painter.h"

namespace waybill::ui {

void MemberStrip::paint(QPainter& painter, const LaneGeometry& lanes, std::span<const layout::DrawRect> members,
                        const std::function<const QColor&(const layout::DrawRect&)>& colorOf) {
  const double ratio = painter.device()->devicePixelRatioF();
  // Nothing far beyond the plot's edges comes here; rounding is left to the addition because it is done so often.
  const auto pixel = [ratio](double logical) { return static_cast<int>(logical * ratio + 1000.5) - 1000; };
  const QRectF bar = timelineBarRect(lanes, members.front());
  const int left = pixel(lanes.plotLeft), width = pixel(lanes.plotRight()) - left;
  const int top = pixel(bar.top()), height = pixel(bar.bottom()) - top;
  if (width <= 0 || height <= 0) return;
  m_line.assign(static_cast<size_t>(width), 0);  // nothing: what is below shows through
  m_upperLine.assign(static_cast<size_t>(width), 0);
  const QRgb error = theme().error.rgb();
  for (const layout::DrawRect& member : members) {
    const double x0 = lanes.plotLeft + double(member.x), x1 = x0 + double(member.width);
    const double apart = double(member.width) >= kApartFrom ? 1 : 0;
    const int from = std::clamp(pixel(x0) - left, 0, width - 1);
    const int to = std::clamp(pixel(x1 - apart) - left, from + 1, width);
    const QRgb color = colorOf(member).rgb();
    std::fill(m_line.begin() + from, m_line.begin() + to, color);
    std::fill(m_upperLine.begin() + from, m_upperLine.begin() + to, member.error ? error : color);
  }
  if (m_image.width() != width || m_image.height() < height)
    m_image = QImage(width, height, QImage::Format_ARGB32_Premultiplied);
  const int stripeEnd = pixel(bar.top() + kErrorHeight) - top;
  const size_t bytes = static_cast<size_t>(width) * sizeof(QRgb);
  for (int y = 0; y < height; ++y)
    std::memcpy(m_image.scanLine(y), (y < stripeEnd ? m_upperLine : m_line).data(), bytes);
  painter.save();
  painter.scale(1 / ratio, 1 / ratio);  // device pixels: nothing is scaled, lines are copied
  painter.drawImage(QPoint(left, top), m_image, QRect(0, 0, width, height));
  painter.restore();
}

}  // namespace waybill::ui
