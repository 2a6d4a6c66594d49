// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/service_shares.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

namespace waybill::analysis {

std::vector<ServiceShare> serviceShares(const TraceTree& tree, const CriticalPath& path) {
  std::vector<ServiceShare> out;
  absl::flat_hash_map<uint32_t, size_t> known;
  const auto of = [&](uint32_t node) -> ServiceShare& {
    const auto [entry, isNew] = known.try_emplace(tree.service[node].value, out.size());
    if (isNew) out.push_back({tree.service[node]});
    return out[entry->second];
  };
  for (uint32_t i = 0; i < tree.size(); ++i) {
    ServiceShare& share = of(i);
    ++share.spans;
    share.errors += tree.has(NodeIndex(i), NodeBits::kError) ? 1 : 0;
  }
  for (const PathSegment& segment : path.segments) of(segment.node.value).criticalNs += segment.durationNs();
  std::stable_sort(out.begin(), out.end(),
                   [](const ServiceShare& a, const ServiceShare& b) { return a.criticalNs > b.criticalNs; });
  return out;
}

}  // namespace waybill::analysis
