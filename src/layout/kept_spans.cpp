// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/kept_spans.h"

namespace waybill::layout {

using analysis::NodeIndex;
using analysis::TraceTree;

KeptSpans::KeptSpans(const TraceTree& tree, std::span<const uint32_t> matches) : m_isKept(tree.size()) {
  size_t kept = 0;
  for (const uint32_t match : matches) {
    for (uint32_t node = match; node != TraceTree::kNone && !m_isKept[node]; node = tree.parent[node]) {
      m_isKept.set(node);
      ++kept;
    }
  }
  m_isKept.count();
  m_nodes.reserve(kept);
  for (uint32_t node = 0; node < tree.size(); ++node) {
    if (m_isKept[node]) m_nodes.push_back(node);
  }
}

// Up from both sides at once: a hidden chain may be as deep as the kept one beside it.
std::optional<NodeIndex> KeptSpans::nearestAbove(const TraceTree& tree, NodeIndex node) const {
  if (contains(node)) return node;
  const uint32_t before = numberOf(node.value);
  if (before == 0) return std::nullopt;
  uint32_t hidden = node.value, kept = m_nodes[before - 1];
  while (true) {
    if (kept == TraceTree::kNone || tree.subtreeEnd[kept] > node.value) break;
    kept = tree.parent[kept];
    hidden = tree.parent[hidden];
    if (hidden == TraceTree::kNone) return std::nullopt;
    if (m_isKept[hidden]) return NodeIndex(hidden);
  }
  return kept == TraceTree::kNone ? std::nullopt : std::optional(NodeIndex(kept));
}

}  // namespace waybill::layout
