// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "ui/flame/flame_frame.h"

namespace waybill::ui {

// The numbered badge of a finding on the bar of its first evidence, in widget pixels.
struct FlameBadge {
  uint32_t lane = 0;
  double centerX = 0;
  size_t rank = 0;  // from 0
  analysis::NodeIndex node;
  bool isInside = false;  // the bar; else beside it
};

// Where badges of that diameter go: at the right end of the bars where there is room, else behind them. Of those that
// would cover each other the better finding keeps its place; zooming in brings the others. By rank; at most
// kMostBadges findings are looked at.
inline constexpr size_t kMostBadges = 200;
std::vector<FlameBadge> placeBadges(const FlameFrame& frame, double size);

}  // namespace waybill::ui
