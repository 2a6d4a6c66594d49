// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row cursor of the timeline, folding, and which rows are repainted when something changes.
#include <algorithm>

#include "ui/timeline/timeline_canvas.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {

void TimelineCanvas::choose(analysis::NodeIndex node, std::optional<layout::GroupIndex> header) {
  const bool sameSpan = session().selectedNode() == node;
  m_header = header;
  m_choosing = true;
  session().selectNode(node);
  m_choosing = false;
  if (sameSpan) showSelection();
}

// On a header the span of the group that is selected already stays, else the longest stands for all.
void TimelineCanvas::chooseRow(uint32_t row) {
  const auto group = m_rows->groupAt(row);
  if (!group) return choose(m_rows->nodeAt(row), std::nullopt);
  const auto now = session().selectedNode();
  const layout::SiblingGroups& groups = *trace()->siblings;
  const bool isInside = now && now->value < trace()->tree().size() && groups.groupOf(*now) == group;
  choose(isInside ? *now : groups[*group].longest, group);
}

void TimelineCanvas::moveToRow(uint32_t row) {
  if (!m_rows || m_rows->rowCount() == 0) return;
  chooseRow(std::min(row, m_rows->rowCount() - 1));
}

void TimelineCanvas::moveBy(int64_t rows) {
  if (!m_rows || m_rows->rowCount() == 0) return;
  const auto now = selectedRow();
  if (!now) return moveToRow(lanes().firstLane());
  moveToRow(static_cast<uint32_t>(std::clamp<int64_t>(*now + rows, 0, int64_t{m_rows->rowCount()} - 1)));
}

void TimelineCanvas::page(int pages) {
  moveBy(int64_t{pages} * std::max<int64_t>(1, int64_t{lanes().wholeLanes()} - 1));
}

void TimelineCanvas::expandOrEnter() {
  const auto row = selectedRow();
  if (!row) return moveBy(0);
  const uint32_t place = m_rows->placeAt(*row);
  if (m_rows->order().isLeaf(place)) return;
  if (m_rows->isClosed(place)) return toggle(*row);
  chooseRow(*row + 1);
}

void TimelineCanvas::collapseOrLeave() {
  const auto row = selectedRow();
  if (!row) return moveBy(0);
  const uint32_t place = m_rows->placeAt(*row);
  if (!m_rows->order().isLeaf(place) && !m_rows->isClosed(place)) return toggle(*row);
  if (const auto parent = m_rows->order().parentOf(place)) chooseRow(m_rows->rowAt(*parent));
}

void TimelineCanvas::toggle(uint32_t row) {
  if (!m_rows || row >= m_rows->rowCount()) return;
  const uint32_t place = m_rows->placeAt(row);
  const bool close = !m_rows->isClosed(place);
  const auto group = m_rows->order().headerAt(place);
  m_rows->setClosed(place, close);
  if (group) rememberUnfolded(*group);
  rowsChanged();
  // A selection that is folded away goes to what it was folded under.
  const auto selected = session().selectedNode();
  if (!close || !selected || selected->value >= trace()->tree().size()) return;
  const uint32_t at = m_rows->order().placeOf(*selected);
  if (at > place && at < m_rows->order().endOf(place)) chooseRow(row);
}

// So that it stays open when the trace grows; what was opened first is forgotten last.
void TimelineCanvas::rememberUnfolded(layout::GroupIndex group) {
  constexpr qsizetype kMostKept = 200;
  const uint64_t id = trace()->tree().spanId(trace()->siblings->member(group, 0)).value;
  if (m_rows->isFolded(group)) {
    m_unfolded.remove(id);
  } else if (m_unfolded.size() < kMostKept) {
    m_unfolded.insert(id);
  }
}

void TimelineCanvas::expandAll() {
  if (!m_rows) return;
  m_rows->expandAll();
  rowsChanged();
  if (const auto row = selectedRow()) showLane(*row);
}

void TimelineCanvas::collapseToDepthOfSelection() {
  if (!m_rows) return;
  const auto row = selectedRow();
  m_rows->collapseBelow(row ? m_rows->order().depthAt(m_rows->placeAt(*row)) : 1);
  m_unfolded.clear();
  rowsChanged();
  if (const auto now = selectedRow()) showLane(*now);
}

void TimelineCanvas::hovered(std::optional<QPoint> position) {
  const auto row = position ? lanes().laneAt(position->y()) : std::nullopt;
  if (row == m_hoveredRow) return;
  if (m_hoveredRow) updateLane(*m_hoveredRow);
  if (row) updateLane(*row);
  m_hoveredRow = row;
}

void TimelineCanvas::aboutToScroll() {
  if (m_rows && trace()) m_scrolledColumn = TimelinePainter::treeColumn(*m_rows, lanes());
}

void TimelineCanvas::hasScrolled() {
  update(0, 0, lanes().plotLeft, lanes().axisHeight);  // which spans enclose the rows in sight
  if (!m_rows || !trace() || !m_scrolledColumn) return;
  // The indentation follows the deepest row in sight.
  const TreeColumn now = TimelinePainter::treeColumn(*m_rows, lanes());
  if (now != *m_scrolledColumn) update(0, lanes().axisHeight, lanes().plotLeft + 1, height());
}

void TimelineCanvas::selectionChanged() {
  if (!m_choosing) m_header.reset();  // chosen elsewhere
  showSelection();
}

void TimelineCanvas::showSelection() {
  if (const auto node = session().selectedNode(); node && trace() && trace() == session().openTrace())
    revealNode(*node);
  tellAccessibility();
  const auto row = selectedRow();
  if (m_markedRow) updateLane(*m_markedRow);
  if (row) updateLane(*row);
  m_markedRow = row;
}

}  // namespace waybill::ui
