// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What stands between and behind bars: named gaps on the critical path, messages in queues, slack, and the brackets
// that join the evidence of a finding.
#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "base/time_text.h"
#include "layout/group_bar.h"
#include "layout/slack.h"
#include "ui/theme/theme.h"
#include "ui/timeline/gap_text.h"
#include "ui/timeline/timeline_painter.h"
#include "ui/widgets/marks.h"
#include "ui/widgets/pixels.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;
using layout::GapKind;
using layout::PathGap;

constexpr double kLeastGap = 40;        // pixels
constexpr double kLeastGapShare = 0.05;  // of the picture's width: what is shorter does not matter at this zoom
constexpr double kGapShare = 0.5;       // of the bar's colour
constexpr double kNameGap = 5;
constexpr double kSlackHeight = 3, kSlackCap = 9;
constexpr double kLeastSlack = 2;  // pixels
constexpr double kBracketWidth = 1.5, kBracketTick = 5, kBracketGap = 5, kBracketStep = 8;
constexpr double kOverBars = 3;  // of a bracket above a bar

// Where neither side ran. Own time is dark as everywhere, and waiting for a peer is what the whole bar is.
bool isBetweenSpans(const PathGap& gap) {
  return gap.kind == GapKind::Network || gap.kind == GapKind::Queue;
}

// What the name of a gap in a bar of that colour stands on.
QColor groundOf(const PathGap& gap, const QColor& color) {
  if (isBetweenSpans(gap)) return blended(color, theme().panel, kGapShare);
  return gap.kind == GapKind::NothingRecorded ? emphasized(color) : color;
}

QColor queueGround() {
  return blended(theme().muted, theme().panel, 0.12);
}

}  // namespace

void TimelinePainter::findGaps(const TimelineFrame& frame, std::vector<RowBars>& bars) const {
  if (!frame.pathShown) return;
  const analysis::TraceTree& tree = frame.tree();
  const analysis::CriticalPath& path = frame.trace.analysis->path;
  const layout::SegmentOrder& segments = frame.trace.gantt->segments();
  const double least = std::max(kLeastGap, kLeastGapShare * frame.scale.width()) * frame.scale.nsPerPixel();
  const auto leastNs = static_cast<int64_t>(std::clamp(least, 1.0, 4e18));
  for (RowBars& row : bars) {
    if (!row.bar || row.group) continue;
    const NodeIndex node = row.bar->node;
    if (row.bar->count > 1 || path.totalNs[node.value] <= 0) {
      row.slackEndNs = layout::slackEndNs(tree, path, segments, node);
    } else {
      row.gaps = layout::gapsOnPath(tree, segments, node, frame.scale.range(), leastNs);
    }
    row.queue = layout::queueBefore(tree, node);
    if (row.queue && row.queue->endNs - row.queue->startNs < leastNs) row.queue.reset();
  }
}

void TimelinePainter::paintGaps(QPainter& painter, const TimelineFrame& frame, const RowBars& bars,
                                const QColor& color) const {
  const QRectF bar = timelineBarRect(frame.lanes, *bars.bar);
  const auto paint = [&](const PathGap& gap, const QColor& ground, const QColor& stripes) {
    const double x0 = frame.lanes.plotLeft + std::max(frame.scale.x(gap.startNs), -1.0);
    const double x1 = frame.lanes.plotLeft + std::min(frame.scale.x(gap.endNs), frame.scale.width() + 1);
    if (x1 <= x0) return;
    const QRectF rect(x0, bar.top(), x1 - x0, bar.height());
    fillSharp(painter, rect, ground);
    drawHatch(painter, rect, stripes);
  };
  for (const PathGap& gap : bars.gaps) {
    if (isBetweenSpans(gap)) paint(gap, groundOf(gap, color), withAlpha(emphasized(color), 0.35));
  }
  if (bars.queue) paint(*bars.queue, queueGround(), withAlpha(theme().muted, 0.35));
}

double TimelinePainter::namedGapEnd(const TimelineFrame& frame, const RowBars& bars, double behind) {
  const QRectF bar = timelineBarRect(frame.lanes, *bars.bar);
  const double left = std::max<double>(bar.left(), frame.lanes.plotLeft);
  const double right = std::min<double>(bar.right(), frame.lanes.plotRight());
  if (bars.gaps.empty() || !isBetweenSpans(bars.gaps.front())) return left;
  const PathGap& gap = bars.gaps.front();
  const double end = frame.lanes.plotLeft + frame.scale.x(gap.endNs);
  const bool first = frame.lanes.plotLeft + frame.scale.x(gap.startNs) <= left + 1;
  const bool fits = m_times.width(gapName(gap.kind)) + 2 * kNameGap <= end - left && end + behind <= right;
  return first && fits ? end : left;
}

