// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/siblings.h"

#include <algorithm>

#include "analysis/templates.h"

namespace waybill::analysis {

SiblingKey siblingKey(OperationKey step, uint32_t occurrence) { return {mixHash(step.value, occurrence)}; }

void nameSiblings(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                  std::vector<Sibling>& out) {
  out.clear();
  const uint32_t end = tree.subtreeEnd[parent.value];
  for (uint32_t child = parent.value + 1; child < end && out.size() < kMostSiblings; child = tree.subtreeEnd[child]) {
    const OperationKey step = operations.step[child];
    const auto before = std::count_if(out.begin(), out.end(), [&](const Sibling& sibling) {
      return operations.step[sibling.node.value] == step;
    });
    const auto occurrence = static_cast<uint32_t>(before);
    out.push_back({NodeIndex(child), siblingKey(step, occurrence), occurrence});
  }
}

}  // namespace waybill::analysis
