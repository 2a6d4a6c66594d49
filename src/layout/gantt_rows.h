// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/trace_tree.h"
#include "layout/hidden_rows.h"

namespace waybill::layout {

// Which spans have a row in the timeline: preorder of the tree, less what is folded under collapsed spans.
// Everything is O(log n) but where it says otherwise; under one byte a span.
class GanttRows {
 public:
  explicit GanttRows(const analysis::TraceTree& tree);  // the tree must outlive it; everything expanded

  uint32_t rowCount() const { return m_tree.size() - m_hidden.count(); }
  analysis::NodeIndex nodeAt(uint32_t row) const;                       // row < rowCount()
  std::optional<uint32_t> rowOf(analysis::NodeIndex node) const;        // none while folded away
  analysis::NodeIndex visibleAncestor(analysis::NodeIndex node) const;  // itself when it has a row
  // Of the row below that of a node; the size of the tree after the last. O(1).
  analysis::NodeIndex nextRow(analysis::NodeIndex node) const {
    return isCollapsed(node) ? analysis::NodeIndex(m_tree.subtreeEnd[node.value])
                             : analysis::NodeIndex(node.value + 1);
  }

  bool isCollapsed(analysis::NodeIndex node) const {
    return (m_collapsed[node.value / 64] >> (node.value % 64) & 1) != 0;
  }
  // A span without children stays as it is. And as many steps as spans below are collapsed and outermost.
  void setCollapsed(analysis::NodeIndex node, bool collapsed);
  // Collapses every span at that depth, expands those above. O(spans up to that depth).
  void collapseBelow(uint32_t depth);
  void expandAll();                       // O(n / 64)
  void reveal(analysis::NodeIndex node);  // expands its ancestors; as many steps as of them are collapsed

 private:
  void setBit(uint32_t node, bool collapsed);
  uint32_t nextCollapsed(uint32_t from, uint32_t end) const;  // `end` when there is none
  void showOutermost(uint32_t begin, uint32_t end);

  const analysis::TraceTree& m_tree;
  std::vector<uint64_t> m_collapsed;  // a bit a node
  std::vector<uint64_t> m_occupied;   // a bit a word of m_collapsed: it may have bits
  HiddenRows m_hidden;
};

}  // namespace waybill::layout
