// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRegion>
#include <array>
#include <optional>
#include <vector>

#include "session/session.h"
#include "ui/widgets/badge_spots.h"
#include "ui/widgets/lane_geometry.h"
#include "ui/widgets/path_line.h"

namespace waybill::ui {

// All that one frame of the flame graph shows. References live as long as the frame.
struct FlameFrame {
  const session::OpenTrace& trace;
  const LaneGeometry& lanes;
  const layout::TimeScale& scale;
  const QRegion& exposed;        // what is to be painted, in the widget
  const layout::DrawList& bars;  // of the lanes that are exposed at least
  const PathLine& path;
  const std::vector<analysis::Finding>& findings;
  BadgeSpots& badges;  // gets where they were painted
  std::optional<analysis::NodeIndex> selected, hovered;
  std::optional<size_t> selectedFinding;
  bool pathShown = true;
  bool focused = false;
};

// Colours of a frame: services repeat, and the palette is behind a hash table.
class FrameColors {
 public:
  struct Pair {
    QColor bar, folded;
  };
  const Pair& of(StringId service);

 private:
  struct Entry {
    bool known = false;
    StringId service;
    Pair colors;
  };
  std::array<Entry, 64> m_entries;
};

// Whether a bar stands for several spans.
inline bool isFolded(const layout::DrawRect& bar) {
  return bar.kind == layout::DrawKind::Folded || bar.count > 1;
}

// Where a bar begins and ends, in device pixels of the widget; at least one wide, and one apart from its right
// neighbour where there is room for that.
struct BarEdges {
  int left, right;
};
BarEdges barEdges(const LaneGeometry& lanes, const layout::DrawRect& bar, double ratio);

inline constexpr double kErrorHeight = 3;  // of the stripe on a bar with an error

}  // namespace waybill::ui
