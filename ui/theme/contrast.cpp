// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr double kEnoughForText = 4.5;  // WCAG 2.1, success criterion 1.4.3, level AA

double linear(float channel) {
  return channel <= 0.04045F ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double relativeLuminance(const QColor& color) {
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

}  // namespace

double contrastRatio(const QColor& a, const QColor& b) {
  const double la = relativeLuminance(a), lb = relativeLuminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor textOn(const QColor& background) {
  const QColor black(0x14181d), white(0xffffff);
  return contrastRatio(black, background) >= contrastRatio(white, background) ? black : white;
}

QColor blended(const QColor& color, const QColor& background, double share) {
  const auto mix = [share](float a, float b) { return static_cast<float>(a * share + b * (1 - share)); };
  return QColor::fromRgbF(mix(color.redF(), background.redF()), mix(color.greenF(), background.greenF()),
                          mix(color.blueF(), background.blueF()));
}

QColor readableOn(const QColor& color, const QColor& background) {
  constexpr int kSteps = 20;
  for (int step = 0; step < kSteps; ++step) {
    const QColor candidate = blended(theme().text, color, static_cast<double>(step) / kSteps);
    if (contrastRatio(candidate, background) >= kEnoughForText) return candidate;
  }
  return textOn(background);
}

QColor emphasized(const QColor& color) {
  return theme().dark ? blended(QColor(Qt::white), color, 0.25) : blended(QColor(Qt::black), color, 0.22);
}

}  // namespace waybill::ui
