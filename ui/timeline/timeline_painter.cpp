// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the timeline and the bars in its plot.
#include "ui/timeline/timeline_painter.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"
#include "ui/timeline/ghost_bar.h"
#include "ui/timeline/span_search.h"
#include "ui/widgets/marks.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"
#include "ui/widgets/time_axis.h"

namespace waybill::ui {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

constexpr double kBarRadius = 2;
constexpr double kPaleShare = 0.6;  // of the colour of a bar that is off the critical path
constexpr double kDimmedShare = 0.2;  // of one that the search has not found
constexpr double kTickHeight = 5;   // of an event; it stands on the upper edge of the bar
constexpr double kOpenEndWidth = 14;  // of an unfinished span's fading end

}  // namespace

QRectF timelineBarRect(const LaneGeometry& lanes, const layout::DrawRect& bar) {
  const int height = lanes.laneHeight - 10;
  return {lanes.plotLeft + double(bar.x), double(lanes.laneTop(bar.lane) + 5), double(bar.width),
          double(height)};
}

QColor timelineBarColor(const TimelineFrame& frame, NodeIndex node, StringId service) {
  const QColor color = serviceColors().color(service);
  const uint32_t end = frame.rows.isCollapsed(node) ? frame.tree().subtreeEnd[node.value] : node.value + 1;
  if (frame.search.isDimmed(node.value, end)) return blended(color, theme().panel, kDimmedShare);
  const bool pale = frame.pathShown && frame.trace.analysis->path.totalNs[node.value] <= 0;
  return pale ? blended(color, theme().panel, kPaleShare) : color;
}

void TimelinePainter::setFont(const QFont& font) {
  m_names.setFont(font);
  m_times.setFont(tabularFont(font));
  QFont bold = font;
  bold.setBold(true);
  m_bold.setFont(bold);
}

int TimelinePainter::laneHeight() const {
  return std::max(24, static_cast<int>(std::ceil(m_names.lineHeight())) + 11);
}

void TimelinePainter::paint(QPainter& painter, const TimelineFrame& frame) {
  const LaneGeometry& lanes = frame.lanes;
  const auto [first, count] = lanes.lanesIn(frame.exposed.boundingRect());
  const QRect tree(0, lanes.axisHeight, lanes.plotLeft, lanes.height - lanes.axisHeight);
  const QRect plot(lanes.plotLeft, lanes.axisHeight, lanes.width - lanes.plotLeft, lanes.height);
  for (TextCache* texts : {&m_names, &m_times, &m_bold}) texts->paintOnly(frame.exposed);
  const TreeColumn column = treeColumn(frame.rows, lanes);
  paintRowBackgrounds(painter, frame);
  paintTimeGrid(painter, {frame.scale, frame.trace.bounds.startNs, lanes.plotLeft, std::nullopt},
                lanes.lanesRect());

  if (frame.exposed.intersects(tree)) {
    painter.save();
    painter.setClipRect(tree);
    paintGuides(painter, frame, column);
    for (uint32_t i = 0; i < count; ++i) {
      const QRect row(0, lanes.laneTop(first + i), lanes.plotLeft, lanes.laneHeight);
      if (frame.exposed.intersects(row)) paintTreeRow(painter, frame, column, first + i);
    }
    painter.restore();
  }
  if (frame.exposed.intersects(plot)) paintPlot(painter, frame, first, count);
  drawVerticalHairline(painter, lanes.plotLeft, lanes.axisHeight, lanes.height, theme().hairline);
}

void TimelinePainter::paintPlot(QPainter& painter, const TimelineFrame& frame, uint32_t first, uint32_t count) {
  const LaneGeometry& lanes = frame.lanes;
  const layout::DrawList list = frame.trace.gantt->draw(frame.rows, frame.scale, first, count);
  const std::vector<RowBars> bars = barsOf(frame, list, first, count);
  painter.save();
  painter.setClipRect(lanes.plotRect());
  for (uint32_t i = 0; i < count; ++i) {
    paintGhostBar(painter, frame, first + i);
    paintBar(painter, frame, bars[i]);
  }
  if (frame.pathShown) paintPath(painter, frame);
  paintBrackets(painter, frame, first, count);
  painter.restore();
  painter.save();
  painter.setClipRect(QRect(lanes.plotLeft, lanes.axisHeight, lanes.width - lanes.plotLeft, lanes.height));
  for (uint32_t i = 0; i < count; ++i) {
    if (frame.exposed.intersects(QRect(0, lanes.laneTop(first + i), lanes.width, lanes.laneHeight))) {
      frame.badges.clearLane(first + i);
    }
    if (bars[i].bar && bars[i].group) {
      paintGroupTexts(painter, frame, bars[i]);
    } else if (bars[i].bar) {
      paintBarTexts(painter, frame, bars[i]);
    } else {
      paintBeyond(painter, frame, first + i);
    }
  }
  painter.restore();
}

