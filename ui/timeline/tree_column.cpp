// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/tree_column.h"

#include <algorithm>
#include <cmath>

namespace waybill::ui {
namespace {

constexpr double kLeft = 16;  // centre of the outermost expander
constexpr double kExpanderToMark = 9;
constexpr double kMarkToText = 6;
constexpr double kFullStep = 16;
constexpr double kSmallestStep = 3;
constexpr double kShareForIndent = 0.42;  // the rest is for names

}  // namespace

int TreeColumn::defaultWidth(int pictureWidth) {
  return std::clamp(pictureWidth * 35 / 100, 180, 420);
}

TreeColumn::TreeColumn(int width, uint32_t deepestInSight) : m_width(width), m_step(kFullStep) {
  if (deepestInSight == 0) return;
  const double room = std::max(kSmallestStep, width * kShareForIndent - kLeft);
  m_step = std::clamp(room / deepestInSight, kSmallestStep, kFullStep);
  const auto levels = static_cast<uint32_t>(room / m_step);
  m_baseDepth = deepestInSight > levels ? deepestInSight - levels : 0;
}

double TreeColumn::expanderX(uint32_t depth) const {
  return std::round(kLeft + (depth > m_baseDepth ? depth - m_baseDepth : 0) * m_step);
}

double TreeColumn::markX(uint32_t depth) const {
  return expanderX(depth) + kExpanderToMark;
}

double TreeColumn::textX(uint32_t depth) const {
  return markX(depth) + kServiceMark + kMarkToText;
}

}  // namespace waybill::ui
