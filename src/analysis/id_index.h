// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/hash/hash.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "analysis/distribute.h"
#include "analysis/sort_keys.h"
#include "analysis/span_columns.h"
#include "base/large_pages.h"

// Parts of buildTraceTree; nobody else needs them.
namespace waybill::analysis {

// Span id -> the span that its children hang under. Ids are scattered, so they are first brought together by
// shards that fit the processor's cache, and then entered and looked up shard by shard, several at a time.
class IdIndex {
 public:
  using Sharing = std::vector<std::pair<uint32_t, uint32_t>>;

  // `sharing` gets (first span of an id, another one of the same id), in any order.
  IdIndex(const SpanColumns& spans, const Workers& workers, Sharing& sharing);

  bool contains(uint64_t id) const { return m_slots[slotOf(shardOf(id), id)] != kFree; }
  void assign(uint64_t id, uint32_t ordinal) { m_entries[m_slots[slotOf(shardOf(id), id)]].index = ordinal; }  // known

  // Calls found(ordinal, parent) for each ordinal for which asks(ordinal): the span that its parent id leads to,
  // TraceTree::kNone when there is none. Both are called by several threads, `found` once an ordinal.
  template <typename Asks, typename Found>
  void findParents(const SpanColumns& spans, const Workers& workers, Asks&& asks, Found&& found) const {
    std::unique_ptr<SortKey[]> keys;
    const auto visit = [&](uint32_t begin, uint32_t end, auto&& take) {
      for (uint32_t i = begin; i < end; ++i) {
        if (asks(i)) take(SortKey{spans.parentId[i], i});
      }
    };
    const std::vector<uint32_t> begins = group(spans.size(), workers, visit, keys);
    workersOnShards(workers).forEachPart(m_shards, [&](uint32_t, uint32_t begin, uint32_t end) {
      for (uint32_t s = begin; s < end; ++s) {
        for (uint32_t k = begins[s]; k < begins[s + 1]; ++k) {
          const uint32_t entry = m_slots[slotOf(s, keys[k].key)];
          found(keys[k].index, entry == kFree ? TraceTree::kNone : m_entries[entry].index);
        }
      }
    });
  }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  static constexpr uint32_t kShardIds = 2400;  // of 4,096 slots: some 55 KB

  // Ids may be anything, numbers that count up too. Whoever makes all fall into one shard gets one large table.
  uint32_t shardOf(uint64_t id) const {
    return static_cast<uint32_t>((id * 0x9e3779b97f4a7c15 >> 32) * m_shards >> 32);
  }
  // Where an id is entered, or would be. By a hash that differs from run to run: nobody can make ids that meet.
  uint64_t slotOf(uint32_t shard, uint64_t id) const {
    const uint64_t begin = m_slotBegins[shard], mask = m_slotBegins[shard + 1] - begin - 1;
    uint64_t at = absl::Hash<uint64_t>()(id) & mask;
    while (m_slots[begin + at] != kFree && m_entries[m_slots[begin + at]].key != id) at = (at + 1) & mask;
    return begin + at;
  }
  // Shards are few where spans are few: the parts are measured in spans.
  Workers workersOnShards(const Workers& workers) const {
    return {workers.threads, std::max(1U, workers.smallestPart / kShardIds)};
  }

  template <typename Visit>
  std::vector<uint32_t> group(uint32_t size, const Workers& workers, Visit&& visit,
                              std::unique_ptr<SortKey[]>& keys) const {
    return distribute(
        size, m_shards, workers, visit, [this](const SortKey& key) { return shardOf(key.key); },
        [&keys](uint32_t count) {
          keys = makeLarge<SortKey>(count);
          return keys.get();
        });
  }

  uint32_t m_shards;
  std::unique_ptr<SortKey[]> m_entries;  // shard after shard: an id, and whom it leads to. Some are not in a slot
  std::vector<uint64_t> m_slotBegins;    // by shard, and the end; a power of two of them in each
  LargeColumn<uint32_t> m_slots;         // of m_entries
};

}  // namespace waybill::analysis
