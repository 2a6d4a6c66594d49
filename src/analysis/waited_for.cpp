// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/waited_for.h"

namespace waybill::analysis {

using otlp::SpanKind;

NodeIndex waitedFor(const TraceTree& tree, NodeIndex node) {
  const uint32_t parent = tree.parent[node.value];
  if (parent == TraceTree::kNone || !tree.has(node, NodeBits::kAsync | NodeBits::kDetached)) return node;
  const NodeIndex caller(parent);
  const bool answers = tree.kind(node) == SpanKind::Server && tree.kind(caller) == SpanKind::Client &&
                       !tree.has(caller, NodeBits::kError) && tree.durationNs(node) <= tree.durationNs(caller);
  return answers ? caller : node;
}

}  // namespace waybill::analysis
