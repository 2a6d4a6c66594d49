// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace waybill::ui {

// Where the badges of findings were painted, so that they can be hovered over and clicked. Kept by lane, as painters
// repaint lane by lane; scrolling moves lanes, not what stands in them. GUI thread.
class BadgeSpots {
 public:
  void clear() { m_lanes.clear(); }
  void clearLane(uint32_t lane) { m_lanes.remove(lane); }
  void add(uint32_t lane, double centerX, double size, size_t rank) {
    if (m_lanes.size() > kMaxLanes) m_lanes.clear();  // those in sight come back with the next frame
    m_lanes[lane].push_back({centerX, size / 2, rank});
  }
  // The finding whose badge is there; the one painted last when they overlap.
  std::optional<size_t> at(uint32_t lane, double x) const {
    const auto spots = m_lanes.constFind(lane);
    if (spots == m_lanes.cend()) return std::nullopt;
    for (auto spot = spots->rbegin(); spot != spots->rend(); ++spot) {
      if (x >= spot->centerX - spot->reach && x <= spot->centerX + spot->reach) return spot->rank;
    }
    return std::nullopt;
  }

 private:
  static constexpr qsizetype kMaxLanes = 4000;

  struct Spot {
    double centerX = 0, reach = 0;  // in the widget
    size_t rank = 0;
  };
  QHash<uint32_t, std::vector<Spot>> m_lanes;
};

}  // namespace waybill::ui
