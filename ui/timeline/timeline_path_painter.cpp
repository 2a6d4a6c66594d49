// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The critical path through the rows of the timeline.
#include <QPainter>
#include <algorithm>
#include <array>

#include "ui/theme/theme.h"
#include "ui/timeline/timeline_painter.h"
#include "ui/widgets/pixels.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;

constexpr double kPathWidth = 2;

// The rows of the spans that the path visits. It asks for the same ones again and again: for what it has just left, and
// for members of the same few groups.
class ShownRows {
 public:
  struct Row {
    uint32_t row = 0;
    bool isGroup = false;  // the header of a folded group
  };
  explicit ShownRows(const layout::GanttRows& rows) : m_rows(rows) {}

  Row of(uint32_t node) {
    Entry& entry = m_entries[node % m_entries.size()];
    if (entry.key != node) entry = {node, find(node)};
    return entry.row;
  }

 private:
  struct Entry {
    uint32_t key = UINT32_MAX;
    Row row;
  };

  Row find(uint32_t node) {
    const layout::SiblingGroups* groups = m_rows.order().groups();
    const auto group = groups == nullptr ? std::nullopt : groups->groupOf(NodeIndex(node));
    if (!group || !m_rows.isFolded(*group)) return {m_rows.rowShowing(NodeIndex(node)), false};
    Entry& entry = m_groups[group->value % m_groups.size()];
    if (entry.key != group->value) {
      const uint32_t row = m_rows.rowShowing(NodeIndex(node));
      entry = {group->value, {row, m_rows.groupAt(row).has_value()}};  // a span above may be collapsed
    }
    return entry.row;
  }

  const layout::GanttRows& m_rows;
  std::array<Entry, 1024> m_entries;
  std::array<Entry, 64> m_groups;
};

}  // namespace

void TimelinePainter::paintPath(QPainter& painter, const TimelineFrame& frame) const {
  const LaneGeometry& lanes = frame.lanes;
  const uint32_t first = lanes.firstLane();
  const uint32_t count = lanes.visibleLanes();
  if (count == 0) return;
  SharpRects ways(painter), waysToGroups(painter), stays(painter);
  // The line runs along the lower edge of the bars.
  const auto baseline = [&](uint32_t row) { return double(lanes.laneTop(row) + lanes.laneHeight - 5); };
  ShownRows shown(frame.rows);
  QuietWays quiet;
  for (const PathPiece& piece : frame.path.pieces(frame.scale)) {
    if (!piece.isConnector()) {
      const uint32_t row = shown.of(piece.toKey).row;
      if (row < first || row >= first + count) continue;
      stays.add(QRectF(lanes.plotLeft + piece.x0, baseline(row) - kPathWidth / 2, piece.x1 - piece.x0, kPathWidth));
      continue;
    }
    const ShownRows::Row from = shown.of(piece.fromKey), to = shown.of(piece.toKey);
    const uint32_t a = from.row, b = to.row;
    const bool toGroup = a != b && (from.isGroup || to.isGroup);  // there are many, mostly
    if (toGroup && !quiet.take(piece.x0)) continue;
    const uint32_t upper = std::min(a, b);
    const uint32_t lower = std::max(a, b);
    if (upper == lower || lower < first || upper >= first + count) continue;
    const double top = upper < first ? lanes.axisHeight : baseline(upper);
    const double bottom = lower >= first + count ? lanes.height : baseline(lower);
    if (bottom <= top) continue;  // of the first row only what lies below the line is in sight
    SharpRects& drawn = toGroup ? waysToGroups : ways;
    drawn.addVerticalHairline(lanes.plotLeft + std::min(piece.x0, double(lanes.plotWidth() - 1)), top, bottom);
  }
  waysToGroups.fill(painter, QuietWays::color());
  ways.fill(painter, blended(theme().criticalPath, theme().panel, 0.62));
  stays.fill(painter, theme().criticalPath);
}

}  // namespace waybill::ui
