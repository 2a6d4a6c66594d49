// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/service_shares.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>

namespace waybill::analysis {

std::vector<ServiceShare> serviceShares(const TraceTree& tree, const CriticalPath& path) {
  std::vector<ServiceShare> out;
  absl::flat_hash_map<uint32_t, size_t> known;
  // Neighbours mostly share few services: those met last are found without hashing.
  struct Met {
    uint32_t service = 0;
    size_t at = SIZE_MAX;
  };
  std::array<Met, 64> met;
  const auto of = [&](uint32_t node) -> ServiceShare& {
    const uint32_t service = tree.service[node].value;
    Met& last = met[service % met.size()];
    if (last.service != service || last.at == SIZE_MAX) {
      const auto [entry, isNew] = known.try_emplace(service, out.size());
      if (isNew) out.push_back({tree.service[node]});
      last = {service, entry->second};
    }
    return out[last.at];
  };
  for (uint32_t i = 0; i < tree.size(); ++i) {
    ServiceShare& share = of(i);
    ++share.spans;
    share.errors += tree.has(NodeIndex(i), NodeBits::kError) ? 1 : 0;
  }
  path.segments.forEachDuration([&](NodeIndex node, int64_t ns) { of(node.value).criticalNs += ns; });
  std::stable_sort(out.begin(), out.end(),
                   [](const ServiceShare& a, const ServiceShare& b) { return a.criticalNs > b.criticalNs; });
  return out;
}

}  // namespace waybill::analysis
