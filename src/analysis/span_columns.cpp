// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/span_columns.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "analysis/clock_skew.h"
#include "analysis/saturating.h"
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
  bits |= static_cast<uint16_t>((stored & SpanBits::kKindMask) << NodeBits::kKindShift);
  if ((stored & SpanBits::kUnfinished) != 0) bits |= NodeBits::kUnfinished;
  if (durationNs < 0 && !startMissing) bits |= NodeBits::kNegative;
  if (snapshot.status(row) == otlp::StatusCode::Error) bits |= NodeBits::kError;
  return bits;
}

bool sameContents(const store::Snapshot& snapshot, SpanRow a, SpanRow b) {
  return snapshot.service(a) == snapshot.service(b) && snapshot.spanMessage(a) == snapshot.spanMessage(b);
}

std::string nameOf(const store::Snapshot& snapshot, SpanRow row) {
  const std::string name = printable(snapshot.name(row), 80);
  return printable(snapshot.service(row), 60) + " " + (name.empty() ? "(no name)" : name) + " (span " +
         toHex(snapshot.spans().id(row)) + ")";
}

int64_t plainEndNs(const store::Snapshot& snapshot, SpanRow row) {
  return std::max(snapshot.spans().startNs(row), snapshot.endNs(row));
}

// Times are never negative.
int64_t withoutSkew(int64_t ns, int64_t aheadNs) { return std::max<int64_t>(0, saturatingSum(ns, -aheadNs)); }

// The earliest start but 0; when there is none, the earliest end but 0; 0 when there is no time at all.
int64_t earliestTime(const store::SpanTable& table, const LargeColumn<SpanRow>& rows, const Workers& workers) {
  constexpr int64_t kNever = INT64_MAX;
  struct Earliest {
    int64_t start = kNever, end = kNever;
  };
  const auto size = static_cast<uint32_t>(rows.size());
  std::vector<Earliest> found(workers.partsOf(size));
  workers.forEachPart(size, [&](uint32_t part, uint32_t begin, uint32_t end) {
    Earliest mine;
    for (uint32_t i = begin; i < end; ++i) {
      const int64_t rowStart = table.startNs(rows[i]), rowEnd = rowStart + table.durationNs(rows[i]);
      if (rowStart != 0) mine.start = std::min(mine.start, rowStart);
      if (rowEnd != 0) mine.end = std::min(mine.end, rowEnd);
    }
    found[part] = mine;
  });
  Earliest all;
  for (const Earliest& part : found) all = {std::min(all.start, part.start), std::min(all.end, part.end)};
  if (all.start != kNever) return all.start;
  return all.end != kNever ? all.end : 0;
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
      return span + " starts " +
             durationText(saturatingSum(table.startNs(entry.parent) - table.startNs(entry.row),
                                        adjustedNs(entry.parent, entry.row))) +
             " before " + parent();
    case DiagnosticKind::EndsAfterParent:
      return span + " ends " +
             durationText(saturatingSum(plainEndNs(m_snapshot, entry.row) - plainEndNs(m_snapshot, entry.parent),
                                        adjustedNs(entry.row, entry.parent))) +
             " after " + parent();
    case DiagnosticKind::OutsideParent:
      return span + " has no time in common with " + parent();
    default:
      return span;
  }
}

int64_t Oddities::adjustedNs(SpanRow from, SpanRow to) const {
  if (m_clocks == nullptr) return 0;
  return saturatingSum(m_clocks->aheadNs(m_snapshot, to), -m_clocks->aheadNs(m_snapshot, from));
}

void Oddities::add(const Oddities& later) {
  for (const Entry& entry : later.m_entries) add(entry.kind, entry.row, entry.parent, entry.count);
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

SpanColumns gatherSpans(const store::Snapshot& snapshot, TraceIndex trace, uint32_t count, const Workers& workers,
                        const ClockSkew* clocks) {
  SpanColumns spans{snapshot, {}, {}, {}, {}, {}, {}};
  const store::SpanTable& table = snapshot.spans();
  spans.row.resize(count);
  uint32_t at = count;
  snapshot.forNewestSpans(trace, count, [&](SpanRow row) { spans.row[--at] = row; });

  const int64_t earliest = earliestTime(table, spans.row, workers);
  const bool zeroIsMissing = earliest >= kRealTimesFromNs;

  spans.startNs.resize(count);
  spans.endNs.resize(count);
  spans.id.resize(count);
  spans.parentId.resize(count);
  spans.bits.resize(count);
  std::atomic<bool> timesMissing = false;
  workers.forEachPart(count, [&](uint32_t, uint32_t begin, uint32_t end) {
    bool missing = false;
    for (uint32_t i = begin; i < end; ++i) {
      const SpanRow row = spans.row[i];
      const int64_t start = table.startNs(row), duration = table.durationNs(row);
      const bool startMissing = zeroIsMissing && start == 0;
      spans.bits[i] = nodeBits(snapshot, row, duration, startMissing);
      missing |= (spans.bits[i] & (NodeBits::kUnfinished | NodeBits::kNoStart)) != 0;
      // Without a start a span is a moment at its end; without both, at the start of the trace.
      const int64_t endNs = start + std::max<int64_t>(duration, 0);
      spans.endNs[i] = startMissing && endNs == 0 ? earliest : endNs;
      spans.startNs[i] = startMissing ? spans.endNs[i] : start;
      if (clocks != nullptr) {
        const int64_t aheadNs = clocks->aheadNs(snapshot, row);
        spans.startNs[i] = withoutSkew(spans.startNs[i], aheadNs);
        spans.endNs[i] = std::max(spans.startNs[i], withoutSkew(spans.endNs[i], aheadNs));
      }
      spans.id[i] = table.id(row).value;
      spans.parentId[i] = table.parent(row).value;
    }
    if (missing) timesMissing = true;
  });
  spans.timesMissing = timesMissing;
  return spans;
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