void TimelinePainter::paintGapNames(QPainter& painter, const TimelineFrame& frame, const RowBars& bars,
                                    const BarRoom& room, double named) {
  const QRectF bar = timelineBarRect(frame.lanes, *bars.bar);
  const auto paint = [&](const PathGap& gap, double limitLeft, double limitRight, const QColor& ground,
                         const QColor& ink) {
    const double left = std::max(limitLeft, frame.lanes.plotLeft + frame.scale.x(gap.startNs)) + kNameGap;
    const double right = std::min(limitRight, frame.lanes.plotLeft + frame.scale.x(gap.endNs)) - kNameGap;
    for (const QString& text : {gapText(gap), gapName(gap.kind), shortGapName(gap.kind)}) {
      const double width = m_times.width(text);
      if (width > right - left) continue;
      const double x = (left + right - width) / 2;
      if (isBetweenSpans(gap)) fillSharp(painter, QRectF(x - 3, bar.top(), width + 6, bar.height()), ground);
      painter.setPen(ink);
      m_times.draw(painter, x, bar.center().y(), text, width + 1);
      return;
    }
  };
  const QColor color = timelineBarColor(frame, bars.bar->node, bars.bar->service);
  for (const PathGap& gap : bars.gaps) {
    const QColor ground = groundOf(gap, color);
    const bool isFree = frame.lanes.plotLeft + frame.scale.x(gap.endNs) <= named + 0.5;
    paint(gap, isFree ? frame.lanes.plotLeft : room.insideLeft(), room.insideRight(), ground, textOn(ground));
  }
  if (!bars.queue) return;
  paint(*bars.queue, frame.lanes.plotLeft, std::max<double>(bar.left(), frame.lanes.plotLeft), queueGround(),
        readableOn(theme().muted, queueGround()));
}

void TimelinePainter::paintSlack(QPainter& painter, const TimelineFrame& frame, const RowBars& bars) const {
  if (!bars.slackEndNs) return;
  const QRectF bar = timelineBarRect(frame.lanes, *bars.bar);
  const double x0 = bar.right();
  const double x1 = frame.lanes.plotLeft + std::min(frame.scale.x(*bars.slackEndNs), frame.scale.width() + 1);
  if (x1 - x0 < kLeastSlack) return;
  const QColor color = blended(theme().muted, theme().panel, 0.38);
  fillSharp(painter, QRectF(x0, bar.bottom() - kSlackHeight, x1 - x0, kSlackHeight), color);
  fillSharp(painter, QRectF(x1 - 1, bar.bottom() - kSlackCap, 1, kSlackCap), color);
}

void TimelinePainter::paintBrackets(QPainter& painter, const TimelineFrame& frame, uint32_t first,
                                    uint32_t count) const {
  const LaneGeometry& lanes = frame.lanes;
  for (const Bracket& bracket : frame.evidence.brackets()) {
    if (bracket.rows.front() >= first + count || bracket.rows.back() < first) continue;
    const bool selected = frame.selectedFinding == bracket.rank;
    const QColor color = selected ? theme().accent : readableOn(theme().slow, theme().panel);
    const double x0 = frame.scale.x(bracket.startNs), x1 = frame.scale.x(bracket.endNs);
    if (x1 < 0 || x0 > frame.scale.width()) continue;
    const double edge = lanes.plotLeft + std::max(x0, 0.0);
    if (bracket.rows.size() == 1) {
      const double y = lanes.laneTop(bracket.rows.front()) + 5 - kOverBars - static_cast<double>(bracket.column) * 2;
      const double end = lanes.plotLeft + std::min(x1, frame.scale.width());
      fillSharp(painter, QRectF(edge, y, end - edge, kBracketWidth), color);
      fillSharp(painter, QRectF(edge, y, kBracketWidth, kOverBars + 2), color);
      fillSharp(painter, QRectF(end - kBracketWidth, y, kBracketWidth, kOverBars + 2), color);
      continue;
    }
    const double x = std::max(lanes.plotLeft + 1.0,
                              edge - kBracketGap - kBracketWidth - static_cast<double>(bracket.column) * kBracketStep);
    const auto centerOf = [&](uint32_t row) { return lanes.laneTop(row) + lanes.laneHeight / 2.0; };
    fillSharp(painter,
              QRectF(x, centerOf(bracket.rows.front()), kBracketWidth,
                     centerOf(bracket.rows.back()) - centerOf(bracket.rows.front()) + kBracketWidth),
              color);
    const auto from = std::lower_bound(bracket.rows.begin(), bracket.rows.end(), first);
    for (auto row = from; row != bracket.rows.end() && *row < first + count; ++row) {
      fillSharp(painter, QRectF(x, centerOf(*row), kBracketTick, kBracketWidth), color);
    }
  }
}

}  // namespace waybill::ui
