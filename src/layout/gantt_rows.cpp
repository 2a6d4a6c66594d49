// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "layout/gantt_layout.h"

namespace waybill::layout {

using analysis::NodeIndex;
using analysis::TraceTree;

GanttRows::GanttRows(const TraceTree& tree) : m_tree(tree), m_collapsed(tree.size(), false) {
  rebuild();
}

uint32_t GanttRows::rowCount() const {
  return static_cast<uint32_t>(m_visible.size());
}

NodeIndex GanttRows::nodeAt(uint32_t row) const {
  return NodeIndex(m_visible[row]);
}

uint32_t GanttRows::firstRowFrom(uint32_t node) const {
  return static_cast<uint32_t>(std::lower_bound(m_visible.begin(), m_visible.end(), node) -
                               m_visible.begin());
}

std::optional<uint32_t> GanttRows::rowOf(NodeIndex node) const {
  const uint32_t row = firstRowFrom(node.value);
  if (row == rowCount() || m_visible[row] != node.value) return std::nullopt;
  return row;
}

// A hidden span lies in the subtree of a collapsed one that has a row, and nothing between the two in
// preorder has.
NodeIndex GanttRows::visibleAncestor(NodeIndex node) const {
  const uint32_t row = firstRowFrom(node.value);
  return row < rowCount() && m_visible[row] == node.value ? node : NodeIndex(m_visible[row - 1]);
}

bool GanttRows::isCollapsed(NodeIndex node) const {
  return m_collapsed[node.value];
}

void GanttRows::setCollapsed(NodeIndex node, bool collapsed) {
  if (m_collapsed[node.value] == collapsed || m_tree.isLeaf(node)) return;
  m_collapsed[node.value] = collapsed;
  const std::optional<uint32_t> row = rowOf(node);
  if (!row) return;
  const auto below = m_visible.begin() + *row + 1;
  if (collapsed) {
    m_visible.erase(below, m_visible.begin() + firstRowFrom(m_tree.subtreeEnd[node.value]));
    return;
  }
  std::vector<uint32_t> shown;
  appendVisible(node.value + 1, m_tree.subtreeEnd[node.value], shown);
  m_visible.insert(below, shown.begin(), shown.end());
}

void GanttRows::collapseBelow(uint32_t depth) {
  for (uint32_t node = 0; node < m_tree.size(); ++node) {
    if (m_tree.depth[node] < depth) m_collapsed[node] = false;
    if (m_tree.depth[node] == depth) m_collapsed[node] = !m_tree.isLeaf(NodeIndex(node));
  }
  rebuild();
}

void GanttRows::expandAll() {
  m_collapsed.assign(m_tree.size(), false);
  rebuild();
}

void GanttRows::reveal(NodeIndex node) {
  bool changed = false;
  for (uint32_t at = m_tree.parent[node.value]; at != TraceTree::kNone; at = m_tree.parent[at]) {
    changed = changed || m_collapsed[at];
    m_collapsed[at] = false;
  }
  if (changed) rebuild();
}

void GanttRows::rebuild() {
  m_visible.clear();
  appendVisible(0, m_tree.size(), m_visible);
}

void GanttRows::appendVisible(uint32_t begin, uint32_t end, std::vector<uint32_t>& out) const {
  for (uint32_t node = begin; node < end;) {
    out.push_back(node);
    node = m_collapsed[node] ? m_tree.subtreeEnd[node] : node + 1;
  }
}

}  // namespace waybill::layout
