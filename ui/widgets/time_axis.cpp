// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/time_axis.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "base/time_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pixels.h"

namespace waybill::ui {
namespace {

constexpr double kMinSpacing = 92;   // between ticks: a label of twelve characters
constexpr double kLabelGap = 5;      // between a tick and its label
constexpr double kTickHeight = 5;

// The time at a pixel, with no more digits than a pixel can tell apart.
QString cursorText(const TimeAxis& axis) {
  const int64_t offset = axis.scale.ns(*axis.cursorX) - axis.originNs;
  int64_t step = 1;
  while (static_cast<double>(step) * 10 <= axis.scale.nsPerPixel()) step *= 10;
  const int64_t rounded = (offset + (offset < 0 ? -step : step) / 2) / step * step;
  return QString::fromStdString(exactDurationText(rounded));
}

void paintCursor(QPainter& painter, const TimeAxis& axis, const QRect& rect, TextCache& texts) {
  const QString text = cursorText(axis);
  const double width = texts.width(text) + 12;
  const double x = axis.plotLeft + *axis.cursorX;
  const double left = std::clamp(x - width / 2, double(rect.left()), std::max<double>(rect.left(), rect.right() - width));
  const QRectF box(left, rect.top() + 4, width, rect.height() - 9);
  QPainterPath path;
  path.addRoundedRect(box, 4, 4);
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.fillPath(path, theme().badge);
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.setPen(theme().badgeText);
  texts.draw(painter, box.left() + 6, box.center().y(), text, width);
}

}  // namespace

void paintTimeGrid(QPainter& painter, const TimeAxis& axis, const QRect& rect) {
  for (const layout::AxisTick& tick : layout::axisTicks(axis.scale, axis.originNs, kMinSpacing)) {
    const double x = axis.scale.x(tick.ns);
    if (x < 0 || x > axis.scale.width()) continue;
    drawVerticalHairline(painter, axis.plotLeft + x, rect.top(), rect.bottom() + 1, theme().hairline);
  }
}

void paintTimeLabels(QPainter& painter, const TimeAxis& axis, const QRect& rect, TextCache& texts) {
  const double centerY = rect.center().y();
  for (const layout::AxisTick& tick : layout::axisTicks(axis.scale, axis.originNs, kMinSpacing)) {
    const double x = axis.scale.x(tick.ns);
    if (x < 0 || x > axis.scale.width()) continue;
    const QString label = QString::fromStdString(tick.label);
    const double left = axis.plotLeft + x;
    drawVerticalHairline(painter, left, rect.bottom() - kTickHeight, rect.bottom() + 1, theme().hairline);
    if (left + kLabelGap + texts.width(label) > rect.right()) continue;  // cut off it would mislead
    painter.setPen(theme().muted);
    texts.draw(painter, left + kLabelGap, centerY, label, rect.width());
  }
  if (axis.cursorX && *axis.cursorX >= 0 && *axis.cursorX <= axis.scale.width()) {
    paintCursor(painter, axis, rect, texts);
  }
}

}  // namespace waybill::ui
