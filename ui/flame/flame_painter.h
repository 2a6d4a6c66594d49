// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "ui/flame/flame_badges.h"
#include "ui/flame/flame_frame.h"
#include "ui/flame/lane_strip.h"
#include "ui/widgets/text_cache.h"

class QPainter;

namespace waybill::ui {

// Paints the lanes in sight, as far as they are exposed. A frame may have tens of thousands of bars: they are
// plain rectangles, and only those wide enough for it get a label, the widest of each lane: about kMaxLabels
// in all. Which ones does not depend on how far it is scrolled, so that lanes can be painted one by one.
class FlamePainter {
 public:
  static constexpr size_t kMaxLabels = 900;

  void setFont(const QFont& font);
  int laneHeight() const;

  void paint(QPainter& painter, const FlameFrame& frame);

 private:
  void paintBars(QPainter& painter, const FlameFrame& frame);
  void paintLane(QPainter& painter, const FlameFrame& frame, std::span<const layout::DrawRect> lane,
                 FrameColors& colors, double ratio) const;
  void paintLabels(QPainter& painter, const FlameFrame& frame, std::span<const FlameBadge> badges);
  void paintLabel(QPainter& painter, const FlameFrame& frame, const layout::DrawRect& bar,
                  std::span<const FlameBadge> badges);
  void paintBadges(QPainter& painter, const FlameFrame& frame, std::span<const FlameBadge> badges);
  void paintPath(QPainter& painter, const FlameFrame& frame) const;
  void paintOutline(QPainter& painter, const FlameFrame& frame, analysis::NodeIndex node, const QColor& color,
                    double width) const;

  TextCache m_labels, m_bold;
  LaneStrip m_strip;
};

// The rectangle of a bar in widget pixels.
QRectF flameBarRect(const LaneGeometry& lanes, const layout::DrawRect& bar);

}  // namespace waybill::ui
