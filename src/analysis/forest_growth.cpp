// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/forest_growth.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/parent_links.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

bool isPlain(const SpanColumns& spans) {
  return !spans.timesMissing && (spans.size() == 0 || spans.startNs.front() > 0);
}

// Before which of the ordered spans each added one goes, ascending. Ids differ: nothing else is asked.
std::vector<uint32_t> placesAmong(const SpanColumns& spans, const SpanColumns& added) {
  const auto isBefore = [&](uint32_t i, uint32_t j) {
    return std::tuple(added.startNs[j], ~added.endNs[j], added.id[j]) <
           std::tuple(spans.startNs[i], ~spans.endNs[i], spans.id[i]);
  };
  std::vector<uint32_t> places;
  places.reserve(added.size());
  for (uint32_t j = 0; j < added.size(); ++j) {
    uint32_t low = places.empty() ? 0 : places.back(), high = spans.size();
    while (low < high) {
      const uint32_t middle = low + (high - low) / 2;
      if (isBefore(middle, j)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    places.push_back(low);
  }
  return places;
}

// Puts added[j] before what was at places[j]. In place: often only the end of the column moves.
template <typename Column>
void putIn(Column& column, const Column& added, const std::vector<uint32_t>& places) {
  const auto old = static_cast<std::ptrdiff_t>(column.size());
  const size_t size = column.size() + added.size();
  if (size > column.capacity()) column.reserve(size + size / 8);
  column.resize(size);
  auto end = column.begin() + old;  // of what has not moved
  for (size_t j = added.size(); j-- > 0;) {
    const auto from = column.begin() + places[j];
    std::move_backward(from, end, end + static_cast<std::ptrdiff_t>(j) + 1);
    from[static_cast<std::ptrdiff_t>(j)] = added[j];
    end = from;
  }
}

// Takes back what adoption did.
void releaseOrphans(Forest& forest) {
  for (uint32_t i = 0; i < forest.parents.size(); ++i) {
    uint16_t& bits = forest.spans.bits[i];
    if ((bits & NodeBits::kAdopted) != 0) forest.parents[i] = kNone;
    bits &= static_cast<uint16_t>(~(NodeBits::kAdopted | NodeBits::kOrphan));
  }
}

// Parents by the ordinals that they get.
void renumber(std::vector<uint32_t>& parents, const std::vector<uint32_t>& places) {
  const auto count = static_cast<uint32_t>(parents.size());
  if (places.empty() || places.front() == count) return;
  auto newOf = largeVector<uint32_t>(count);
  uint32_t before = 0;  // added ones
  for (uint32_t i = 0; i < count; ++i) {
    while (before < places.size() && places[before] <= i) ++before;
    newOf[i] = i + before;
  }
  for (uint32_t& parent : parents) {
    if (parent != kNone) parent = newOf[parent];
  }
}

void merge(Forest& forest, const SpanColumns& added, const std::vector<uint32_t>& places, const Workers& workers) {
  SpanColumns& spans = forest.spans;
  const std::vector<uint32_t> unlinked(added.size(), kNone);
  const auto putParents = [&] {
    renumber(forest.parents, places);
    putIn(forest.parents, unlinked, places);
  };
  workers.runAll(spans.size(), {putParents, [&] { putIn(spans.startNs, added.startNs, places); },
                                [&] { putIn(spans.endNs, added.endNs, places); },
                                [&] { putIn(spans.id, added.id, places); },
                                [&] { putIn(spans.parentId, added.parentId, places); },
                                [&] { putIn(spans.row, added.row, places); },
                                [&] { putIn(spans.bits, added.bits, places); }});
}

// Ids, and a glance that tells of nearly every other id that it is none of them.
class FewIds {
 public:
  explicit FewIds(size_t most) : m_shift(64 - std::countr_zero(std::bit_ceil(most * 32 + 64))) {
    m_glance.resize((size_t{1} << (64 - m_shift)) / 64);
    m_ordinals.reserve(most);
  }

  // False when it is there.
  bool add(uint64_t id, uint32_t ordinal) {
    m_glance[place(id) / 64] |= uint64_t{1} << (place(id) % 64);
    return m_ordinals.try_emplace(id, ordinal).second;
  }

  // The ordinal of an id, to be read or, of different ids by different threads, written; null for others.
  uint32_t* find(uint64_t id) {
    if ((m_glance[place(id) / 64] >> (place(id) % 64) & 1) == 0) return nullptr;
    const auto entry = m_ordinals.find(id);
    return entry == m_ordinals.end() ? nullptr : &entry->second;
  }

 private:
  size_t place(uint64_t id) const { return (id * 0x9e3779b97f4a7c15) >> m_shift; }

  int m_shift;
  std::vector<uint64_t> m_glance;
  absl::flat_hash_map<uint64_t, uint32_t> m_ordinals;
};

// Whether the span's parent is to be found by its parent id.
bool asksForParent(const SpanColumns& spans, uint32_t i) {
  return spans.parentId[i] != 0 && spans.parentId[i] != spans.id[i];
}

// Links the added spans, and kept ones to them. False when an id turns out to be shared.
bool linkAdded(Forest& forest, const std::vector<uint32_t>& places, const Workers& workers) {
  const SpanColumns& spans = forest.spans;
  std::vector<uint32_t>& parents = forest.parents;
  const auto count = static_cast<uint32_t>(places.size());
  const auto ordinalOf = [&](uint32_t j) { return places[j] + j; };
  FewIds addedIds(count), parentIds(count);
  for (uint32_t j = 0; j < count; ++j) {
    const uint32_t i = ordinalOf(j);
    if (spans.id[i] == 0 || !addedIds.add(spans.id[i], i)) return false;
    if (asksForParent(spans, i)) parentIds.add(spans.parentId[i], kNone);
  }
  std::vector<uint8_t> shared(workers.partsOf(spans.size()), 0);
  workers.forEachPart(spans.size(), [&](uint32_t part, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) {
      const uint32_t* const same = addedIds.find(spans.id[i]);
      if (same != nullptr && *same != i) shared[part] = 1;
      if (uint32_t* const wanted = parentIds.find(spans.id[i]); wanted != nullptr && same == nullptr) *wanted = i;
      if (parents[i] != kNone || !asksForParent(spans, i)) continue;
      if (const uint32_t* const parent = addedIds.find(spans.parentId[i])) parents[i] = *parent;
    }
  });
  if (std::find(shared.begin(), shared.end(), 1) != shared.end()) return false;
  for (uint32_t j = 0; j < count; ++j) {
    const uint32_t i = ordinalOf(j);
    if (parents[i] == kNone && asksForParent(spans, i)) parents[i] = *parentIds.find(spans.parentId[i]);
  }
  return true;
}

}  // namespace

