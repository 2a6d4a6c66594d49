// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row that stands for a group of siblings: "×412 SELECT …", its members side by side.
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"
#include "ui/timeline/group_text.h"
#include "ui/timeline/span_search.h"
#include "ui/timeline/timeline_painter.h"
#include "ui/widgets/marks.h"
#include "ui/widgets/pixels.h"
#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;
using layout::DrawRect;
using layout::GroupIndex;
using layout::SiblingGroups;
using Side = BarRoom::Side;

constexpr double kTextGap = 6;
constexpr double kMarkGap = 5;
constexpr float kAlone = 3;  // pixels; what is narrower takes its colour from the whole group
constexpr double kOutline = 2;          // around the selected member
constexpr double kSmallestOutline = 4;  // its width
constexpr double kNamesGap = 7;
constexpr double kSmallestService = 28;
constexpr double kPillPadding = 5;
constexpr double kDimmedShare = 0.2, kPaleShare = 0.6;  // as of other bars

const SiblingGroups& groupsOf(const TimelineFrame& frame) {
  return *frame.rows.order().groups();
}

// Where members are nodes in a row every one can be looked at in no time.
bool anyMatch(const TimelineFrame& frame, GroupIndex group, const DrawRect& members) {
  if (frame.search.others() == SpanSearch::Others::Shown) return true;
  const SiblingGroups& groups = groupsOf(frame);
  const uint32_t first = members.node.value, size = groups.memberSize(group);
  if (members.count == 1 || groups.isRun(group)) return !frame.search.isDimmed(first, first + members.count * size);
  return matchesIn(frame.search.matches(), groups, group).count > 0;
}

// The colours of one row.
class GroupColors {
 public:
  GroupColors(const TimelineFrame& frame, GroupIndex group, StringId service)
      : m_frame(frame),
        m_group(group),
        m_color(serviceColors().color(service)),
        m_pale(blended(m_color, theme().panel, kPaleShare)),
        m_dimmed(blended(m_color, theme().panel, kDimmedShare)),
        m_isOnPath(groupsOf(frame).isOnPath(group)) {}

  const QColor& of(const DrawRect& members) const {
    if (!anyMatch(m_frame, m_group, members)) return m_dimmed;
    const bool looksAlone = m_isOnPath && members.count == 1 && members.width >= kAlone;
    const bool onPath = looksAlone ? m_frame.trace.analysis->path.totalNs[members.node.value] > 0 : m_isOnPath;
    return m_frame.pathShown && !onPath ? m_pale : m_color;
  }
  const QColor& thread() const { return m_pale; }

 private:
  const TimelineFrame& m_frame;
  GroupIndex m_group;
  QColor m_color, m_pale, m_dimmed;
  bool m_isOnPath;
};

}  // namespace

void TimelinePainter::paintGroupBar(QPainter& painter, const TimelineFrame& frame, const RowBars& bars) {
  const QRectF all = timelineBarRect(frame.lanes, *bars.bar);
  const GroupColors colors(frame, *bars.group, bars.bar->service);
  // A thread that the members hang on: what is between them is a gap, and not the end.
  drawHorizontalHairline(painter, all.left(), all.right(), std::floor(all.center().y()), colors.thread());
  const auto colorOf = [&colors](const DrawRect& member) -> const QColor& { return colors.of(member); };
  if (bars.members.size() >= MemberStrip::kWorthIt) {
    m_strip.paint(painter, frame.lanes, bars.members, colorOf);
  } else {
    for (const DrawRect& member : bars.members) {
      QRectF rect = timelineBarRect(frame.lanes, member);
      if (rect.width() >= MemberStrip::kApartFrom) rect.setWidth(rect.width() - 1);
      fillSharp(painter, rect, colorOf(member));
      if (member.error)
        fillSharp(painter, QRectF(rect.left(), rect.top(), rect.width(), MemberStrip::kErrorHeight), theme().error);
    }
  }
  const SiblingGroups& groups = groupsOf(frame);
  if (!frame.selected || frame.selectedRow != bars.bar->lane || !frame.rows.isFolded(*bars.group)) return;
  if (groups.groupOf(*frame.selected) != bars.group) return;
  // What is selected may be below the member.
  const double x0 = frame.lanes.plotLeft + frame.scale.x(frame.tree().startNs[frame.selected->value]);
  const double x1 = frame.lanes.plotLeft + frame.scale.x(frame.tree().endNs[frame.selected->value]);
  const QRectF outline(std::max(x0, all.left() - kOutline) - kOutline / 2, all.top() - kOutline / 2,
                       std::max(std::min(x1, all.right() + kOutline) - x0, kSmallestOutline) + kOutline - 1,
                       all.height() + kOutline);
  painter.setPen(QPen(theme().accent, kOutline));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(outline);
}

