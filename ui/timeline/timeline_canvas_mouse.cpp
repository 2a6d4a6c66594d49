// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is under the mouse in the timeline, what it says, and what a press does there.
#include <QMouseEvent>
#include <algorithm>

#include "layout/group_bar.h"
#include "layout/slack.h"
#include "ui/timeline/gap_text.h"
#include "ui/timeline/group_text.h"
#include "ui/timeline/timeline_canvas.h"
#include "ui/widgets/finding_text.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

constexpr int kBorderReach = 4;    // pixels to both sides of the tree column's border
constexpr int kExpanderReach = 9;  // from the expander's centre
constexpr double kMemberReach = 2;  // pixels beside a narrow member that still hit it
constexpr double kLeastGap = 4;     // pixels; a gap that narrow is not pointed at

}  // namespace

std::optional<uint32_t> TimelineCanvas::rowAt(const QPoint& position) const {
  const auto row = lanes().laneAt(position.y());
  return m_rows && row && *row < m_rows->rowCount() ? row : std::nullopt;
}

std::optional<layout::DrawRect> TimelineCanvas::memberAt(const QPoint& position) const {
  const auto row = rowAt(position);
  const double x = position.x() + 0.5 - lanes().plotLeft;
  if (!row || !m_rows->groupAt(*row) || x < 0 || x > lanes().plotWidth()) return std::nullopt;
  std::optional<layout::DrawRect> nearest;
  double nearestDistance = kMemberReach;
  for (const layout::DrawRect& bar : trace()->gantt->draw(*m_rows, scale(), *row, 1)) {
    if (bar.kind != layout::DrawKind::Member) continue;
    const double distance = std::max({0.0, bar.x - x, x - (double(bar.x) + double(bar.width))});
    if (distance > nearestDistance) continue;
    nearest = bar;
    nearestDistance = distance;
  }
  return nearest;
}

std::optional<analysis::NodeIndex> TimelineCanvas::nodeAt(const QPoint& position) const {
  const auto row = rowAt(position);
  if (!row) return std::nullopt;
  const auto group = m_rows->groupAt(*row);
  if (!group) return m_rows->nodeAt(*row);
  const auto member = memberAt(position);
  return member ? member->node : (*trace()->siblings)[*group].longest;
}

std::optional<size_t> TimelineCanvas::badgeAt(const QPoint& position) const {
  const auto row = rowAt(position);
  const auto rank = row ? m_badges.at(*row, position.x()) : std::nullopt;
  return rank && *rank < session().findings().size() ? rank : std::nullopt;
}

QString TimelineCanvas::tooltipAt(const QPoint& position) const {
  if (position.y() < lanes().axisHeight) {
    const auto above = position.x() < lanes().plotLeft ? enclosing() : std::nullopt;
    return above ? spanTooltip(*trace(), *above, 1) : QString();
  }
  if (const auto rank = badgeAt(position)) return findingTooltip(session().findings()[*rank], *rank);
  const auto row = rowAt(position);
  if (!row) return {};
  const auto group = m_rows->groupAt(*row);
  if (!group) return rowTooltip(position, m_rows->nodeAt(*row));
  const auto member = memberAt(position);
  if (!member) return groupTooltip(*trace(), *group);
  if (member->count == 1) return spanTooltip(*trace(), member->node, 1);
  return tr("%1 of them here").arg(countLabel(member->count, "span", "spans")) + QLatin1Char('\n') +
         groupTooltip(*trace(), *group);
}

// What stands at that time first: a gap, or how much later the span could have ended.
QString TimelineCanvas::rowTooltip(const QPoint& position, analysis::NodeIndex node) const {
  const session::OpenTrace& open = *trace();
  const analysis::CriticalPath& path = open.analysis->path;
  QString text = spanTooltip(open, node, 1);
  const auto slack = layout::slackEndNs(open.tree(), path, open.gantt->segments(), node);
  if (slack) text += QLatin1Char('\n') + slackSentence(*slack - open.tree().endNs[node.value]);
  const double x = position.x() - lanes().plotLeft;
  if (x < 0) return text;
  const layout::TimeRange here{scale().ns(x), scale().ns(x + 1) + 1};
  const auto leastNs = std::max<int64_t>(1, static_cast<int64_t>(kLeastGap * scale().nsPerPixel()));
  auto gaps = layout::gapsOnPath(open.tree(), open.gantt->segments(), node, here, leastNs);
  if (const auto queue = layout::queueBefore(open.tree(), node);
      queue && queue->startNs < here.endNs && queue->endNs > here.startNs) {
    gaps.push_back(*queue);
  }
  for (const layout::PathGap& gap : gaps) text = gapSentence(gap) + QLatin1Char('\n') + text;
  return text;
}

void TimelineCanvas::clicked(const QPoint& position) {
  if (const auto rank = badgeAt(position)) return session().selectFinding(rank);
  const auto row = rowAt(position);
  if (!row) return;
  const auto group = m_rows->groupAt(*row);
  if (!group) return choose(m_rows->nodeAt(*row), std::nullopt);
  if (const auto member = memberAt(position)) return choose(member->node, group);
  chooseRow(*row);
}

bool TimelineCanvas::isOnBorder(const QPoint& position) const {
  return std::abs(position.x() - lanes().plotLeft) <= kBorderReach;
}

std::optional<uint32_t> TimelineCanvas::expanderAt(const QPoint& position) const {
  const auto row = rowAt(position);
  if (!row || position.x() >= lanes().plotLeft) return std::nullopt;
  const uint32_t place = m_rows->placeAt(*row);
  if (m_rows->order().isLeaf(place)) return std::nullopt;
  const TreeColumn column = TimelinePainter::treeColumn(*m_rows, lanes());
  const double x = column.expanderX(m_rows->order().depthAt(place));
  return std::abs(position.x() - x) > kExpanderReach ? std::nullopt : row;
}

bool TimelineCanvas::takesPress(QMouseEvent* event) {
  const QPoint position = event->position().toPoint();
  m_resizing = isOnBorder(position);
  if (m_resizing) return true;
  if (position.y() < lanes().axisHeight && position.x() < lanes().plotLeft) {
    if (const auto node = enclosing()) session().selectNode(node);
    return true;
  }
  const auto row = expanderAt(position);
  if (row) toggle(*row);
  return row.has_value();
}

Qt::CursorShape TimelineCanvas::cursorShapeAt(const QPoint& position) const {
  if (!trace()) return Qt::ArrowCursor;
  if (isOnBorder(position)) return Qt::SplitHCursor;
  const bool onHeader = position.y() < lanes().axisHeight && position.x() < lanes().plotLeft;
  if (expanderAt(position) || badgeAt(position) || (onHeader && enclosing())) return Qt::PointingHandCursor;
  return LanesCanvas::cursorShapeAt(position);
}

}  // namespace waybill::ui
