// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/sibling_groups_finder.h"

#include "layout/sibling_groups.h"

namespace waybill::layout {

using analysis::TraceTree;

SiblingGroupsFinder::SiblingGroupsFinder(const TraceTree& tree, std::span<const analysis::OperationKey> operations)
    : m_tree(tree), m_operations(operations) {
  constexpr uint32_t kFewest = SiblingGroups::kFewest;
  std::vector<uint8_t> children(tree.size(), 0);  // as far as it matters
  for (const uint32_t parent : tree.parent) {
    if (parent != TraceTree::kNone && children[parent] < kFewest) ++children[parent];
  }
  for (uint32_t node = 0; node < tree.size(); ++node) {
    if (children[node] == kFewest) findBelow(node);
  }
}

// What must be equal for two children to be alike: the operations of their subtrees, in preorder with their depths.
uint64_t SiblingGroupsFinder::shapeOf(uint32_t child) const {
  uint64_t shape = m_operations[child].value;
  for (uint32_t node = child + 1; node < m_tree.subtreeEnd[child]; ++node) {
    shape = (shape ^ (m_tree.depth[node] - m_tree.depth[child])) * 0x9E37'79B9'7F4A'7C15;
    shape = (shape ^ (shape >> 29)) + m_operations[node].value;
  }
  return shape ^ (uint64_t{m_tree.subtreeEnd[child] - child} << 60);
}

void SiblingGroupsFinder::findBelow(uint32_t parent) {
  m_kindOf.clear();
  m_lately.fill({});
  m_kinds.clear();
  m_children.clear();
  bool any = false;
  const uint32_t end = m_tree.subtreeEnd[parent];
  for (uint32_t child = parent + 1; child < end; child = m_tree.subtreeEnd[child]) {
    const uint32_t size = m_tree.subtreeEnd[child] - child;
    if (size > SiblingGroups::kLargestMember) continue;
    const uint64_t shape = shapeOf(child);
    Known& known = lately(shape);
    if (known.kind == kNone || known.shape != shape) known = {shape, kindOf(shape, size)};
    m_children.push_back(known.kind);
    if (known.kind == kNone) continue;
    any = ++m_kinds[known.kind].count >= SiblingGroups::kFewest || any;
  }
  if (any) addGroups(parent);
}

// None of one kind too many, and of a shape that by chance is written like that of another size: places build on sizes.
uint32_t SiblingGroupsFinder::kindOf(uint64_t shape, uint32_t size) {
  const auto known = m_kindOf.find(shape);
  if (known != m_kindOf.end()) return m_kinds[known->second].size == size ? known->second : kNone;
  if (m_kinds.size() == SiblingGroups::kMostKinds) return kNone;
  const auto kind = static_cast<uint32_t>(m_kinds.size());
  m_kinds.push_back({0, size, kNone});
  m_kindOf.emplace(shape, kind);
  return kind;
}

void SiblingGroupsFinder::addGroups(uint32_t parent) {
  if (m_groupOf.empty()) m_groupOf.resize(m_tree.size(), kNone);
  for (Kind& kind : m_kinds) {
    if (kind.count < SiblingGroups::kFewest) continue;
    kind.group = static_cast<uint32_t>(m_groups.size());
    m_groups.push_back({kNone, 0, kind.count, kind.size});
  }
  auto kind = m_children.begin();
  const uint32_t end = m_tree.subtreeEnd[parent];
  for (uint32_t child = parent + 1; child < end; child = m_tree.subtreeEnd[child]) {
    if (m_tree.subtreeEnd[child] - child > SiblingGroups::kLargestMember) continue;
    const uint32_t of = *kind++;
    const uint32_t group = of == kNone ? kNone : m_kinds[of].group;
    if (group == kNone) continue;
    m_groupOf[child] = group;
    Found& found = m_groups[group];
    if (found.first == kNone) found.first = child;
    found.end = m_tree.subtreeEnd[child];
  }
}

}  // namespace waybill::layout
