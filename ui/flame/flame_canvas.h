// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "ui/flame/flame_painter.h"
#include "ui/widgets/lanes_canvas.h"
#include "ui/widgets/path_line_builder.h"

namespace waybill::ui {

// The lanes of the flame graph in time order.
class FlameCanvas : public LanesCanvas {
  Q_OBJECT

 public:
  FlameCanvas(session::Session& session, QWidget* parent);

  // The bar under a point: a span, or several folded into one.
  std::optional<layout::DrawRect> barAt(const QPoint& position) const;

  std::optional<analysis::NodeIndex> nodeAt(const QPoint& position) const override;
  void revealNode(analysis::NodeIndex node) override;
  QString tooltipAt(const QPoint& position) const override;

 protected:
  void traceChanged(const session::OpenTrace* before) override;
  void paintLanes(QPainter& painter, const QRegion& exposed) override;
  void paintHeader(QPainter& painter) override;
  uint64_t spansIn(const AreaSelection& area) const override;
  void clicked(const QPoint& position) override;
  Qt::CursorShape cursorShapeAt(const QPoint& position) const override;
  void hovered(std::optional<QPoint> position) override;
  void styleChanged() override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  // What lanes were drawn from: moving the mouse or the selection needs nothing new of the layout.
  struct Drawn {
    layout::TimeRange range;
    int width = 0;
    LaneGeometry::Lanes lanes;
    layout::DrawList bars;
  };
  const layout::DrawList& barsOf(LaneGeometry::Lanes wanted);
  std::optional<size_t> badgeAt(const QPoint& position) const;
  void updateNode(std::optional<analysis::NodeIndex> node);

  FlamePainter m_painter;
  std::optional<Drawn> m_drawn;
  PathLineBuilder m_path;
  BadgeSpots m_badges;
  std::optional<analysis::NodeIndex> m_hovered;
  std::optional<analysis::NodeIndex> m_marked;  // painted as the selected one
};

}  // namespace waybill::ui
