// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/id_index.h"

namespace waybill::analysis {

IdIndex::IdIndex(const SpanColumns& spans, const Workers& workers, Sharing& sharing)
    : m_shards(spans.size() / kShardIds + 1) {
  std::unique_ptr<SortKey[]> keys;
  const auto visit = [&](uint32_t begin, uint32_t end, auto&& take) {
    for (uint32_t i = begin; i < end; ++i) {
      if (spans.id[i] != 0 && !spans.isCopy(i)) take(SortKey{spans.id[i], i});
    }
  };
  const std::vector<uint32_t> begins = group(spans.size(), workers, visit, keys);
  const Workers onShards = workersOnShards(workers);
  std::vector<Sharing> shared(onShards.partsOf(shards()));
  onShards.forEachPart(shards(), [&](uint32_t part, uint32_t begin, uint32_t end) {
    for (uint32_t s = begin; s < end; ++s) {
      m_shards[s].reserve(begins[s + 1] - begins[s]);
      for (uint32_t k = begins[s]; k < begins[s + 1]; ++k) {
        const auto [entry, isNew] = m_shards[s].try_emplace(keys[k].key, keys[k].index);
        if (!isNew) shared[part].emplace_back(entry->second, keys[k].index);
      }
    }
  });
  for (const Sharing& ofPart : shared) sharing.insert(sharing.end(), ofPart.begin(), ofPart.end());
}

}  // namespace waybill::analysis
