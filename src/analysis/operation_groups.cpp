// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/operation_groups.h"

#include <absl/container/flat_hash_map.h>

#include <array>
#include <tuple>
#include <utility>

namespace waybill::analysis {
namespace {

std::vector<OperationGroup> group(const TraceTree& tree, const CriticalPath& path,
                                  std::optional<SegmentKind> kind) {
  std::vector<OperationGroup> groups;
  absl::flat_hash_map<std::tuple<StringId, StringId, uint32_t>, size_t> known;
  std::vector<bool> seen(tree.size());
  path.segments.forEach([&](const PathSegment& segment) {
    if (kind && segment.kind != *kind) return;
    const uint32_t node = segment.node.value;
    const uint32_t otherEnd =
        kind == SegmentKind::Edge && segment.other ? tree.service[segment.other->value].value : 0;
    const auto key = std::tuple(tree.service[node], tree.nameId(NodeIndex(node)), otherEnd);
    const auto [entry, isNew] = known.try_emplace(key, groups.size());
    if (isNew) groups.emplace_back();
    OperationGroup& found = groups[entry->second];
    found.ns += segment.durationNs();
    if (!seen[node]) found.nodes.push_back(segment.node);
    seen[node] = true;
  });
  return groups;
}

}  // namespace

std::vector<OperationGroup> groupPath(const TraceTree& tree, const CriticalPath& path, SegmentKind kind) {
  return group(tree, path, kind);
}

std::vector<OperationGroup> groupPath(const TraceTree& tree, const CriticalPath& path) {
  return group(tree, path, std::nullopt);
}

std::vector<OperationTime> timeByOperation(const TraceTree& tree, const CriticalPath& path) {
  std::vector<OperationTime> operations;
  using Key = std::pair<StringId, StringId>;
  absl::flat_hash_map<Key, uint32_t> known;
  std::array<std::pair<Key, uint32_t>, 256> met;  // lately: found without hashing
  met.fill({{}, UINT32_MAX});
  const auto numberOf = [&](const Key& key) {
    auto& last = met[(key.first.value * 31 + key.second.value) % met.size()];
    if (last.first != key || last.second == UINT32_MAX) {
      const auto [entry, isNew] = known.try_emplace(key, static_cast<uint32_t>(operations.size()));
      if (isNew) operations.emplace_back();
      last = *entry;
    }
    return last.second;
  };
  std::vector<bool> seen(tree.size());
  path.segments.forEachNode([&](NodeIndex at) {
    const uint32_t node = at.value;
    if (seen[node]) return;
    seen[node] = true;
    OperationTime& operation = operations[numberOf({tree.service[node], tree.nameId(NodeIndex(node))})];
    const int64_t ns = path.selfNs[node];
    operation.ns += ns;
    ++operation.spans;
    if (ns <= operation.longestNs) return;
    operation.longestNs = ns;
    operation.longest = at;
  });
  return operations;
}

}  // namespace waybill::analysis
