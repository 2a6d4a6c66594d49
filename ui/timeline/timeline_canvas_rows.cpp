// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The row cursor of the timeline, folding, and which rows are repainted when something changes.
#include <algorithm>

#include "ui/timeline/timeline_canvas.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {

void TimelineCanvas::moveToRow(uint32_t row) {
  if (!m_rows || m_rows->rowCount() == 0) return;
  session().selectNode(m_rows->nodeAt(std::min(row, m_rows->rowCount() - 1)));
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
  const analysis::NodeIndex node = m_rows->nodeAt(*row);
  if (trace()->tree().isLeaf(node)) return;
  if (m_rows->isCollapsed(node)) return toggle(node);
  session().selectNode(firstChild(trace()->tree(), node));
}

void TimelineCanvas::collapseOrLeave() {
  const auto row = selectedRow();
  if (!row) return moveBy(0);
  const analysis::NodeIndex node = m_rows->nodeAt(*row);
  if (!trace()->tree().isLeaf(node) && !m_rows->isCollapsed(node)) return toggle(node);
  if (const auto parent = parentOf(trace()->tree(), node)) session().selectNode(parent);
}

void TimelineCanvas::toggle(analysis::NodeIndex node) {
  if (!m_rows) return;
  const bool collapse = !m_rows->isCollapsed(node);
  m_rows->setCollapsed(node, collapse);
  rowsChanged();
  // A selection that is folded away goes to what it was folded under.
  const auto selected = session().selectedNode();
  if (collapse && selected && selected->value > node.value &&
      selected->value < trace()->tree().subtreeEnd[node.value]) {
    session().selectNode(node);
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
  m_rows->collapseBelow(row ? trace()->tree().depth[m_rows->nodeAt(*row).value] : 1);
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
  if (m_rows && trace()) m_scrolledColumn = TimelinePainter::treeColumn(*m_rows, trace()->tree(), lanes());
}

void TimelineCanvas::hasScrolled() {
  update(0, 0, lanes().plotLeft, lanes().axisHeight);  // which spans enclose the rows in sight
  if (!m_rows || !trace() || !m_scrolledColumn) return;
  // The indentation follows the deepest row in sight.
  const TreeColumn now = TimelinePainter::treeColumn(*m_rows, trace()->tree(), lanes());
  if (now != *m_scrolledColumn) update(0, lanes().axisHeight, lanes().plotLeft + 1, height());
}

void TimelineCanvas::selectionChanged() {
  if (const auto node = session().selectedNode(); node && trace() && trace() == session().openTrace())
    revealNode(*node);
  tellAccessibility();
  const auto row = selectedRow();
  if (m_markedRow) updateLane(*m_markedRow);
  if (row) updateLane(*row);
  m_markedRow = row;
}

}  // namespace waybill::ui
