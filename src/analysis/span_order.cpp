// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the columns: that of siblings in the tree.
#include <algorithm>
#include <cstring>
#include <memory>
#include <span>

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
template <typename Same, typename Visit>
void forEachRun(KeyRange keys, Same&& same, Visit&& visit) {
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

template <typename T>
void permute(LargeColumn<T>& column, const std::vector<uint32_t>& order) {
  LargeColumn<T> moved;
  moved.reserve(column.size());
  for (const uint32_t i : order) moved.push_back(column[i]);
  column.swap(moved);
}

}  // namespace

std::vector<uint32_t> SpanColumns::sort(const Workers& workers) {
  auto memory = makeLarge<SortKey>(size());
  const std::span<SortKey> keys(memory.get(), size());
  workers.forEachPart(size(), [&](uint32_t, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) keys[i] = {static_cast<uint64_t>(startNs[i]), i};
  });
  sortKeys(keys, workers);
  forEachRun(keys, sameKey, [this](KeyRange startTogether) { sortTogether(*this, startTogether); });
  bool moved = false;
  std::vector<uint32_t> order;
  reserveLarge(order, size());
  for (const SortKey& key : keys) {
    moved |= key.index != order.size();
    order.push_back(key.index);
  }
  if (!moved) return {};
  memory.reset();
  workers.runAll(size(), {[&] { permute(startNs, order); }, [&] { permute(endNs, order); },
                          [&] { permute(id, order); }, [&] { permute(parentId, order); },
                          [&] { permute(row, order); }, [&] { permute(bits, order); }});
  return order;
}

}  // namespace waybill::analysis
