// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gantt_rows.h"

#include <algorithm>
#include <bit>

namespace waybill::layout {

using analysis::NodeIndex;
using analysis::TraceTree;

GanttRows::GanttRows(const TraceTree& tree)
    : m_tree(tree), m_collapsed(tree.size() / 64 + 1), m_occupied(m_collapsed.size() / 64 + 1), m_hidden(tree) {}

NodeIndex GanttRows::nodeAt(uint32_t row) const {
  return NodeIndex(m_hidden.nodeAt(row));
}

std::optional<uint32_t> GanttRows::rowOf(NodeIndex node) const {
  if (m_hidden.isHidden(node.value)) return std::nullopt;
  return m_hidden.rowOf(node.value);
}

NodeIndex GanttRows::visibleAncestor(NodeIndex node) const {
  return m_hidden.isHidden(node.value) ? NodeIndex(m_hidden.lastBefore(node.value)) : node;
}

void GanttRows::setBit(uint32_t node, bool collapsed) {
  const uint64_t bit = uint64_t{1} << (node % 64);
  uint64_t& word = m_collapsed[node / 64];
  word = collapsed ? word | bit : word & ~bit;
  if (collapsed) m_occupied[node / 4096] |= uint64_t{1} << (node / 64 % 64);
}

uint32_t GanttRows::nextCollapsed(uint32_t from, uint32_t end) const {
  if (from >= end) return end;
  uint32_t word = from / 64;
  uint64_t bits = m_collapsed[word] & (~uint64_t{0} << (from % 64));
  while (bits == 0) {
    if (++word > (end - 1) / 64) return end;
    uint32_t group = word / 64;
    uint64_t occupied = m_occupied[group] & (~uint64_t{0} << (word % 64));
    while (occupied == 0) {
      if (++group > (end - 1) / 4096) return end;
      occupied = m_occupied[group];
    }
    word = group * 64 + static_cast<uint32_t>(std::countr_zero(occupied));
    if (word > (end - 1) / 64) return end;
    bits = m_collapsed[word];
  }
  return std::min(end, word * 64 + static_cast<uint32_t>(std::countr_zero(bits)));
}

void GanttRows::showOutermost(uint32_t begin, uint32_t end) {
  for (uint32_t node = nextCollapsed(begin, end); node < end;
       node = nextCollapsed(m_tree.subtreeEnd[node], end)) {
    m_hidden.set(node);
  }
}

void GanttRows::setCollapsed(NodeIndex node, bool collapsed) {
  if (isCollapsed(node) == collapsed || m_tree.isLeaf(node)) return;
  const bool isHidden = m_hidden.isHidden(node.value);
  setBit(node.value, collapsed);
  if (isHidden) return;
  const uint32_t end = m_tree.subtreeEnd[node.value];
  if (collapsed) {
    std::vector<uint32_t> inside;  // they stay collapsed, but are no longer seen
    for (auto at = m_hidden.firstFrom(node.value); at && *at < end; at = m_hidden.firstFrom(*at + 1)) {
      inside.push_back(*at);
    }
    m_hidden.set(node.value);
    for (const uint32_t at : inside) m_hidden.clear(at);
  } else {
    m_hidden.clear(node.value);
    showOutermost(node.value + 1, end);
  }
  m_hidden.update();
}

void GanttRows::collapseBelow(uint32_t depth) {
  for (uint32_t node = 0; node < m_tree.size();) {
    const bool there = m_tree.depth[node] == depth;
    setBit(node, there && !m_tree.isLeaf(NodeIndex(node)));
    node = there ? m_tree.subtreeEnd[node] : node + 1;
  }
  m_hidden.clearAll();
  showOutermost(0, m_tree.size());
  m_hidden.update();
}

void GanttRows::expandAll() {
  std::fill(m_collapsed.begin(), m_collapsed.end(), 0);
  std::fill(m_occupied.begin(), m_occupied.end(), 0);
  m_hidden.clearAll();
}

void GanttRows::reveal(NodeIndex node) {
  while (m_hidden.isHidden(node.value)) setCollapsed(visibleAncestor(node), false);
}

}  // namespace waybill::layout
