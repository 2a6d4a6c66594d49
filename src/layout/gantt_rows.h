// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/trace_tree.h"
#include "layout/hidden_rows.h"
#include "layout/row_order.h"

namespace waybill::layout {

// Which spans have a row in the timeline: all in the order of rows (RowOrder), less what is folded under collapsed
// spans and under the headers of groups of siblings. Everything is O(log n) but where it says otherwise; under one
// byte a span.
class GanttRows {
 public:
  // They must outlive it. All spans are expanded, all groups folded: O(n / 64 + groups). With `kept` the others have no
  // row, and there are no groups.
  explicit GanttRows(const analysis::TraceTree& tree, const SiblingGroups* groups = nullptr,
                     const KeptSpans* kept = nullptr);

  const analysis::TraceTree& tree() const { return m_tree; }
  const RowOrder& order() const { return m_order; }
  uint32_t rowCount() const { return m_order.size() - m_hidden.count(); }
  uint32_t placeAt(uint32_t row) const { return m_hidden.placeAt(row); }  // row < rowCount(), in order()
  analysis::NodeIndex nodeAt(uint32_t row) const { return m_order.nodeAt(placeAt(row)); }  // of a header: its first
  std::optional<GroupIndex> groupAt(uint32_t row) const { return m_order.headerAt(placeAt(row)); }  // of a header
  std::optional<uint32_t> rowOf(analysis::NodeIndex node) const;  // none while folded or hidden away
  std::optional<uint32_t> rowOf(GroupIndex group) const;          // of its header
  uint32_t rowAt(uint32_t place) const { return m_hidden.rowOf(place); }  // of a place that has one
  // The row a span is seen in: its own, or that of what it is folded or hidden under. There are rows.
  uint32_t rowShowing(analysis::NodeIndex node) const;
  analysis::NodeIndex visibleAncestor(analysis::NodeIndex node) const;  // the node of rowShowing()
  // Of the row below; the size of the order after the last. O(1).
  uint32_t nextPlace(uint32_t place) const { return isClosed(place) ? m_order.endOf(place) : place + 1; }
  // Likewise of the row below that of a node; the size of the tree after the last.
  analysis::NodeIndex nextRow(analysis::NodeIndex node) const;

  bool isCollapsed(analysis::NodeIndex node) const { return isClosed(m_order.placeOf(node)); }
  bool isFolded(GroupIndex group) const { return isClosed(placeOf(group)); }
  bool isClosed(uint32_t place) const { return (m_collapsed[place / 64] >> (place % 64) & 1) != 0; }
  // A span without children stays as it is. And as many steps as spans below are collapsed and outermost.
  void setCollapsed(analysis::NodeIndex node, bool collapsed) { setClosed(m_order.placeOf(node), collapsed); }
  void setFolded(GroupIndex group, bool folded) { setClosed(placeOf(group), folded); }
  void setClosed(uint32_t place, bool closed);
  // Collapses every span at that depth and all groups, expands what is above. O(spans up to that depth).
  void collapseBelow(uint32_t depth);
  void expandAll();  // groups too; O(n / 64)
  // Expands its ancestors; as many steps as of them are collapsed. Of a folded group the row is enough.
  void reveal(analysis::NodeIndex node);

 private:
  uint32_t placeOf(GroupIndex group) const { return (*m_order.groups())[group].place; }
  void setBit(uint32_t place, bool closed);
  uint32_t nextCollapsed(uint32_t from, uint32_t end) const;  // `end` when there is none
  void showOutermost(uint32_t begin, uint32_t end);
  void foldGroups();

  const analysis::TraceTree& m_tree;
  RowOrder m_order;
  std::vector<uint64_t> m_collapsed;  // a bit a place
  std::vector<uint64_t> m_occupied;   // a bit a word of m_collapsed: it may have bits
  HiddenRows m_hidden;
};

}  // namespace waybill::layout
