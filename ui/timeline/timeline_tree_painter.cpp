// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The tree column of the timeline: guide lines, expanders, names, services.
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "base/time_text.h"
#include "ui/theme/theme.h"
#include "ui/timeline/span_search.h"
#include "ui/timeline/timeline_painter.h"
#include "ui/widgets/marks.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;

constexpr double kGap = 7;               // between the texts of a row
constexpr double kSmallestService = 28;  // a service name narrower than that is left out
constexpr int kFocusStripe = 3;

double centerOf(const LaneGeometry& lanes, uint32_t row) {
  return lanes.laneTop(row) + lanes.laneHeight / 2.0;
}

// Where the line down from a parent begins: below its mark, or at the top when it has been scrolled away. The parent of
// a row in sight has a row.
double lineTop(const TimelineFrame& frame, uint32_t parentRow) {
  if (parentRow < frame.lanes.firstLane()) return frame.lanes.axisHeight;
  return std::max<double>(frame.lanes.axisHeight,
                          centerOf(frame.lanes, parentRow) + TreeColumn::kServiceMark / 2 + 3);
}

QString hiddenText(const TraceTree& tree, NodeIndex node) {
  const uint32_t below = tree.subtreeEnd[node.value] - node.value - 1;
  return QLatin1Char('+') + countLabel(below, "span", "spans");
}

}  // namespace

TreeColumn TimelinePainter::treeColumn(const layout::GanttRows& rows, const LaneGeometry& lanes) {
  uint32_t deepest = 0;
  const uint32_t first = lanes.firstLane();
  for (uint32_t i = 0; i < lanes.visibleLanes() && first + i < rows.rowCount(); ++i) {
    deepest = std::max(deepest, rows.order().depthAt(rows.placeAt(first + i)));
  }
  return {lanes.plotLeft, deepest};
}

void TimelinePainter::paintRowBackgrounds(QPainter& painter, const TimelineFrame& frame) const {
  const LaneGeometry& lanes = frame.lanes;
  const auto fill = [&](uint32_t row, const QColor& color) {
    painter.fillRect(QRect(0, lanes.laneTop(row), lanes.width, lanes.laneHeight), color);
  };
  if (frame.hoveredRow) fill(*frame.hoveredRow, theme().hover);
  const std::optional<uint32_t> row = frame.selectedRow;
  if (!row) return;
  fill(*row, theme().selection);
  if (frame.focused) {
    painter.fillRect(QRect(0, lanes.laneTop(*row), kFocusStripe, lanes.laneHeight), theme().accent);
  }
}

// Each row draws the line up to its parent; what leads to rows below the picture is drawn from the first of
// them.
void TimelinePainter::paintGuides(QPainter& painter, const TimelineFrame& frame,
                                  const TreeColumn& column) const {
  const layout::RowOrder& order = frame.rows.order();
  const LaneGeometry& lanes = frame.lanes;
  const QColor color = blended(theme().muted, theme().panel, 0.38);
  const uint32_t first = lanes.firstLane();
  const uint32_t end = first + lanes.visibleLanes();
  for (uint32_t row = first; row < end; ++row) {
    const uint32_t place = frame.rows.placeAt(row);
    const auto parent = order.parentOf(place);
    const uint32_t depth = order.depthAt(place);
    if (!parent || depth <= column.baseDepth()) continue;
    const double x = column.guideX(depth - 1);
    const double y = centerOf(lanes, row);
    const double top = lineTop(frame, frame.rows.rowAt(*parent));
    if (y > top) drawVerticalHairline(painter, x, top, y, color);
    const double right = order.isLeaf(place) ? column.markX(depth) - 3 : column.expanderX(depth) - 6;
    if (right > x) drawHorizontalHairline(painter, x, right, y, color);
  }
  if (end >= frame.rows.rowCount()) return;
  const uint32_t below = frame.rows.placeAt(end);
  for (uint32_t place = below, depth = order.depthAt(below); depth > column.baseDepth(); --depth) {
    const auto parent = order.parentOf(place);
    if (!parent) break;
    // The first row below the picture has this line in any case, its ancestors only when siblings follow.
    if (place == below || order.endOf(place) < order.endOf(*parent)) {
      drawVerticalHairline(painter, column.guideX(depth - 1), lineTop(frame, frame.rows.rowAt(*parent)), lanes.height,
                           color);
    }
    place = *parent;
  }
}

void TimelinePainter::paintTreeRow(QPainter& painter, const TimelineFrame& frame, const TreeColumn& column,
                                   uint32_t row) {
  const TraceTree& tree = frame.tree();
  const layout::RowOrder& order = frame.rows.order();
  const uint32_t place = frame.rows.placeAt(row);
  if (const auto group = order.headerAt(place)) return paintGroupName(painter, frame, column, row, *group);
  const NodeIndex node = order.nodeAt(place);
  const uint32_t depth = order.depthAt(place);
  const double y = centerOf(frame.lanes, row);
  const bool collapsed = frame.rows.isClosed(place);
  if (!tree.isLeaf(node))
    drawExpander(painter, QPointF(column.expanderX(depth), y), !collapsed, theme().muted);

  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(Qt::NoPen);
  painter.setBrush(serviceColors().color(tree.service[node.value]));
  painter.drawRoundedRect(QRectF(column.markX(depth), std::floor(y - TreeColumn::kServiceMark / 2) + 0.5,
                                 TreeColumn::kServiceMark, TreeColumn::kServiceMark),
                          2, 2);
  painter.setRenderHint(QPainter::Antialiasing, false);

  double right = column.textRight();
  if (collapsed && !tree.isLeaf(node)) {
    const QString hidden = hiddenText(tree, node);
    const double width = m_times.width(hidden);
    if (right - width > column.textX(depth) + 4 * kSmallestService / 2) {
      painter.setPen(theme().muted);
      m_times.draw(painter, right - width, y, hidden, width + 1);
      right -= width + kGap;
    }
  }
  double x = column.textX(depth);
  const QString name = spanName(tree, node);
  const auto markMatch = [&](double width) {
    fillSharp(painter, QRectF(x - 3, y - m_names.lineHeight() / 2, width + 6, m_names.lineHeight()),
              withAlpha(theme().slow, 0.28));
  };
  if (frame.search.nameMatches(node)) markMatch(std::min(m_names.width(name), right - x));
  const bool dimmed = frame.search.isDimmed(node.value, collapsed ? tree.subtreeEnd[node.value] : node.value + 1);
  painter.setPen(tree.has(node, analysis::NodeBits::kError) ? theme().error : dimmed ? theme().muted : theme().text);
  x += m_names.draw(painter, x, y, name, right - x) + kGap;
  QString beside = serviceText(tree, node);
  if (tree.has(node, analysis::NodeBits::kOrphan)) beside += QStringLiteral(" · orphan");
  if (right - x < std::min(kSmallestService, m_names.width(beside))) return;
  if (frame.search.serviceMatches(node))
    markMatch(std::min(m_names.width(serviceText(tree, node)), right - x));
  painter.setPen(theme().muted);
  m_names.draw(painter, x, y, beside, right - x);
}

}  // namespace waybill::ui
