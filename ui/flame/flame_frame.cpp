// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/flame_frame.h"

#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {
constexpr double kFoldedShare = 0.55;  // of the colour: what stands for many is paler
constexpr double kGapFrom = 3;         // bars from that width on leave a pixel to their right neighbour
}  // namespace

const FrameColors::Pair& FrameColors::of(StringId service) {
  Entry& entry = m_entries[service.value % m_entries.size()];
  if (!entry.known || entry.service != service) {
    const QColor color = serviceColors().color(service);
    entry = {true, service, {color, blended(color, theme().panel, kFoldedShare)}};
  }
  return entry.colors;
}

BarEdges barEdges(const LaneGeometry& lanes, const layout::DrawRect& bar, double ratio) {
  const auto pixel = [ratio](double logical) { return static_cast<int>(std::lround(logical * ratio)); };
  BarEdges edges{pixel(lanes.plotLeft + double(bar.x)), pixel(lanes.plotLeft + double(bar.x) + double(bar.width))};
  edges.right = std::max(edges.right, edges.left + 1);
  if (edges.right - edges.left >= kGapFrom * ratio) --edges.right;
  return edges;
}

}  // namespace waybill::ui
