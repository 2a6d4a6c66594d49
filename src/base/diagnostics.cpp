// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diagnostics.h"

#include <algorithm>
#include <array>

namespace waybill {
namespace {

struct KindText {
  DiagnosticKind kind;
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array kTexts{
    KindText{DiagnosticKind::UnreadableRecord, "unreadable-record",
             "Bytes that are not valid OTLP; the record was skipped, the rest was read."},
    KindText{DiagnosticKind::TruncatedTail, "truncated-tail",
             "The file ends in the middle of a record; everything before it was read."},
    KindText{DiagnosticKind::OtherSignal, "other-signal", "Metrics, logs or profiles, which Waybill does not keep."},
    KindText{DiagnosticKind::UnknownDocument, "unknown-document", "A JSON document that holds no traces."},
    KindText{DiagnosticKind::InvalidTraceId, "invalid-trace-id",
             "A trace id that is empty, all zero or of a wrong length; such spans are kept together."},
    KindText{DiagnosticKind::InvalidSpanId, "invalid-span-id",
             "A span id that is empty, all zero or of a wrong length; the span is kept."},
    KindText{DiagnosticKind::NonHexId, "non-hex-id", "An id that is neither hex nor base64; it was kept by its hash."},
    KindText{DiagnosticKind::StartMissing, "start-missing", "A span without a start time."},
    KindText{DiagnosticKind::EndMissing, "end-missing", "A span without an end time: it was still open when written."},
    KindText{DiagnosticKind::NegativeDuration, "negative-duration", "A span that ends before it starts."},
    KindText{DiagnosticKind::TimeOutOfRange, "time-out-of-range", "A time beyond the year 2262; it was clamped."},
    KindText{DiagnosticKind::AttributeNestedTooDeep, "attribute-nested-too-deep",
             "An attribute nested deeper than 64 levels; the deeper part is left out."},
    KindText{DiagnosticKind::MessageTooLarge, "message-too-large", "A message above the size limit; it was skipped."},
    KindText{DiagnosticKind::MissingParent, "missing-parent",
             "Spans whose parent is not in the trace: not sampled, lost, or not here yet."},
    KindText{DiagnosticKind::SeveralRoots, "several-roots", "A trace with more than one span without a parent."},
    KindText{DiagnosticKind::DuplicateSpan, "duplicate-span",
             "Byte-identical copies of a span (a retried export); shown once."},
    KindText{DiagnosticKind::SharedSpanId, "shared-span-id", "Different spans under the same span id."},
    KindText{DiagnosticKind::ParentCycle, "parent-cycle", "Spans that are each other's ancestors; the circle was cut."},
    KindText{DiagnosticKind::SelfParent, "self-parent", "A span that names itself as its parent."},
    KindText{DiagnosticKind::StartsBeforeParent, "starts-before-parent",
             "A span that starts before its parent: clocks differ."},
    KindText{DiagnosticKind::EndsAfterParent, "ends-after-parent",
             "A span that ends after its parent: asynchronous work, or clocks differ."},
    KindText{DiagnosticKind::OutsideParent, "outside-parent", "A span that lies wholly outside its parent."},
    KindText{DiagnosticKind::ClocksApart, "clocks-apart", "A host's clock does not fit that of the request."},
    KindText{DiagnosticKind::ClocksAdjusted, "clocks-adjusted",
             "A host's times are shown by the clock of the request, not as recorded."},
    KindText{DiagnosticKind::DroppedByTheSdk, "dropped-by-the-sdk",
             "The sender dropped attributes, events or links before export."},
    KindText{DiagnosticKind::FileChanged, "file-changed",
             "The file was shortened, replaced or removed while it was open."},
};

const KindText& textOf(DiagnosticKind kind) {
  return *std::find_if(kTexts.begin(), kTexts.end(), [kind](const KindText& t) { return t.kind == kind; });
}

}  // namespace

std::string_view diagnosticName(DiagnosticKind kind) { return textOf(kind).name; }
std::string_view diagnosticMeaning(DiagnosticKind kind) { return textOf(kind).meaning; }

void Diagnostics::add(DiagnosticKind kind, std::string_view file, uint64_t offset, std::string_view example,
                      uint64_t count) {
  for (Diagnostic& entry : m_entries) {
    if (entry.kind == kind) {
      entry.count += count;
      return;
    }
  }
  m_entries.push_back({kind, count, std::string(file), offset, std::string(example)});
}

void Diagnostics::merge(const Diagnostics& other) {
  for (const Diagnostic& entry : other.m_entries) {
    add(entry.kind, entry.file, entry.offset, entry.example, entry.count);
  }
}

uint64_t Diagnostics::count(DiagnosticKind kind) const {
  for (const Diagnostic& entry : m_entries) {
    if (entry.kind == kind) return entry.count;
  }
  return 0;
}

}  // namespace waybill
