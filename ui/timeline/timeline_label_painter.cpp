// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The texts and marks in and beside the bars of the timeline.
#include <QCoreApplication>
#include <QPainter>
#include <algorithm>

#include "ui/theme/theme.h"
#include "ui/timeline/timeline_painter.h"
#include "ui/widgets/marks.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

using analysis::NodeBits;
using analysis::NodeIndex;
using Side = BarRoom::Side;

constexpr double kTextGap = 6;
constexpr double kMarkGap = 5;
constexpr double kKeptBelow = 8;  // of a row, with the line of slack
constexpr double kAnnotationGap = 16;
constexpr double kSmallestAnnotation = 70;
constexpr double kSkippedSelf =
    72;  // a leading stretch of self time up to that wide pushes the text behind it

}  // namespace

void clearBehind(QPainter& painter, const TimelineFrame& frame, uint32_t row, const BarRoom::Spot& spot) {
  const QColor ground = frame.selectedRow == row ? theme().selection
                        : frame.hoveredRow == row ? theme().hover
                                                  : theme().panel;
  fillSharp(painter,
            QRectF(spot.x - 2, frame.lanes.laneTop(row) + 4, spot.width + 4, frame.lanes.laneHeight - 4 - kKeptBelow),
            withAlpha(ground, 0.85));
}

void TimelinePainter::paintBarTexts(QPainter& painter, const TimelineFrame& frame, const RowBars& bars) {
  const LaneGeometry& lanes = frame.lanes;
  const NodeIndex node = bars.bar->node;
  const QRectF bar = timelineBarRect(lanes, *bars.bar);
  const double left = std::max<double>(bar.left(), lanes.plotLeft);
  const double right = std::min<double>(bar.right(), lanes.plotRight());
  // Not on the pixel's middle: letters have more below the baseline than above the capitals.
  const double centerY = bar.center().y();
  BarRoom room(left, right, bars.queue ? left : lanes.plotLeft + 2, lanes.width - 2);
  QString label = durationLabel(frame.tree(), node);
  if (frame.tree().has(node, NodeBits::kUnfinished)) {
    label += QCoreApplication::translate("Timeline", " so far · unfinished");
  }
  const double width = m_times.width(label);
  const double named = namedGapEnd(frame, bars, width + 2 * kTextGap);
  room.skipInside(named);
  QColor below = timelineBarColor(frame, node, frame.tree().service[node.value]);
  if (!frame.tree().isLeaf(node) && !frame.rows.isCollapsed(node)) {
    // The label stands behind short stretches of self time at the bar's beginning, or on a long one.
    double from = std::max(left, named);
    for (const layout::DrawRect& stretch : bars.self) {
      const QRectF self = timelineBarRect(lanes, stretch);
      if (self.right() <= from) continue;
      if (self.left() > from + 2 * kTextGap + width) break;
      if (self.right() - left > kSkippedSelf) {
        if (self.left() <= from + kTextGap) below = emphasized(below);
        break;
      }
      from = self.right();
    }
    room.skipInside(from);
  }
  const QColor inside = textOn(below);

  if (const auto spot = room.take(width, kTextGap, {Side::InsideStart, Side::Right, Side::Left})) {
    if (!spot->isInside()) clearBehind(painter, frame, bars.bar->lane, *spot);
    painter.setPen(spot->isInside() ? inside : theme().muted);
    m_times.draw(painter, spot->x, centerY, label, width + 1);
  }
  paintMarks(painter, frame, *bars.bar, inside, centerY, room);
  if (const Annotation* annotation = frame.annotationOf(bars.bar->lane, node);
      annotation && !annotation->text.isEmpty()) {
    paintAnnotation(painter, frame, bars.bar->lane, *annotation, inside, centerY, room);
  }
  paintGapNames(painter, frame, bars, room, named);
}

void TimelinePainter::paintBadges(QPainter& painter, const TimelineFrame& frame, uint32_t row,
                                  const Annotation& annotation, double centerY, BarRoom& room) {
  const double size = badgeSize(m_bold);
  // All that fit, the best first.
  std::optional<BarRoom::Spot> spot;
  size_t count = annotation.badges.size();
  for (; count > 0 && !spot; count -= spot ? 0 : 1) {
    const double width = static_cast<double>(count) * (size + kMarkGap) - kMarkGap;
    spot = room.take(width, kMarkGap, {Side::InsideEnd, Side::Right, Side::Left});
  }
  for (size_t i = 0; spot && i < count; ++i) {
    const size_t rank = annotation.badges[i];
    const double x = spot->x + size / 2 + static_cast<double>(i) * (size + kMarkGap);
    drawBadge(painter, QPointF(x, centerY), rank + 1, frame.selectedFinding == rank, m_bold);
    frame.badges.add(row, x, size, rank);
  }
}

void TimelinePainter::paintMarks(QPainter& painter, const TimelineFrame& frame, const layout::DrawRect& bar,
                                 const QColor& inside, double centerY, BarRoom& room) {
  const NodeIndex node = bar.node;
  const auto place = [&room](double width) {
    return room.take(width, kMarkGap, {Side::InsideEnd, Side::Right, Side::Left});
  };
  if (const Annotation* annotation = frame.annotationOf(bar.lane, node)) {
    paintBadges(painter, frame, bar.lane, *annotation, centerY, room);
  }
  if (bar.error) {  // its own, or one folded under it
    if (const auto spot = place(kMarkSize)) {
      drawErrorMark(painter, QPointF(spot->x + kMarkSize / 2, centerY),
                    spot->isInside() ? inside : theme().error);
    }
  }
  const uint16_t bits = frame.tree().recordedBits(node);
  if ((bits & store::SpanBits::kHasLinks) != 0) {
    if (const auto spot = place(kMarkSize)) {
      drawLinkMark(painter, QPointF(spot->x + kMarkSize / 2, centerY),
                   spot->isInside() ? inside : theme().muted);
    }
  }
}

void TimelinePainter::paintAnnotation(QPainter& painter, const TimelineFrame& frame, uint32_t row,
                                      const Annotation& annotation, const QColor& inside, double centerY,
                                      BarRoom& room) {
  const double width = m_bold.width(annotation.text);
  const auto spot =
      room.take(width, kAnnotationGap, {Side::InsideStart, Side::Right, Side::Left}, kSmallestAnnotation);
  if (!spot) return;
  const QColor outside = readableOn(annotation.foundIt ? theme().error : theme().slow, theme().panel);
  if (!spot->isInside()) clearBehind(painter, frame, row, *spot);
  painter.setPen(spot->isInside() ? inside : outside);
  m_bold.draw(painter, spot->x, centerY, annotation.text, spot->width + 1);
}

}  // namespace waybill::ui
