// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/append_blocks.h"
#include "base/chunk.h"
#include "base/diagnostics.h"
#include "base/string_pool.h"
#include "otlp/span_view.h"
#include "store/clock_ticks.h"
#include "store/service_sets.h"
#include "store/span_context.h"
#include "store/span_table.h"
#include "store/trace_summary.h"

namespace waybill::store {

// The open store as it stood at one moment. Immutable: any thread reads it without a lock. Views into wire bytes
// live as long as the snapshot.
class Snapshot {
 public:
  uint32_t spanCount() const { return m_spans.size(); }
  uint32_t traceCount() const { return static_cast<uint32_t>(m_traces.size()); }
  uint64_t version() const { return m_version; }  // grows with every publication
  // Of the TraceStore it comes from, unique in the process: indexes mean the same only within one store.
  uint64_t storeId() const { return m_storeId; }
  uint64_t wireBytes() const { return m_wireBytes; }

  const SpanTable& spans() const { return m_spans; }
  const TraceSummary& trace(TraceIndex trace) const { return m_traces[trace.value]; }
  std::optional<TraceIndex> findTrace(TraceId id) const;  // O(traces), without touching spans

  // Of one span.
  std::string_view name(SpanRow row) const { return text(m_spans.name(row)); }
  std::string_view service(SpanRow row) const { return text(serviceId(row)); }
  StringId serviceId(SpanRow row) const { return m_contexts[m_spans.context(row).value].service; }
  otlp::SpanKind kind(SpanRow row) const {
    return static_cast<otlp::SpanKind>(m_spans.bits(row) & SpanBits::kKindMask);
  }
  otlp::StatusCode status(SpanRow row) const {
    return static_cast<otlp::StatusCode>((m_spans.bits(row) & SpanBits::kStatusMask) >> SpanBits::kStatusShift);
  }
  int64_t endNs(SpanRow row) const { return m_spans.startNs(row) + m_spans.durationNs(row); }

  // Read from the bytes on demand; empty when the bytes have become unreadable.
  std::string_view spanMessage(SpanRow row) const;
  otlp::SpanView span(SpanRow row) const { return otlp::SpanView(spanMessage(row)); }
  std::string_view resourceMessage(SpanRow row) const;
  std::string_view scopeMessage(SpanRow row) const;
  otlp::ResourceView resource(SpanRow row) const { return otlp::ResourceView(resourceMessage(row)); }
  otlp::ScopeView scope(SpanRow row) const { return otlp::ScopeView(scopeMessage(row)); }
  const SpanContext& context(SpanRow row) const { return m_contexts[m_spans.context(row).value]; }
  const Chunk& chunk(SpanRow row) const;
  // The step in which the clock of the span's service counts, as far as its spans' starts tell; 0: finer than they do.
  int64_t clockStepNs(SpanRow row) const { return m_clocks[context(row).clock].stepNs(); }

  // The rows of a trace, newest first: which is descending.
  template <typename Visit>
  void forEachSpan(TraceIndex trace, Visit&& visit) const {
    forNewestSpans(trace, UINT32_MAX, visit);
  }
  // The same of the last `most` to arrive.
  template <typename Visit>
  void forNewestSpans(TraceIndex trace, uint32_t most, Visit&& visit) const {
    SpanRow row = m_traces[trace.value].newest;
    for (uint32_t i = 0; i < most; ++i) {
      visit(row);
      const SpanRow older = m_spans.olderOfTrace(row);
      if (older == row) return;
      row = older;
    }
  }

  std::string_view text(StringId id) const { return m_strings[id]; }
  // Service names of a trace, by name.
  std::span<const StringId> services(ServiceSetId set) const { return *m_serviceSets[set.value]; }
  // Every service name that occurs, in order of first arrival.
  const std::vector<StringId>& allServices() const { return *m_allServices; }

  const std::vector<std::shared_ptr<const Chunk>>& chunks() const { return *m_chunks; }
  const Diagnostics& diagnostics() const { return *m_diagnostics; }

 private:
  friend class TraceStore;
  static constexpr size_t kContextBlock = 256, kTraceBlock = 1024, kClockBlock = 64;

  SpanTable m_spans;
  CopyOnWriteBlocks<TraceSummary, kTraceBlock> m_traces;
  AppendBlocks<SpanContext, kContextBlock> m_contexts;
  CopyOnWriteBlocks<ClockTicks, kClockBlock> m_clocks;  // by service
  ServiceSets::Table m_serviceSets;
  StringTable m_strings;
  std::shared_ptr<const std::vector<StringId>> m_allServices = std::make_shared<std::vector<StringId>>();
  // A chunk holds the rows from its first row up to the next chunk's first.
  std::shared_ptr<const std::vector<std::shared_ptr<const Chunk>>> m_chunks =
      std::make_shared<std::vector<std::shared_ptr<const Chunk>>>();
  std::shared_ptr<const std::vector<uint32_t>> m_chunkFirstRow = std::make_shared<std::vector<uint32_t>>();
  std::shared_ptr<const Diagnostics> m_diagnostics = std::make_shared<Diagnostics>();
  uint64_t m_version = 0;
  uint64_t m_storeId = 0;
  uint64_t m_wireBytes = 0;
};

}  // namespace waybill::store
