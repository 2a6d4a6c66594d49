// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/time_axis.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme/theme.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

constexpr double kMinSpacing = 92;  // between ticks: a label of twelve characters
constexpr double kLabelGap = 5;     // between a tick and its label
constexpr double kTickHeight = 5;

// Beyond a minute in the units of the ticks: "2 min 19.89 s".
QString clockLabel(int64_t ns) {
  constexpr int64_t kMinute = 60'000'000'000;
  if (ns < kMinute) return exactLabel(ns);
  const int64_t minutes = ns / kMinute;
  QString text;
  if (minutes >= 60) text = QString::number(minutes / 60) + QStringLiteral(" h ");
  return text + QString::number(minutes % 60) + QStringLiteral(" min ") + exactLabel(ns % kMinute);
}

// The time at a pixel, with no more digits than a pixel can tell apart.
QString cursorText(const TimeAxis& axis) {
  const int64_t offset = axis.scale.ns(*axis.cursorX) - axis.originNs;
  int64_t step = 1;
  while (static_cast<double>(step) * 10 <= axis.scale.nsPerPixel()) step *= 10;
  const int64_t rounded = (offset + (offset < 0 ? -step : step) / 2) / step * step;
  return clockLabel(rounded);
}

QRectF cursorBox(const TimeAxis& axis, const QRect& rect, const QString& text, TextCache& texts) {
  const double width = texts.width(text) + 12;
  const double x = axis.plotLeft + *axis.cursorX;
  const double left =
      std::clamp(x - width / 2, double(rect.left()), std::max<double>(rect.left(), rect.right() - width));
  return {left, double(rect.top() + 4), width, double(rect.height() - 9)};
}

void paintCursor(QPainter& painter, const QRectF& box, const QString& text, TextCache& texts) {
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().badge);
  painter.drawRoundedRect(box, 4, 4);
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.setPen(theme().badgeText);
  texts.draw(painter, box.left() + 6, box.center().y(), text, box.width());
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
  const bool hasCursor = axis.cursorX && *axis.cursorX >= 0 && *axis.cursorX <= axis.scale.width();
  const QString cursor = hasCursor ? cursorText(axis) : QString();
  const QRectF box = hasCursor ? cursorBox(axis, rect, cursor, texts) : QRectF();
  double taken = rect.left();
  for (const layout::AxisTick& tick : layout::axisTicks(axis.scale, axis.originNs, kMinSpacing)) {
    const double x = axis.scale.x(tick.ns);
    if (x < 0 || x > axis.scale.width()) continue;
    const QString label = QString::fromStdString(tick.label);
    const double line = axis.plotLeft + x;
    const double width = texts.width(label);
    drawVerticalHairline(painter, line, rect.bottom() - kTickHeight, rect.bottom() + 1, theme().hairline);
    // To the right of its tick; the last one, where that would cut it off, to the left.
    double left = line + kLabelGap;
    if (left + width > rect.right()) left = line - kLabelGap - width;
    if (left < taken) continue;
    taken = left + width + kLabelGap;
    if (hasCursor && left < box.right() + kLabelGap && left + width > box.left() - kLabelGap) continue;
    painter.setPen(theme().muted);
    texts.draw(painter, left, rect.center().y(), label, width + 1);
  }
  if (hasCursor) paintCursor(painter, box, cursor, texts);
}

}  // namespace waybill::ui