std::vector<TimelinePainter::RowBars> TimelinePainter::barsOf(const TimelineFrame& frame,
                                                              const layout::DrawList& list, uint32_t first,
                                                              uint32_t count) const {
  std::vector<RowBars> out(count);
  for (const layout::DrawRect& rect : list) {
    if (rect.lane < first || rect.lane - first >= count) continue;
    RowBars& row = out[rect.lane - first];
    if (rect.kind == layout::DrawKind::SelfTime) row.self.push_back(rect);
    if (rect.kind == layout::DrawKind::Member)  // those of a row stand side by side
      row.members = row.members.empty() ? std::span(&rect, 1) : std::span(row.members.data(), row.members.size() + 1);
    if (rect.kind == layout::DrawKind::Span || rect.kind == layout::DrawKind::Folded) row.bar = rect;
  }
  // A bar that ends before the picture begins is not in sight.
  for (RowBars& row : out) {
    if (row.bar && (row.bar->x + row.bar->width < 0 || row.bar->x > frame.scale.width())) row.bar.reset();
    if (row.bar && row.bar->kind == layout::DrawKind::Folded) row.group = frame.rows.groupAt(row.bar->lane);
  }
  findGaps(frame, out);
  return out;
}

void TimelinePainter::paintBar(QPainter& painter, const TimelineFrame& frame, const RowBars& bars) {
  if (!bars.bar) return;
  if (bars.group) return paintGroupBar(painter, frame, bars);
  const TraceTree& tree = frame.tree();
  const NodeIndex node = bars.bar->node;
  const QRectF bar = timelineBarRect(frame.lanes, *bars.bar);
  const QColor color = timelineBarColor(frame, node, tree.service[node.value]);
  const double ratio = painter.device()->devicePixelRatioF();
  const QRectF sharp(
      QPointF(snapped(bar.left(), ratio), bar.top()),
      QPointF(std::max(snapped(bar.right(), ratio), snapped(bar.left(), ratio) + 1), bar.bottom()));
  if (sharp.width() >= 3 * kBarRadius) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(sharp, kBarRadius, kBarRadius);
    painter.setRenderHint(QPainter::Antialiasing, false);
  } else {
    painter.fillRect(sharp, color);
  }
  // A leaf is all self time: nothing to tell apart.
  if (!tree.isLeaf(node) && !frame.rows.isCollapsed(node)) {
    const QColor dark = emphasized(color);
    for (const layout::DrawRect& self : bars.self)
      fillSharp(painter, timelineBarRect(frame.lanes, self), dark);
  }
  paintGaps(painter, frame, bars, color);
  paintSlack(painter, frame, bars);
  if (frame.rows.isCollapsed(node) && !tree.isLeaf(node)) {
    drawHatch(painter, sharp, withAlpha(emphasized(color), 0.5));
  }
  if (tree.has(node, NodeBits::kUnfinished)) {
    const double width = std::min(kOpenEndWidth, sharp.width());
    QLinearGradient fade(sharp.right() - width, 0, sharp.right(), 0);
    fade.setColorAt(0, withAlpha(theme().panel, 0));
    fade.setColorAt(1, theme().panel);
    painter.fillRect(QRectF(sharp.right() - width, sharp.top(), width, sharp.height()), fade);
  }
  paintEvents(painter, frame, *bars.bar);
}

void TimelinePainter::paintEvents(QPainter& painter, const TimelineFrame& frame,
                                  const layout::DrawRect& bar) const {
  if (frame.trace.isPrediction()) return;  // nothing says when they would have happened
  const NodeIndex node = bar.node;
  const QRectF rect = timelineBarRect(frame.lanes, bar);
  const QColor color = withAlpha(theme().criticalPath, 0.75);
  double last = -10;
  for (const int64_t ns : frame.events.of(frame.tree(), node)) {
    const double x = frame.scale.x(ns);
    if (x < 0 || x > frame.scale.width() || std::abs(x - last) < 1.5) continue;
    last = x;
    const double left = std::min(frame.lanes.plotLeft + x, double(frame.lanes.plotRight() - 2)) - 0.5;
    fillSharp(painter, QRectF(left, rect.top() - 3, 1.5, kTickHeight), color);
  }
}

// A row whose bar is out of sight says on which side it lies.
void TimelinePainter::paintBeyond(QPainter& painter, const TimelineFrame& frame, uint32_t row) {
  const NodeIndex node = frame.rows.nodeAt(row);
  const LaneGeometry& lanes = frame.lanes;
  // A group that is out of sight is so as a whole.
  const bool before = frame.tree().endNs[node.value] <= frame.scale.range().startNs;
  const QString text = before ? QString(QChar(0x2039)) : QString(QChar(0x203a));
  const double width = m_names.width(text);
  painter.setPen(blended(theme().muted, theme().panel, 0.7));
  m_names.draw(painter, before ? lanes.plotLeft + 5 : lanes.plotRight() - width - 1,
               lanes.laneTop(row) + lanes.laneHeight / 2.0, text, width + 1);
}

}  // namespace waybill::ui
