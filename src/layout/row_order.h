// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "layout/sibling_groups.h"

namespace waybill::layout {

// In which order the spans of a trace stand in the timeline when nothing is folded: the preorder of the tree, or that
// with groups of siblings (SiblingGroups). A value; what it was made of must outlive it. Everything is O(1), but places of
// nodes O(log groups).
class RowOrder {
 public:
  explicit RowOrder(const analysis::TraceTree& tree, const SiblingGroups* groups = nullptr)
      : m_tree(&tree), m_groups(groups != nullptr && groups->size() > 0 ? groups : nullptr) {}

  const SiblingGroups* groups() const { return m_groups; }  // null: there are none

  uint32_t size() const { return m_groups == nullptr ? m_tree->size() : m_groups->placeCount(); }
  analysis::NodeIndex nodeAt(uint32_t place) const {  // of a header: its first member
    return m_groups == nullptr ? analysis::NodeIndex(place) : m_groups->nodeAt(place);
  }
  uint32_t placeOf(analysis::NodeIndex node) const {
    return m_groups == nullptr ? node.value : m_groups->placeOf(node);
  }
  uint32_t endOf(uint32_t place) const {  // one past the last place below
    return m_groups == nullptr ? m_tree->subtreeEnd[place] : m_groups->endOf(place);
  }
  bool isLeaf(uint32_t place) const { return endOf(place) == place + 1; }
  std::optional<GroupIndex> headerAt(uint32_t place) const {
    return m_groups == nullptr ? std::nullopt : m_groups->headerAt(place);
  }
  std::optional<GroupIndex> groupAround(uint32_t place) const {  // of a member, or what is below one
    return m_groups == nullptr ? std::nullopt : m_groups->around(place);
  }
  // Members stand one deeper than their header.
  uint32_t depthAt(uint32_t place) const {
    return m_tree->depth[nodeAt(place).value] + (groupAround(place) ? 1 : 0);
  }
  // The row it is indented below: of a member its header. None of a root.
  std::optional<uint32_t> parentOf(uint32_t place) const {
    const uint32_t node = nodeAt(place).value;
    const uint32_t parent = m_tree->parent[node];
    if (parent == analysis::TraceTree::kNone) return std::nullopt;
    const uint32_t above = placeOf(analysis::NodeIndex(parent));
    const auto group = groupAround(place);
    if (!group) return above;
    const uint32_t header = (*m_groups)[*group].place;
    return above < header ? header : above;
  }

 private:
  const analysis::TraceTree* m_tree;
  const SiblingGroups* m_groups;
};

}  // namespace waybill::layout
