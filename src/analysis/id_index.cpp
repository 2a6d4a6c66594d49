// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/id_index.h"

#include <bit>

namespace waybill::analysis {

IdIndex::IdIndex(const SpanColumns& spans, const Workers& workers, Sharing& sharing)
    : m_shards(spans.size() / kShardIds + 1) {
  const auto visit = [&](uint32_t begin, uint32_t end, auto&& take) {
    for (uint32_t i = begin; i < end; ++i) {
      if (spans.id[i] != 0 && !spans.isCopy(i)) take(SortKey{spans.id[i], i});
    }
  };
  const std::vector<uint32_t> begins = group(spans.size(), workers, visit, m_entries);
  m_slotBegins.reserve(m_shards + size_t{1});
  m_slotBegins.push_back(0);
  for (uint32_t s = 0; s < m_shards; ++s) {
    // At most two thirds are taken, so that a search ends soon, and ends at all.
    const uint64_t least = uint64_t{begins[s + 1] - begins[s]} * 3 / 2 + 1;
    m_slotBegins.push_back(m_slotBegins.back() + std::bit_ceil(least));
  }
  m_slots.resize(m_slotBegins.back());
  const Workers onShards = workersOnShards(workers);
  std::vector<Sharing> shared(onShards.partsOf(m_shards));
  onShards.forEachPart(m_shards, [&](uint32_t part, uint32_t begin, uint32_t end) {
    for (uint32_t s = begin; s < end; ++s) {
      std::fill(m_slots.data() + m_slotBegins[s], m_slots.data() + m_slotBegins[s + 1], kFree);
      for (uint32_t k = begins[s]; k < begins[s + 1]; ++k) {
        uint32_t& entry = m_slots[slotOf(s, m_entries[k].key)];
        if (entry == kFree) {
          entry = k;
        } else {
          shared[part].emplace_back(m_entries[entry].index, m_entries[k].index);
        }
      }
    }
  });
  for (const Sharing& ofPart : shared) sharing.insert(sharing.end(), ofPart.begin(), ofPart.end());
}

}  // namespace waybill::analysis
