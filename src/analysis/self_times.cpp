// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "analysis/trace_tree.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

int64_t selfTimeOf(const TraceTree& tree, NodeIndex node) {
  const int64_t end = tree.endNs[node.value];
  if (tree.has(node, NodeBits::kMirror)) return 0;
  int64_t self = tree.durationNs(node);
  int64_t coveredUntil = tree.startNs[node.value];  // by the children so far, which come by start
  tree.forEachChild(node, [&](NodeIndex child) {
    const int64_t from = std::max(tree.startNs[child.value], coveredUntil);
    const int64_t to = std::min(tree.endNs[child.value], end);
    if (to <= from) return;
    self -= to - from;
    coveredUntil = to;
  });
  return self;
}

}  // namespace

std::vector<int64_t> selfTimes(const TraceTree& tree) {
  std::vector<int64_t> self(tree.size());
  std::vector<int64_t> coveredUntil = tree.startNs;  // by its children so far, which come by start
  for (uint32_t i = 0; i < tree.size(); ++i) {
    self[i] = tree.endNs[i] - tree.startNs[i];
    const uint32_t parent = tree.parent[i];
    if (parent == kNone) continue;
    const int64_t from = std::max(tree.startNs[i], coveredUntil[parent]);
    const int64_t to = std::min(tree.endNs[i], tree.endNs[parent]);
    if (to <= from) continue;
    self[parent] -= to - from;
    coveredUntil[parent] = to;
  }
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (tree.has(NodeIndex(i), NodeBits::kMirror)) self[i] = 0;
  }
  return self;
}

SelfTimes::SelfTimes(const TraceTree& tree) : m_tree(&tree) {
  std::vector<uint8_t> children(tree.size(), 0);  // as far as it matters
  for (const uint32_t parent : tree.parent) {
    if (parent == kNone || children[parent] > kFewChildren) continue;
    if (++children[parent] > kFewChildren) m_stored.emplace_back(parent, 0);
  }
  std::sort(m_stored.begin(), m_stored.end());
  m_stored.shrink_to_fit();
  for (auto& [node, ns] : m_stored) ns = selfTimeOf(tree, NodeIndex(node));
}

int64_t SelfTimes::operator[](size_t node) const {
  const auto number = static_cast<uint32_t>(node);
  const auto at = std::lower_bound(m_stored.begin(), m_stored.end(), number,
                                   [](const auto& stored, uint32_t value) { return stored.first < value; });
  if (at != m_stored.end() && at->first == number) return at->second;
  return selfTimeOf(*m_tree, NodeIndex(number));
}

}  // namespace waybill::analysis
