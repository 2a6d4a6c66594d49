// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/span_steps.h"

namespace waybill::ui {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

std::optional<NodeIndex> nextError(const TraceTree& tree, std::optional<NodeIndex> from,
                                   Direction direction) {
  const uint32_t size = tree.size();
  if (size == 0) return std::nullopt;
  const bool forward = direction == Direction::Forward;
  uint32_t at = from && from->value < size ? from->value : (forward ? size - 1 : 0);
  for (uint32_t looked = 0; looked < size; ++looked) {
    at = forward ? (at + 1 == size ? 0 : at + 1) : (at == 0 ? size - 1 : at - 1);
    if ((tree.bits[at] & NodeBits::kError) != 0) return NodeIndex(at);
  }
  return std::nullopt;
}

std::optional<size_t> nextIndex(std::optional<size_t> from, size_t count, Direction direction) {
  if (count == 0) return std::nullopt;
  const bool forward = direction == Direction::Forward;
  if (!from || *from >= count) return forward ? 0 : count - 1;
  return forward ? (*from + 1) % count : (*from + count - 1) % count;
}

std::optional<NodeIndex> firstChild(const TraceTree& tree, NodeIndex node) {
  if (tree.isLeaf(node)) return std::nullopt;
  return NodeIndex(node.value + 1);
}

std::optional<NodeIndex> parentOf(const TraceTree& tree, NodeIndex node) {
  const uint32_t parent = tree.parent[node.value];
  if (parent == TraceTree::kNone) return std::nullopt;
  return NodeIndex(parent);
}

}  // namespace waybill::ui
