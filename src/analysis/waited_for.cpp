// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/waited_for.h"

#include "analysis/answers.h"

namespace waybill::analysis {

NodeIndex waitedFor(const TraceTree& tree, NodeIndex node) {
  if (!isSkewedAnswer(tree, node)) return node;
  const NodeIndex caller(tree.parent[node.value]);
  return tree.has(caller, NodeBits::kError) ? node : caller;
}

}  // namespace waybill::analysis
