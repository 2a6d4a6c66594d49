// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gantt_rows.h"

#include <algorithm>
#include <bit>

namespace waybill::layout {

using analysis::NodeIndex;
using analysis::TraceTree;

GanttRows::GanttRows(const TraceTree& tree, const SiblingGroups* groups, const KeptSpans* kept)
    : m_tree(tree),
      m_order(tree, groups, kept),
      m_collapsed(m_order.size() / 64 + 1),
      m_occupied(m_collapsed.size() / 64 + 1),
      m_hidden(m_order) {
  if (m_order.groups() == nullptr) return;
  foldGroups();
  showOutermost(0, m_order.size());
  m_hidden.update();
}

std::optional<uint32_t> GanttRows::rowOf(NodeIndex node) const {
  if (!m_order.has(node)) return std::nullopt;
  const uint32_t place = m_order.placeOf(node);
  if (m_hidden.isHidden(place)) return std::nullopt;
  return m_hidden.rowOf(place);
}

std::optional<uint32_t> GanttRows::rowOf(GroupIndex group) const {
  if (m_hidden.isHidden(placeOf(group))) return std::nullopt;
  return m_hidden.rowOf(placeOf(group));
}

uint32_t GanttRows::rowShowing(NodeIndex node) const {
  const uint32_t place = m_order.placeOf(node);
  return m_hidden.rowOf(m_hidden.isHidden(place) ? m_hidden.lastBefore(place) : place);
}

NodeIndex GanttRows::visibleAncestor(NodeIndex node) const {
  const uint32_t place = m_order.placeOf(node);
  return m_order.nodeAt(m_hidden.isHidden(place) ? m_hidden.lastBefore(place) : place);
}

NodeIndex GanttRows::nextRow(NodeIndex node) const {
  const uint32_t place = nextPlace(m_order.placeOf(node));
  return place < m_order.size() ? m_order.nodeAt(place) : NodeIndex(m_tree.size());
}

void GanttRows::setBit(uint32_t place, bool closed) {
  const uint64_t bit = uint64_t{1} << (place % 64);
  uint64_t& word = m_collapsed[place / 64];
  word = closed ? word | bit : word & ~bit;
  if (closed) m_occupied[place / 4096] |= uint64_t{1} << (place / 64 % 64);
}

void GanttRows::foldGroups() {
  const SiblingGroups* groups = m_order.groups();
  for (uint32_t i = 0; groups != nullptr && i < groups->size(); ++i) setBit((*groups)[GroupIndex(i)].place, true);
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
  for (uint32_t place = nextCollapsed(begin, end); place < end;
       place = nextCollapsed(m_order.endOf(place), end)) {
    m_hidden.set(place);
  }
}

void GanttRows::setClosed(uint32_t place, bool closed) {
  if (isClosed(place) == closed || m_order.isLeaf(place)) return;
  const bool isHidden = m_hidden.isHidden(place);
  setBit(place, closed);
  if (isHidden) return;
  const uint32_t end = m_order.endOf(place);
  if (closed) {
    std::vector<uint32_t> inside;  // they stay collapsed, but are no longer seen
    for (auto at = m_hidden.firstFrom(place); at && *at < end; at = m_hidden.firstFrom(*at + 1)) {
      inside.push_back(*at);
    }
    m_hidden.set(place);
    for (const uint32_t at : inside) m_hidden.clear(at);
  } else {
    m_hidden.clear(place);
    showOutermost(place + 1, end);
  }
  m_hidden.update();
}

void GanttRows::collapseBelow(uint32_t depth) {
  for (uint32_t place = 0; place < m_order.size();) {
    const bool isHeader = m_order.headerAt(place).has_value();
    const bool there = m_order.depthAt(place) == depth;
    setBit(place, isHeader || (there && !m_order.isLeaf(place)));
    place = isHeader || there ? m_order.endOf(place) : place + 1;
  }
  m_hidden.clearAll();
  showOutermost(0, m_order.size());
  m_hidden.update();
}

void GanttRows::expandAll() {
  std::fill(m_collapsed.begin(), m_collapsed.end(), 0);
  std::fill(m_occupied.begin(), m_occupied.end(), 0);
  m_hidden.clearAll();
}

void GanttRows::reveal(NodeIndex node) {
  const uint32_t place = m_order.placeOf(node);
  while (m_hidden.isHidden(place)) {
    const uint32_t outermost = m_hidden.lastBefore(place);
    if (m_order.headerAt(outermost)) return;
    setClosed(outermost, false);
  }
}

}  // namespace waybill::layout
