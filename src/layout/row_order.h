// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "layout/kept_spans.h"
#include "layout/sibling_groups.h"

namespace waybill::layout {

// In which order the spans of a trace stand in the timeline when nothing is folded: the preorder of the tree, that with
// groups of siblings (SiblingGroups), or that of the spans that a filter keeps (KeptSpans; then there are no groups). A
// value; what it was made of must outlive it. Everything is O(1), but places of nodes O(log groups), and that of a span
// without one as KeptSpans::nearestAbove().
class RowOrder {
 public:
  explicit RowOrder(const analysis::TraceTree& tree, const SiblingGroups* groups = nullptr,
                    const KeptSpans* kept = nullptr)
      : m_tree(&tree),
        m_groups(kept == nullptr && groups != nullptr && groups->size() > 0 ? groups : nullptr),
        m_kept(kept) {}

  const SiblingGroups* groups() const { return m_groups; }  // null: there are none

  uint32_t size() const {
    if (m_kept != nullptr) return m_kept->size();
    return m_groups == nullptr ? m_tree->size() : m_groups->placeCount();
  }
  analysis::NodeIndex nodeAt(uint32_t place) const {  // of a header: its first member
    if (m_kept != nullptr) return (*m_kept)[place];
    return m_groups == nullptr ? analysis::NodeIndex(place) : m_groups->nodeAt(place);
  }
  bool has(analysis::NodeIndex node) const { return m_kept == nullptr || m_kept->contains(node); }
  // Of a span that has none, that of the nearest above it which has; the first place where there is no such. The order
  // is not empty.
  uint32_t placeOf(analysis::NodeIndex node) const {
    if (m_kept != nullptr) {
      const auto above = m_kept->nearestAbove(*m_tree, node);
      return above ? m_kept->numberOf(above->value) : 0;
    }
    return m_groups == nullptr ? node.value : m_groups->placeOf(node);
  }
  uint32_t endOf(uint32_t place) const {  // one past the last place below
    if (m_kept != nullptr) return m_kept->numberOf(m_tree->subtreeEnd[nodeAt(place).value]);
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
  const KeptSpans* m_kept;
};

}  // namespace waybill::layout