void TimelinePainter::paintGroupTexts(QPainter& painter, const TimelineFrame& frame, const RowBars& bars) {
  const LaneGeometry& lanes = frame.lanes;
  const QRectF bar = timelineBarRect(lanes, *bars.bar);
  const double left = std::max<double>(bar.left(), lanes.plotLeft);
  const double right = std::min<double>(bar.right(), lanes.plotRight());
  const double centerY = bar.center().y();
  BarRoom room(left, right, lanes.plotLeft + 2, lanes.width - 2);
  room.skipInside(right);  // nothing stands between the members, but for what finds no room beside them
  // What one looks for comes first.
  const Annotation* annotation = frame.evidence.of(bars.bar->lane);
  if (annotation) {
    // Where nothing is free a badge covers members.
    BarRoom over(left, right, lanes.plotLeft + 2, right);
    const bool beside = lanes.width - right > 40;
    paintBadges(painter, frame, bars.bar->lane, *annotation, centerY, beside ? room : over);
  }
  if (bars.bar->error) {
    if (const auto mark = room.take(kMarkSize, kMarkGap, {Side::Right, Side::Left}))
      drawErrorMark(painter, QPointF(mark->x + kMarkSize / 2, centerY), theme().error);
  }
  if (annotation && !annotation->text.isEmpty())
    paintAnnotation(painter, frame, bars.bar->lane, *annotation, theme().text, centerY, room);
  const SiblingGroups& groups = groupsOf(frame);
  const std::vector<uint32_t>& matches = frame.search.matches();
  std::optional<BarRoom::Spot> spot;
  QString text;
  double width = 0;
  for (const bool withErrors : {true, false}) {  // beside the bar, in short if need be
    text = groupFigures(groups, *bars.group, matches, withErrors);
    width = m_times.width(text);
    spot = room.take(width, kTextGap, {Side::Right, Side::Left});
    if (spot) break;
  }
  if (spot) {
    clearBehind(painter, frame, bars.bar->lane, *spot);
    painter.setPen(theme().muted);
    m_times.draw(painter, spot->x, centerY, text, width + 1);
  } else if (right - left > width + 2 * kTextGap + 2 * kPillPadding) {
    const double x = left + kTextGap + kPillPadding, height = std::min(bar.height(), m_times.lineHeight());
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(withAlpha(theme().panel, 0.88));
    painter.drawRoundedRect(QRectF(x - kPillPadding, centerY - height / 2, width + 2 * kPillPadding, height), 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme().text);
    m_times.draw(painter, x, centerY, text, width + 1);
  }
}

void TimelinePainter::paintGroupName(QPainter& painter, const TimelineFrame& frame, const TreeColumn& column,
                                     uint32_t row, GroupIndex group) {
  const SiblingGroups& groups = groupsOf(frame);
  const analysis::TraceTree& tree = frame.tree();
  const layout::SiblingGroup& siblings = groups[group];
  const NodeIndex first = groups.nodeAt(siblings.place);
  const uint32_t depth = frame.rows.order().depthAt(siblings.place);
  const double y = frame.lanes.laneTop(row) + frame.lanes.laneHeight / 2.0;
  drawExpander(painter, QPointF(column.expanderX(depth), y), !frame.rows.isFolded(group), theme().muted);
  // A second square behind the first: many of one kind.
  const double mark = TreeColumn::kServiceMark, top = std::floor(y - mark / 2) + 0.5;
  const QColor color = serviceColors().color(tree.service[first.value]);
  painter.setRenderHint(QPainter::Antialiasing, true);
  painter.setPen(Qt::NoPen);
  painter.setBrush(blended(color, theme().panel, 0.45));
  painter.drawRoundedRect(QRectF(column.markX(depth) + 2, top - 2, mark, mark), 2, 2);
  painter.setPen(QPen(theme().panel, 1));
  painter.setBrush(color);
  painter.drawRoundedRect(QRectF(column.markX(depth) - 1, top, mark + 1, mark + 1), 2, 2);
  painter.setRenderHint(QPainter::Antialiasing, false);

  const double right = column.textRight();
  double x = column.textX(depth);
  const QString count = groupCount(siblings);
  painter.setPen(theme().text);
  x += m_bold.draw(painter, x, y, count, right - x) + kNamesGap - 2;
  const Matches matches = matchesIn(frame.search.matches(), groups, group);
  const QString name = groupOperation(tree, groups, group);
  if (matches.count > 0 && right > x) {
    fillSharp(painter,
              QRectF(x - 3, y - m_names.lineHeight() / 2, std::min(m_names.width(name), right - x) + 6,
                     m_names.lineHeight()),
              withAlpha(theme().slow, 0.28));
  }
  const bool allFailed = groups.errors(group, 0, siblings.count) >= siblings.count;
  const bool dimmed = frame.search.others() != SpanSearch::Others::Shown && matches.count == 0;
  painter.setPen(allFailed ? theme().error : dimmed ? theme().muted : theme().text);
  x += m_names.draw(painter, x, y, name, right - x) + kNamesGap;
  const QString beside = serviceText(tree, first);
  if (right - x < std::min(kSmallestService, m_names.width(beside))) return;
  painter.setPen(theme().muted);
  m_names.draw(painter, x, y, beside, right - x);
}

}  // namespace waybill::ui