bool mayGrow(const Forest& forest) {
  const SpanColumns& spans = forest.spans;
  if (!forest.copies.empty() || !isPlain(spans)) return false;
  for (uint32_t i = 0; i < spans.size(); ++i) {
    if ((spans.bits[i] & NodeBits::kSharedId) != 0) return false;
    if ((spans.bits[i] & NodeBits::kCutCycle) != 0 && spans.parentId[i] != spans.id[i]) return false;
  }
  return true;
}

std::optional<Forest> grownForest(Forest forest, const store::Snapshot& snapshot, SpanColumns added,
                                  const Workers& workers, Oddities& odd) {
  added.sort(workers);
  if (!isPlain(added)) return std::nullopt;
  SpanColumns& old = forest.spans;
  Forest grown{{snapshot, std::move(old.startNs), std::move(old.endNs), std::move(old.id), std::move(old.parentId),
                std::move(old.row), std::move(old.bits)},
               std::move(forest.parents),
               {}};
  releaseOrphans(grown);
  const std::vector<uint32_t> places = placesAmong(grown.spans, added);
  merge(grown, added, places, workers);
  if (!linkAdded(grown, places, workers)) return std::nullopt;
  settleUnlinked(grown.spans, grown.parents, odd, workers);
  adoptOrphans(grown.spans, grown.parents);
  return grown;
}

}  // namespace waybill::analysis
