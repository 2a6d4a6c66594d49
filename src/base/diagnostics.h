// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

// What was odd in the input. One entry a kind: how often, where first, one example.
enum class DiagnosticKind : uint8_t {
  UnreadableRecord,    // bytes that are no valid OTLP; the record was skipped
  TruncatedTail,       // the file ends in the middle of a record
  OtherSignal,         // metrics, logs or profiles: counted, not kept
  UnknownDocument,     // a JSON document that holds no signal known to us
  InvalidTraceId,      // empty, all zero or of a wrong length
  InvalidSpanId,       //
  NonHexId,            // an id that is neither hex nor base64: kept by its hash
  StartMissing,        // start time 0
  EndMissing,          // end time 0: the span was still open when it was written
  NegativeDuration,    // end before start
  TimeOutOfRange,      // beyond the year 2262, where signed nanoseconds end
  AttributeNestedTooDeep,
  MessageTooLarge,
  // Of one trace, found when its tree is built.
  MissingParent,
  SeveralRoots,
  DuplicateSpan,       // byte-identical copies, shown once
  SharedSpanId,        // different spans under one id
  ParentCycle,
  SelfParent,
  StartsBeforeParent,
  EndsAfterParent,
  OutsideParent,
  ClocksApart,         // the clock of a host does not fit that of the request
  ClocksAdjusted,      // and was taken off the times of its spans, as the user wished
  DroppedByTheSdk,     // dropped_*_count of the sender is not zero
  FileChanged,         // a mapped file shrank, vanished or was written over while it was open
};

// The stable name of a kind, as in `info --json`: lower-case words joined by '-'.
std::string_view diagnosticName(DiagnosticKind kind);

// One sentence that says what the kind means to the reader of a trace.
std::string_view diagnosticMeaning(DiagnosticKind kind);

struct Diagnostic {
  DiagnosticKind kind{};
  uint64_t count = 0;
  std::string file;     // of the first occurrence; empty where a file makes no sense
  uint64_t offset = 0;  // of the first occurrence, bytes from the start of the file
  std::string example;  // short, plain text
};

// Collects diagnostics; cheap when the same kind repeats. Not thread-safe: one collector per thread, then merge.
class Diagnostics {
 public:
  void add(DiagnosticKind kind, std::string_view file, uint64_t offset, std::string_view example,
           uint64_t count = 1);
  void merge(const Diagnostics& other);
  uint64_t count(DiagnosticKind kind) const;
  bool empty() const { return m_entries.empty(); }
  const std::vector<Diagnostic>& entries() const { return m_entries; }  // in order of first occurrence

 private:
  std::vector<Diagnostic> m_entries;
};

}  // namespace waybill
