// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/operations.h"

namespace waybill::analysis {

// A child told apart from its siblings: its step, and the how-manieth of that step it is, by start. A hash of contents,
// the same in every trace.
struct SiblingKey {
  uint64_t value = 0;
  constexpr auto operator<=>(const SiblingKey&) const = default;
};
SiblingKey siblingKey(OperationKey step, uint32_t occurrence);

struct Sibling {
  NodeIndex node;
  SiblingKey key;
  uint32_t occurrence = 0;  // how many siblings of that step started before it
};

// Children further back are not told apart: they are no steps but data.
inline constexpr size_t kMostSiblings = 32;

// The first kMostSiblings children of `parent`, by start, those that nobody waits for among them. Constant time.
void nameSiblings(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                  std::vector<Sibling>& out);

}  // namespace waybill::analysis
