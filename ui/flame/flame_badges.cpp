// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/flame_badges.h"

#include <algorithm>
#include <cmath>

namespace waybill::ui {
namespace {

constexpr double kGap = 3;

}  // namespace

std::vector<FlameBadge> placeBadges(const FlameFrame& frame, double size) {
  std::vector<FlameBadge> out;
  const analysis::TraceTree& tree = frame.trace.tree();
  const LaneGeometry& lanes = frame.lanes;
  const size_t count = std::min(frame.findings.size(), kMostBadges);
  const uint32_t first = lanes.firstLane(), end = first + lanes.visibleLanes();
  for (size_t rank = 0; rank < count; ++rank) {
    if (frame.findings[rank].evidence.empty()) continue;
    const analysis::NodeIndex node = frame.findings[rank].evidence.front();
    if (node.value >= tree.size()) continue;
    const uint32_t lane = frame.trace.flame->laneOf(node);
    const double x0 = frame.scale.x(tree.startNs[node.value]), x1 = frame.scale.x(tree.endNs[node.value]);
    if (lane < first || lane >= end || x1 < 0 || x0 > frame.scale.width()) continue;
    const double left = lanes.plotLeft + std::max(x0, 0.0);
    double right = lanes.plotLeft + std::min(x1, frame.scale.width());
    // Others of the same bar stand to the right already.
    for (const FlameBadge& other : out) {
      if (other.node == node && other.isInside) right = std::min(right, other.centerX - size / 2);
    }
    FlameBadge badge{lane, right - kGap - size / 2, rank, node, right - left >= size + 2 * kGap};
    if (!badge.isInside) {
      badge.centerX = std::min(lanes.plotLeft + std::min(x1, frame.scale.width()) + kGap + size / 2,
                               lanes.plotRight() - size / 2);
    }
    const bool covers = std::any_of(out.begin(), out.end(), [&](const FlameBadge& other) {
      return other.lane == lane && std::abs(other.centerX - badge.centerX) < size + 1;
    });
    if (!covers) out.push_back(badge);
  }
  return out;
}

}  // namespace waybill::ui
