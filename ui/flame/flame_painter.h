// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegion>
#include <optional>

#include "session/session.h"
#include "ui/widgets/lane_geometry.h"
#include "ui/widgets/path_line.h"
#include "ui/widgets/text_cache.h"

class QPainter;

namespace waybill::ui {

// All that one frame of the flame graph shows. References live as long as the frame.
struct FlameFrame {
  const session::OpenTrace& trace;
  const LaneGeometry& lanes;
  const layout::TimeScale& scale;
  const QRegion& exposed;        // what is to be painted, in the widget
  const layout::DrawList& bars;  // of the lanes that are exposed at least
  const PathLine& path;
  std::optional<analysis::NodeIndex> selected, hovered;
  bool pathShown = true;
  bool focused = false;
};

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
  void paintBars(QPainter& painter, const FlameFrame& frame) const;
  void paintLabels(QPainter& painter, const FlameFrame& frame);
  void paintLabel(QPainter& painter, const FlameFrame& frame, const layout::DrawRect& bar);
  void paintPath(QPainter& painter, const FlameFrame& frame) const;
  void paintOutline(QPainter& painter, const FlameFrame& frame, analysis::NodeIndex node, const QColor& color,
                    double width) const;

  TextCache m_labels;
};

// The rectangle of a bar in widget pixels.
QRectF flameBarRect(const LaneGeometry& lanes, const layout::DrawRect& bar);

}  // namespace waybill::ui
