// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/self_stretches.h"

#include <algorithm>

namespace waybill::layout {

using analysis::NodeIndex;

SelfStretches::SelfStretches(const analysis::TraceTree& tree) : m_tree(tree), m_sumBefore{0} {
  std::vector<uint32_t> children(tree.size());
  for (const uint32_t parent : tree.parent) {
    if (parent != analysis::TraceTree::kNone) ++children[parent];
  }
  for (uint32_t node = 0; node < tree.size(); ++node) {
    if (children[node] > kFewChildren) store(node);
  }
}

void SelfStretches::store(uint32_t node) {
  const auto begin = static_cast<uint32_t>(m_startNs.size());
  int64_t from = m_tree.startNs[node];
  const int64_t end = m_tree.endNs[node];
  const auto stretch = [&](int64_t until) {
    if (until <= from) return;
    m_startNs.push_back(from);
    m_sumBefore.push_back(m_sumBefore.back() + (until - from));
  };
  m_tree.forEachChild(NodeIndex(node), [&](NodeIndex child) {
    stretch(std::min(m_tree.startNs[child.value], end));
    from = std::max(from, std::min(m_tree.endNs[child.value], end));
  });
  stretch(end);
  m_stored.push_back({node, begin, static_cast<uint32_t>(m_startNs.size())});
}

const SelfStretches::Stored* SelfStretches::find(NodeIndex node) const {
  const auto at = std::lower_bound(m_stored.begin(), m_stored.end(), node.value,
                                   [](const Stored& stored, uint32_t value) { return stored.node < value; });
  return at != m_stored.end() && at->node == node.value ? &*at : nullptr;
}

uint32_t SelfStretches::firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const {
  const auto at = std::lower_bound(m_startNs.begin() + begin, m_startNs.begin() + end, ns);
  return static_cast<uint32_t>(at - m_startNs.begin());
}

}  // namespace waybill::layout
