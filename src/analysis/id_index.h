// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "analysis/distribute.h"
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

  bool contains(uint64_t id) const { return m_shards[shardOf(id)].contains(id); }
  void assign(uint64_t id, uint32_t ordinal) { m_shards[shardOf(id)][id] = ordinal; }

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
    workersOnShards(workers).forEachPart(shards(), [&](uint32_t, uint32_t begin, uint32_t end) {
      for (uint32_t s = begin; s < end; ++s) {
        for (uint32_t k = begins[s]; k < begins[s + 1]; ++k) {
          const auto entry = m_shards[s].find(keys[k].key);
          found(keys[k].index, entry == m_shards[s].end() ? TraceTree::kNone : entry->second);
        }
      }
    });
  }

 private:
  using Shard = absl::flat_hash_map<uint64_t, uint32_t>;
  static constexpr uint32_t kShardIds = 3300;  // fills seven eighths of 4,096 places, some 70 KB

  // Ids may be anything, numbers that count up too. Whoever makes all fall into one shard gets one large map.
  uint32_t shardOf(uint64_t id) const {
    return static_cast<uint32_t>((id * 0x9e3779b97f4a7c15 >> 32) * m_shards.size() >> 32);
  }
  uint32_t shards() const { return static_cast<uint32_t>(m_shards.size()); }
  // Shards are few where spans are few: the parts are measured in spans.
  Workers workersOnShards(const Workers& workers) const {
    return {workers.threads, std::max(1U, workers.smallestPart / kShardIds)};
  }

  template <typename Visit>
  std::vector<uint32_t> group(uint32_t size, const Workers& workers, Visit&& visit,
                              std::unique_ptr<SortKey[]>& keys) const {
    return distribute(
        size, shards(), workers, visit, [this](const SortKey& key) { return shardOf(key.key); },
        [&keys](uint32_t count) {
          keys = makeLarge<SortKey>(count);
          return keys.get();
        });
  }

  std::vector<Shard> m_shards;
};

}  // namespace waybill::analysis
