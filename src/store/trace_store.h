// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/chunk.h"
#include "base/diagnostics.h"
#include "store/snapshot.h"
#include "store/span_scanner.h"

namespace waybill::store {

// The model: chunks of OTLP wire bytes and one row per span. One thread at a time appends (the writer); any
// thread takes snapshots. Heap per span, all indexes included: at most 64 bytes.
class TraceStore {
 public:
  TraceStore();
  TraceStore(const TraceStore&) = delete;
  TraceStore& operator=(const TraceStore&) = delete;

  // What is published at most this long after it was appended, while appending goes on.
  static constexpr std::chrono::milliseconds kPublishInterval{100};

  // Writer: scans one TracesData message lying in the chunk's bytes and merges it.
  void append(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData);

  // Writer: takes over what was scanned elsewhere, and publishes when the interval has passed.
  void merge(const ScannedPart& part);

  // Writer: what readers of formats found odd.
  void addDiagnostics(const Diagnostics& diagnostics) {
    m_diagnostics.merge(diagnostics);
    m_unpublished = true;
  }

  // Writer: rows so far, published or not.
  uint32_t spanCount() const { return m_state.spanCount(); }

  // Writer: makes everything appended so far visible; publishIfDue() only what has waited for the interval.
  // False when there is something that still has to wait.
  void publish();
  bool publishIfDue();

  // Any thread; never null.
  std::shared_ptr<const Snapshot> snapshot() const;

  // Writer. What the store holds on the heap, chunks not counted.
  size_t heapBytes() const;

 private:
  struct TracePlace;

  struct TraceHash {
    using is_transparent = void;
    const TraceStore* store;
    size_t operator()(const TraceId& id) const { return absl::Hash<TraceId>{}(id); }
    size_t operator()(TraceIndex trace) const { return (*this)(store->m_state.m_traces[trace.value].id); }
  };
  struct TraceEqual {
    using is_transparent = void;
    const TraceStore* store;
    const TraceId& id(TraceIndex trace) const { return store->m_state.m_traces[trace.value].id; }
    static const TraceId& id(const TraceId& t) { return t; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return id(a) == id(b);
    }
  };

  std::vector<uint32_t> takeChunks(const ScannedPart& part);
  std::vector<ContextIndex> takeContexts(const ScannedPart& part, const std::vector<uint32_t>& chunks,
                                         const std::vector<StringId>& strings);
  std::vector<TracePlace> takeTraces(const ScannedPart& part, const std::vector<StringId>& strings);
  void takeSpans(const ScannedPart& part, const std::vector<TracePlace>& traces,
                 const std::vector<StringId>& strings, const std::vector<ContextIndex>& contexts);
  ContextIndex internContext(const ScannedPart::Context& context);
  uint32_t clockOf(StringId service);
  TraceIndex traceOf(const TraceId& id);

  Snapshot m_state;  // what the writer changes; published as copies
  StringPool m_strings;
  ServiceSets m_serviceSets;
  SpanScanner m_scanner;  // for append()
  absl::flat_hash_set<TraceIndex, TraceHash, TraceEqual> m_traceIds;
  absl::flat_hash_map<size_t, ContextIndex> m_contextsOfFile;  // by content, for the file being read
  std::string m_contextFile;
  std::vector<StringId> m_services;
  absl::flat_hash_set<StringId> m_serviceSeen;
  absl::flat_hash_map<StringId, uint32_t> m_clockOf;  // by service: in Snapshot::m_clocks
  std::vector<std::shared_ptr<const Chunk>> m_chunks;
  std::vector<uint32_t> m_chunkFirstRow;
  Diagnostics m_diagnostics;
  std::chrono::steady_clock::time_point m_lastPublish{};
  bool m_unpublished = false;

  mutable std::mutex m_mutex;  // guards the pointer below, nothing else
  std::shared_ptr<const Snapshot> m_published;
};

}  // namespace waybill::store
