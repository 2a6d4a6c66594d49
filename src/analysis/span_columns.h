// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/trace_tree.h"
#include "base/diagnostics.h"
#include "base/ids.h"
#include "base/large_pages.h"
#include "base/workers.h"
#include "store/snapshot.h"

// Parts of buildTraceTree; nobody else needs them.
namespace waybill::analysis {

// What is odd in a trace, counted by kind, the first span of each kind as the example.
class Oddities {
 public:
  explicit Oddities(const store::Snapshot& snapshot, const ClockSkew* clocks = nullptr)
      : m_snapshot(snapshot), m_clocks(clocks) {}
  void add(DiagnosticKind kind, SpanRow row, uint64_t count = 1) { add(kind, row, row, count); }
  void add(DiagnosticKind kind, SpanRow row, SpanRow parent, uint64_t count = 1);
  // What was found further on in the trace.
  void add(const Oddities& later);
  Diagnostics diagnostics() const;

 private:
  struct Entry {
    DiagnosticKind kind;
    SpanRow row, parent;
    uint64_t count;
  };
  std::string exampleOf(const Entry& entry) const;
  // By how much the clocks of two spans were brought together.
  int64_t adjustedNs(SpanRow from, SpanRow to) const;

  const store::Snapshot& m_snapshot;
  const ClockSkew* m_clocks;
  std::vector<Entry> m_entries;
};

// The spans of one trace as columns, in the order of the tree's siblings: start, end descending, span id,
// then what the spans say. Only byte-identical copies are ordered by row. A position in the columns is called
// an ordinal.
struct SpanColumns {
  // In `bits`, besides NodeBits: a byte-identical copy, left out; and, while parents are linked, a span whose
  // parent is settled.
  static constexpr uint16_t kCopy = 1 << 15, kLinked = 1 << 14;

  const store::Snapshot& snapshot;
  LargeColumn<int64_t> startNs, endNs;  // ends never before starts
  LargeColumn<uint64_t> id, parentId;
  LargeColumn<SpanRow> row;
  LargeColumn<uint16_t> bits;  // NodeBits
  bool timesMissing = false;   // some start or end is not known

  uint32_t size() const { return static_cast<uint32_t>(row.size()); }
  bool isCopy(uint32_t ordinal) const { return (bits[ordinal] & kCopy) != 0; }

  // Puts the columns in order. Returns the old ordinal of each new one; empty when nothing moved.
  LargeColumn<uint32_t> sort(const Workers& workers = {});
};

// The last `count` spans of the trace to arrive; it has so many.
SpanColumns gatherSpans(const store::Snapshot& snapshot, TraceIndex trace, uint32_t count, const Workers& workers = {},
                        const ClockSkew* clocks = nullptr);

// Marks byte-identical copies of the span before. Columns must be in order. (ordinal, copies besides it).
std::vector<std::pair<uint32_t, uint32_t>> markCopies(SpanColumns& spans, Oddities& odd);

}  // namespace waybill::analysis
