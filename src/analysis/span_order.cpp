// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the columns: that of siblings in the tree.
#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "analysis/sort_keys.h"
#include "analysis/span_columns.h"

namespace waybill::analysis {
namespace {

// The same for the same contents in every run of the program (FNV-1a over words).
uint64_t contentsHash(const store::Snapshot& snapshot, SpanRow row) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&hash](std::string_view bytes) {
    for (size_t i = 0; i < bytes.size(); i += sizeof(uint64_t)) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data() + i, std::min(sizeof(word), bytes.size() - i));
      hash = (hash ^ word) * 0x100000001b3;
      hash ^= hash >> 29;
    }
  };
  add(snapshot.service(row));
  add(snapshot.spanMessage(row));
  return hash;
}

using KeyRange = std::span<SortKey>;

// Calls visit(range) for each run of two or more neighbours that are the same.
template <typename T, typename Same, typename Visit>
void forEachRun(std::span<T> keys, Same&& same, Visit&& visit) {
  for (size_t from = 0, to = 0; from < keys.size(); from = to) {
    for (to = from + 1; to < keys.size() && same(keys[from], keys[to]);) ++to;
    if (to - from > 1) visit(keys.subspan(from, to - from));
  }
}

// Spans with the same times and id: by what they say. Only what differs in nothing else goes by the hash,
// which depends on when the trace took place.
void sortByContents(const SpanColumns& spans, KeyRange keys) {
  const store::Snapshot& snapshot = spans.snapshot;
  for (SortKey& key : keys) key.key = contentsHash(snapshot, spans.row[key.index]);
  std::sort(keys.begin(), keys.end(), [&](const SortKey& a, const SortKey& b) {
    const SpanRow rowA = spans.row[a.index], rowB = spans.row[b.index];
    const uint64_t parentA = spans.parentId[a.index], parentB = spans.parentId[b.index];
    if (parentA != parentB) return parentA < parentB;
    const uint16_t bitsA = snapshot.spans().bits(rowA), bitsB = snapshot.spans().bits(rowB);
    if (bitsA != bitsB) return bitsA < bitsB;
    if (const int name = snapshot.name(rowA).compare(snapshot.name(rowB)); name != 0) return name < 0;
    if (const int service = snapshot.service(rowA).compare(snapshot.service(rowB)); service != 0) {
      return service < 0;
    }
    return a.key != b.key ? a.key < b.key : rowA < rowB;
  });
}

bool sameKey(const SortKey& a, const SortKey& b) {
  return a.key == b.key;
}

// Spans that start together, by end descending, then by id. A clock of milliseconds makes long runs of them.
void sortTogether(const SpanColumns& spans, KeyRange keys) {
  for (SortKey& key : keys) key.key = ~static_cast<uint64_t>(spans.endNs[key.index]);
  sortKeys(keys);
  forEachRun(keys, sameKey, [&](KeyRange endTogether) {
    for (SortKey& key : endTogether) key.key = spans.id[key.index];
    sortKeys(endTogether);
    forEachRun(endTogether, sameKey, [&](KeyRange sameId) { sortByContents(spans, sameId); });
  });
}

// Through memory that is as long, which then holds what the column held.
template <typename T>
void permute(LargeColumn<T>& column, const LargeColumn<uint32_t>& order, LargeColumn<T>& spare) {
  for (size_t i = 0; i < order.size(); ++i) spare[i] = column[order[i]];
  column.swap(spare);
}

template <typename T, typename... Columns>
void permuteAll(const LargeColumn<uint32_t>& order, LargeColumn<T>& first, Columns&... others) {
  LargeColumn<T> spare(order.size());
  permute(first, order, spare);
  (permute(others, order, spare), ...);
}

// By start, and so on, where a start and an ordinal have room in one number.
LargeColumn<uint32_t> orderOf(const SpanColumns& spans, const KeyPacking& packing, const Workers& workers) {
  const uint32_t size = spans.size();
  auto memory = makeLarge<uint64_t>(size_t{2} * size);
  const std::span<uint64_t> numbers(memory.get(), size), scratch(memory.get() + size, size);
  workers.forEachPart(size, [&](uint32_t, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) numbers[i] = packing.packed(static_cast<uint64_t>(spans.startNs[i]), i);
  });
  if (!std::is_sorted(numbers.begin(), numbers.end())) sortNumbers(numbers, scratch, packing.indexBits(), workers);
  LargeColumn<uint32_t> order(size);
  workers.forEachPart(size, [&](uint32_t, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) order[i] = packing.index(numbers[i]);
  });
  std::vector<SortKey> together;
  const auto sameStart = [&](uint64_t a, uint64_t b) { return packing.key(a) == packing.key(b); };
  forEachRun(numbers, sameStart, [&](std::span<uint64_t> run) {
    together.clear();
    for (const uint64_t number : run) together.push_back({0, packing.index(number)});
    sortTogether(spans, together);
    uint32_t* to = order.data() + (run.data() - numbers.data());
    for (const SortKey& key : together) *to++ = key.index;
  });
  return order;
}

// The same of times of several centuries, or more.
LargeColumn<uint32_t> orderOfAnyTimes(const SpanColumns& spans, const Workers& workers) {
  std::vector<SortKey> keys;
  keys.reserve(spans.size());
  for (uint32_t i = 0; i < spans.size(); ++i) keys.push_back({static_cast<uint64_t>(spans.startNs[i]), i});
  sortKeys(keys, workers);
  forEachRun(std::span(keys), sameKey, [&](KeyRange startTogether) { sortTogether(spans, startTogether); });
  LargeColumn<uint32_t> order;
  order.reserve(keys.size());
  for (const SortKey& key : keys) order.push_back(key.index);
  return order;
}

}  // namespace

LargeColumn<uint32_t> SpanColumns::sort(const Workers& workers) {
  if (size() == 0) return {};
  uint64_t least = UINT64_MAX, greatest = 0;
  for (const int64_t ns : startNs) {
    least = std::min(least, static_cast<uint64_t>(ns));
    greatest = std::max(greatest, static_cast<uint64_t>(ns));
  }
  const KeyPacking packing(least, greatest, size() - 1);
  LargeColumn<uint32_t> order =
      packing.hasRoom() ? orderOf(*this, packing, workers) : orderOfAnyTimes(*this, workers);
  bool moved = false;
  for (uint32_t i = 0; i < order.size(); ++i) moved |= order[i] != i;
  if (!moved) return {};
  workers.runAll(size(), {[&] { permuteAll(order, startNs, endNs); }, [&] { permuteAll(order, id, parentId); },
                          [&] { permuteAll(order, row); }, [&] { permuteAll(order, bits); }});
  return order;
}

}  // namespace waybill::analysis
