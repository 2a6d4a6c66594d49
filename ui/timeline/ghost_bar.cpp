// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/ghost_bar.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {

constexpr double kFill = 0.22, kEdge = 0.6;  // share of the service's colour
constexpr double kBeyond = 4;                // pixels outside the plot that are still drawn

}  // namespace

void paintGhostBar(QPainter& painter, const TimelineFrame& frame, uint32_t row) {
  if (!frame.trace.isPrediction() || frame.rows.groupAt(row)) return;  // a group has no bar of its own
  const analysis::TraceTree& before = frame.trace.measured->tree();
  const uint32_t node = frame.rows.nodeAt(row).value;
  const int64_t start = before.startNs[node], end = before.endNs[node];
  if (start == frame.tree().startNs[node] && end == frame.tree().endNs[node]) return;
  const double width = frame.scale.width();
  const double x0 = std::clamp(frame.scale.x(start), -kBeyond, width + kBeyond);
  const double x1 = std::clamp(frame.scale.x(end), -kBeyond, width + kBeyond);
  if (x1 < 0 || x0 > width) return;
  layout::DrawRect ghost;
  ghost.lane = row;
  ghost.x = static_cast<float>(x0);
  ghost.width = static_cast<float>(std::max(1.0, x1 - x0));
  const QColor color = serviceColors().color(before.service[node]);
  painter.setPen(QPen(blended(color, theme().panel, kEdge), 1, Qt::DotLine));
  painter.setBrush(blended(color, theme().panel, kFill));
  painter.drawRect(timelineBarRect(frame.lanes, ghost).adjusted(0.5, 0.5, -0.5, -0.5));
}

}  // namespace waybill::ui
