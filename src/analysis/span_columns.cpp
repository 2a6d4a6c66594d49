// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/span_columns.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "analysis/sort_keys.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

using store::SpanBits;

// A trace that starts within a year of 1970 counts its times from somewhere else, and a start of 0 is one of
// them.
constexpr int64_t kRealTimesFromNs = int64_t{365} * 24 * 3600 * 1'000'000'000;

uint16_t nodeBits(const store::Snapshot& snapshot, SpanRow row, int64_t durationNs, bool startMissing) {
  const uint16_t stored = snapshot.spans().bits(row);
  uint16_t bits = startMissing ? NodeBits::kNoStart : 0;
  if ((stored & SpanBits::kUnfinished) != 0) bits |= NodeBits::kUnfinished;
  if (durationNs < 0 && !startMissing) bits |= NodeBits::kNegative;
  if (snapshot.status(row) == otlp::StatusCode::Error) bits |= NodeBits::kError;
  return bits;
}

bool sameContents(const store::Snapshot& snapshot, SpanRow a, SpanRow b) {
  return snapshot.service(a) == snapshot.service(b) && snapshot.spanMessage(a) == snapshot.spanMessage(b);
}

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
void permute(std::vector<T>& column, const std::vector<uint32_t>& order) {
  std::vector<T> moved(column.size());
  for (size_t i = 0; i < order.size(); ++i) moved[i] = column[order[i]];
  column.swap(moved);
}

std::string nameOf(const store::Snapshot& snapshot, SpanRow row) {
  const std::string name = printable(snapshot.name(row), 80);
  return printable(snapshot.service(row), 60) + " " + (name.empty() ? "(no name)" : name) + " (span " +
         toHex(snapshot.spans().id(row)) + ")";
}

int64_t plainEndNs(const store::Snapshot& snapshot, SpanRow row) {
  return std::max(snapshot.spans().startNs(row), snapshot.endNs(row));
}

// The earliest start but 0; when there is none, the earliest end but 0; 0 when there is no time at all.
int64_t earliestTime(const store::SpanTable& table, const std::vector<SpanRow>& rows) {
  constexpr int64_t kNever = INT64_MAX;
  int64_t start = kNever, end = kNever;
  for (const SpanRow row : rows) {
    const int64_t rowStart = table.startNs(row), rowEnd = rowStart + table.durationNs(row);
    if (rowStart != 0) start = std::min(start, rowStart);
    if (rowEnd != 0) end = std::min(end, rowEnd);
  }
  if (start != kNever) return start;
  return end != kNever ? end : 0;
}

}  // namespace

void Oddities::add(DiagnosticKind kind, SpanRow row, SpanRow parent, uint64_t count) {
  for (Entry& entry : m_entries) {
    if (entry.kind != kind) continue;
    entry.count += count;
    return;
  }
  m_entries.push_back({kind, row, parent, count});
}

std::string Oddities::exampleOf(const Entry& entry) const {
  const std::string span = nameOf(m_snapshot, entry.row);
  const auto parent = [&] { return nameOf(m_snapshot, entry.parent); };
  const store::SpanTable& table = m_snapshot.spans();
  switch (entry.kind) {
    case DiagnosticKind::MissingParent:
      return span + " names the parent " + toHex(table.parent(entry.row)) + ", which is not in the trace";
    case DiagnosticKind::SeveralRoots:
      return span + " is a root besides the first";
    case DiagnosticKind::StartsBeforeParent:
      return span + " starts " + durationText(table.startNs(entry.parent) - table.startNs(entry.row)) +
             " before " + parent();
    case DiagnosticKind::EndsAfterParent:
      return span + " ends " +
             durationText(plainEndNs(m_snapshot, entry.row) - plainEndNs(m_snapshot, entry.parent)) +
             " after " + parent();
    case DiagnosticKind::OutsideParent:
      return span + " has no time in common with " + parent();
    default:
      return span;
  }
}

Diagnostics Oddities::diagnostics() const {
  Diagnostics out;
  for (const Entry& entry : m_entries) {
    const Chunk& chunk = m_snapshot.chunk(entry.row);
    out.add(entry.kind, chunk.file(), chunk.fileOffset() + m_snapshot.spans().offset(entry.row),
            exampleOf(entry), entry.count);
  }
  return out;
}

SpanColumns gatherSpans(const store::Snapshot& snapshot, TraceIndex trace) {
  SpanColumns spans{snapshot, {}, {}, {}, {}, {}, {}};
  const store::SpanTable& table = snapshot.spans();
  const uint32_t count = snapshot.trace(trace).spans;
  spans.row.resize(count);
  uint32_t at = count;
  snapshot.forEachSpan(trace, [&](SpanRow row) { spans.row[--at] = row; });

  const int64_t earliest = earliestTime(table, spans.row);
  const bool zeroIsMissing = earliest >= kRealTimesFromNs;

  spans.startNs.resize(count);
  spans.endNs.resize(count);
  spans.id.resize(count);
  spans.parentId.resize(count);
  spans.bits.resize(count);
  for (uint32_t i = 0; i < count; ++i) {
    const SpanRow row = spans.row[i];
    const int64_t start = table.startNs(row), duration = table.durationNs(row);
    const bool startMissing = zeroIsMissing && start == 0;
    spans.bits[i] = nodeBits(snapshot, row, duration, startMissing);
    spans.timesMissing |= (spans.bits[i] & (NodeBits::kUnfinished | NodeBits::kNoStart)) != 0;
    // Without a start a span is a moment at its end; without both, at the start of the trace.
    const int64_t end = start + std::max<int64_t>(duration, 0);
    spans.endNs[i] = startMissing && end == 0 ? earliest : end;
    spans.startNs[i] = startMissing ? spans.endNs[i] : start;
    spans.id[i] = table.id(row).value;
    spans.parentId[i] = table.parent(row).value;
  }
  return spans;
}

std::vector<uint32_t> SpanColumns::sort() {
  std::vector<SortKey> keys(size());
  for (uint32_t i = 0; i < size(); ++i) keys[i] = {static_cast<uint64_t>(startNs[i]), i};
  sortKeys(keys);
  forEachRun(keys, sameKey, [this](KeyRange startTogether) { sortTogether(*this, startTogether); });
  bool moved = false;
  std::vector<uint32_t> order(keys.size());
  for (uint32_t i = 0; i < size(); ++i) {
    order[i] = keys[i].index;
    moved |= order[i] != i;
  }
  if (!moved) return {};
  permute(startNs, order);
  permute(endNs, order);
  permute(id, order);
  permute(parentId, order);
  permute(row, order);
  permute(bits, order);
  return order;
}

std::vector<std::pair<uint32_t, uint32_t>> markCopies(SpanColumns& spans, Oddities& odd) {
  std::vector<std::pair<uint32_t, uint32_t>> copies;
  uint32_t shown = 0;
  for (uint32_t i = 1; i < spans.size(); ++i) {
    const bool same = spans.startNs[i] == spans.startNs[shown] && spans.endNs[i] == spans.endNs[shown] &&
                      spans.id[i] == spans.id[shown] && !spans.snapshot.spanMessage(spans.row[i]).empty() &&
                      sameContents(spans.snapshot, spans.row[shown], spans.row[i]);
    if (!same) {
      shown = i;
      continue;
    }
    spans.bits[i] |= SpanColumns::kCopy;
    odd.add(DiagnosticKind::DuplicateSpan, spans.row[shown]);
    if (copies.empty() || copies.back().first != shown) copies.emplace_back(shown, 0);
    ++copies.back().second;
  }
  return copies;
}

}  // namespace waybill::analysis
