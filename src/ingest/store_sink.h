// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/thread_pool.h"
#include "formats/trace_format.h"
#include "store/trace_store.h"

namespace waybill::ingest {

// Takes what a format's reader yields into a store. Parts are read and scanned by the workers of a pool, and merged
// one after the other in the order in which they were given, so that the store is the same as if one thread had read
// everything. A load that is stopped keeps the parts before the first one that was not read.
class StoreSink : public formats::WireSink {
 public:
  // `workers` may be null: then all happens on the calling thread. `at` is told the bytes read, on that thread too.
  // Bytes that readers make are kept in `wire`, or on the heap when it is null.
  StoreSink(store::TraceStore& store, ThreadPool* workers, std::stop_token stop, std::function<void(uint64_t)> at,
            formats::WireSpool* wire = nullptr);
  ~StoreSink() override;  // waits for its parts
  StoreSink(const StoreSink&) = delete;
  StoreSink& operator=(const StoreSink&) = delete;

  void message(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) override;
  std::shared_ptr<const Chunk> keep(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset) override;
  bool full() const override { return m_wire != nullptr && m_wire->full(); }
  void part(ReadPart read) override;
  void finishParts() override;
  void progress(uint64_t bytesRead) override;
  Diagnostics& diagnostics() override { return m_diagnostics; }  // of parts: after finishParts()

 private:
  class Part;

  std::unique_ptr<Part> unusedPart();
  Part& begin();             // gives the next part its place; waits while too many are on their way
  void finish(Part& part);   // any thread: merges what is next in line
  void take(const Part& part);

  store::TraceStore& m_store;
  ThreadPool* const m_workers;
  const std::stop_token m_stop;
  const std::function<void(uint64_t)> m_at;
  formats::WireSpool* const m_wire;
  Diagnostics m_diagnostics;       // the reading thread's
  Diagnostics m_partDiagnostics;   // the merging thread's

  std::mutex m_mutex;
  std::condition_variable m_wake;  // a part was merged
  std::deque<std::unique_ptr<Part>> m_parts;   // in their order
  std::vector<std::unique_ptr<Part>> m_unused;
  bool m_merging = false;          // some thread does
  bool m_stopped = false;          // a part was not read: nothing behind it counts
};

}  // namespace waybill::ingest
