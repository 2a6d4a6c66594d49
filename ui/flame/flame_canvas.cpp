// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/flame/flame_canvas.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/theme/theme.h"
#include "ui/widgets/finding_text.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {
constexpr int kSideMargin = 12;
constexpr int kTopMargin = 6;
constexpr double kReach = 2;  // pixels beside a narrow bar that still hit it
}  // namespace

FlameCanvas::FlameCanvas(session::Session& session, QWidget* parent)
    : LanesCanvas(session, parent),
      m_path([](const session::OpenTrace& of, analysis::NodeIndex node) { return of.flame->laneOf(node); }, nullptr) {
  setObjectName(QStringLiteral("flameCanvas"));
  setAccessibleName(tr("Flame graph of the trace in time order"));
  setPlotLeft(kSideMargin);
  setMargins(kTopMargin, kSideMargin);
  connect(&m_path, &PathLineBuilder::landed, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::selectionChanged, this, [this] {
    const auto node = this->session().selectedNode();
    if (node && trace() && trace() == this->session().openTrace()) revealNode(*node);
    updateNode(std::exchange(m_marked, node));
    updateNode(m_marked);
  });
  connect(&session, &session::Session::findingSelectionChanged, this, qOverload<>(&QWidget::update));
  connect(&session, &session::Session::findingsChanged, this, [this] {
    m_badges.clear();
    update();
  });
  takeTrace();
}

void FlameCanvas::traceChanged(const session::OpenTrace*) {
  m_hovered.reset();
  m_drawn.reset();
  m_badges.clear();
  m_marked = session().selectedNode();
  if (const auto open = trace()) {
    setLaneCount(open->flame->laneCount());
  } else {
    setLaneCount(0);
  }
  m_path.start(trace());
}

void FlameCanvas::styleChanged() {
  m_painter.setFont(smallerFont(font()));
  setLaneHeight(m_painter.laneHeight());
}

const layout::DrawList& FlameCanvas::barsOf(LaneGeometry::Lanes wanted) {
  const layout::TimeScale now = scale();
  const bool known = m_drawn && m_drawn->range == now.range() && m_drawn->width == lanes().plotWidth() &&
                     wanted.first >= m_drawn->lanes.first &&
                     wanted.first + wanted.count <= m_drawn->lanes.first + m_drawn->lanes.count;
  if (!known) {
    m_drawn = Drawn{now.range(), lanes().plotWidth(), wanted, trace()->flame->draw(now, wanted.first, wanted.count)};
  }
  return m_drawn->bars;
}

void FlameCanvas::updateNode(std::optional<analysis::NodeIndex> node) {
  constexpr int kOutline = 4;  // pixels around the bar
  if (node && trace() && node->value < trace()->tree().size()) updateLane(trace()->flame->laneOf(*node), kOutline);
}

void FlameCanvas::paintLanes(QPainter& painter, const QRegion& exposed) {
  const auto open = trace();
  const layout::TimeScale now = scale();
  const layout::DrawList& bars = barsOf(lanes().lanesIn(exposed.boundingRect()));
  auto selected = session().selectedNode();
  if (selected && selected->value >= open->tree().size()) selected.reset();
  m_painter.paint(painter, FlameFrame{*open, lanes(), now, exposed, bars, m_path.line(), session().findings(), m_badges,
                                      selected, m_hovered, session().selectedFinding(), session().criticalPathShown(),
                                      hasFocus()});
}

void FlameCanvas::paintHeader(QPainter&) {}

std::optional<layout::DrawRect> FlameCanvas::barAt(const QPoint& position) const {
  const auto open = trace();
  const auto lane = lanes().laneAt(position.y());
  const double x = position.x() + 0.5 - lanes().plotLeft;
  if (!open || !lane || x < -kReach || x > lanes().plotWidth() + kReach) return std::nullopt;
  std::optional<layout::DrawRect> nearest;
  double nearestDistance = kReach;
  for (const layout::DrawRect& bar : open->flame->draw(scale(), *lane, 1)) {
    const double distance = std::max({0.0, bar.x - x, x - (double(bar.x) + double(bar.width))});
    if (distance > nearestDistance || (nearest && distance == nearestDistance)) continue;
    nearest = bar;
    nearestDistance = distance;
  }
  return nearest;
}

std::optional<analysis::NodeIndex> FlameCanvas::nodeAt(const QPoint& position) const {
  const auto bar = barAt(position);
  return bar ? std::optional(bar->node) : std::nullopt;
}

std::optional<size_t> FlameCanvas::badgeAt(const QPoint& position) const {
  const auto lane = trace() ? lanes().laneAt(position.y()) : std::nullopt;
  const auto rank = lane ? m_badges.at(*lane, position.x()) : std::nullopt;
  return rank && *rank < session().findings().size() ? rank : std::nullopt;
}

QString FlameCanvas::tooltipAt(const QPoint& position) const {
  if (const auto rank = badgeAt(position)) return findingTooltip(session().findings()[*rank], *rank);
  const auto bar = barAt(position);
  return bar ? spanTooltip(*trace(), bar->node, bar->count) : QString();
}

void FlameCanvas::clicked(const QPoint& position) {
  if (const auto rank = badgeAt(position)) return session().selectFinding(rank);
  session().selectNode(nodeAt(position));
}

void FlameCanvas::hovered(std::optional<QPoint> position) {
  const auto node = position ? nodeAt(*position) : std::nullopt;
  if (node == m_hovered) return;
  updateNode(std::exchange(m_hovered, node));
  updateNode(m_hovered);
}

Qt::CursorShape FlameCanvas::cursorShapeAt(const QPoint& position) const {
  if (!trace()) return Qt::ArrowCursor;
  return badgeAt(position) ? Qt::PointingHandCursor : LanesCanvas::cursorShapeAt(position);
}

void FlameCanvas::revealNode(analysis::NodeIndex node) {
  const auto open = trace();
  if (!open || node.value >= open->tree().size()) return;
  showLane(open->flame->laneOf(node));
  visibleRange().reveal({open->tree().startNs[node.value], open->tree().endNs[node.value]});
}

uint64_t FlameCanvas::spansIn(const AreaSelection& area) const {
  const auto open = trace();
  if (!open) return 0;
  // As many pixels as it has on the screen: the work does not depend on how many spans it holds.
  const double width = std::max(1.0, scale().x(area.range.endNs) - scale().x(area.range.startNs));
  const layout::TimeScale part(area.range, width);
  uint64_t count = 0;
  for (const layout::DrawRect& bar :
       open->flame->draw(part, area.firstLane, area.lastLane - area.firstLane + 1)) {
    if (bar.x < width && bar.x + bar.width > 0) count += bar.count;
  }
  return count;
}

void FlameCanvas::focusInEvent(QFocusEvent* event) {
  LanesCanvas::focusInEvent(event);
  update();
}

void FlameCanvas::focusOutEvent(QFocusEvent* event) {
  LanesCanvas::focusOutEvent(event);
  update();
}

}  // namespace waybill::ui
