// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/operations.h"

#include "analysis/templates.h"

namespace waybill::analysis {

OperationKey OperationMemo::of(const store::Snapshot& snapshot, StringId service, StringId name) {
  const uint64_t ids = uint64_t{service.value} << 32 | name.value;
  const auto [entry, isNew] = m_known.try_emplace(ids);
  if (isNew) {
    entry->second = {stableHash(nameTemplate(snapshot.text(name)).text, stableHash(snapshot.text(service)))};
  }
  return entry->second;
}

TraceOperations operationsOf(const TraceTree& tree, OperationMemo& memo) {
  TraceOperations out;
  out.operation.resize(tree.size());
  out.path.resize(tree.size());
  const store::Snapshot& snapshot = *tree.snapshot;
  for (uint32_t i = 0; i < tree.size(); ++i) {  // parents come first
    const NodeIndex node(i);
    out.operation[i] = memo.of(snapshot, tree.service[i], snapshot.spans().name(tree.row[i]));
    const uint32_t parent = tree.parent[i];
    const uint64_t above = parent == TraceTree::kNone ? 0 : out.path[parent].value;
    out.path[i] = {mixHash(mixHash(above, out.operation[i].value), static_cast<uint64_t>(tree.kind(node)))};
  }
  return out;
}

}  // namespace waybill::analysis
