// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/operations.h"

#include "analysis/baselines.h"
#include "analysis/span_semantics.h"
#include "analysis/templates.h"
#include "base/large_pages.h"

namespace waybill::analysis {
namespace {

// The first parts of an address: those behind them may be names without number.
std::string_view addressBegin(std::string_view text) {
  constexpr int kParts = 3;
  size_t at = 0;
  for (int i = 0; i <= kParts; ++i) {
    at = text.find('/', at);
    if (at == std::string_view::npos) return text;
    ++at;
  }
  return text.substr(0, at - 1);
}

OperationKey stepOf(const TraceTree& tree, NodeIndex node, SemanticsReader& reader, const TraceOperations& operations) {
  const OperationKey operation = operations.operation[node.value];
  const SpanSemantics& semantics = reader.of(node);
  if (semantics.isDatabase()) return {mixHash(operation.value, reader.callOf(node).key)};
  if (semantics.isRpc()) return {mixHash(operation.value, stableHash(semantics.rpcMethod))};
  if (semantics.isHttp()) {
    const std::string& text = reader.callOf(node).what.text;
    const uint64_t address = stableHash(semantics.route.empty() ? addressBegin(text) : text);
    return {mixHash(operation.value, mixHash(address, stableHash(semantics.peer())))};
  }
  const auto server = answeringServer(tree, node);
  return server ? OperationKey{mixHash(operation.value, operations.operation[server->value].value)} : operation;
}

}  // namespace

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
  reserveLarge(out.operation, tree.size());
  reserveLarge(out.path, tree.size());
  const store::Snapshot& snapshot = *tree.snapshot;
  for (uint32_t i = 0; i < tree.size(); ++i) {  // parents come first
    const NodeIndex node(i);
    const OperationKey operation = memo.of(snapshot, tree.service[i], tree.nameId(NodeIndex(i)));
    const uint32_t parent = tree.parent[i];
    const uint64_t above = parent == TraceTree::kNone ? 0 : out.path[parent].value;
    out.operation.push_back(operation);
    out.path.push_back({mixHash(mixHash(above, operation.value), static_cast<uint64_t>(tree.kind(node)))});
  }
  reserveLarge(out.step, tree.size());
  out.step = out.operation;
  return out;
}

void nameSteps(const TraceTree& tree, SemanticsReader& semantics, TraceOperations& operations) {
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    const uint32_t parent = tree.parent[i];
    if (tree.kind(node) == otlp::SpanKind::Client && parent != TraceTree::kNone) {
      operations.step[i] = stepOf(tree, node, semantics, operations);
    }
    const uint64_t above = parent == TraceTree::kNone ? 0 : operations.path[parent].value;
    operations.path[i] = {mixHash(mixHash(above, operations.step[i].value), static_cast<uint64_t>(tree.kind(node)))};
  }
}

}  // namespace waybill::analysis
