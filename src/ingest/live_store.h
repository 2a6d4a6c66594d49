// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_set.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "ingest/retention.h"
#include "store/capture_file.h"
#include "store/trace_store.h"

namespace waybill::ingest {

// A store that grows while it is looked at, backed by a capture file: what append() has returned for is on
// disk and survives a kill. All functions may be called from any thread.
//
// When the limits are reached, a thread of its own writes what stays into a new capture and a new TraceStore,
// and swaps both in; row and trace indexes of the snapshots before mean nothing afterwards (Snapshot::storeId
// differs).
class LiveStore {
 public:
  // The capture at `path`, which is made, or continued when it is one (its torn tail is cut, a diagnostic
  // says so). Empty: a temporary file that is gone afterwards. Errors are whole sentences.
  static Result<std::unique_ptr<LiveStore>> open(const std::string& path, RetentionLimits limits = {});
  ~LiveStore();
  LiveStore(const LiveStore&) = delete;
  LiveStore& operator=(const LiveStore&) = delete;

  // Adds TracesData messages, all or none. When it returns, they are in the capture file; they are visible
  // within TraceStore::kPublishInterval. Errors: the disk is full, or the capture cannot be written; one
  // whole sentence.
  Result<void> append(std::span<const std::string_view> messages);

  std::shared_ptr<const store::Snapshot> snapshot() const;
  void publish();  // makes everything appended so far visible now

  void addDiagnostics(const Diagnostics& diagnostics);

  void setLimits(const RetentionLimits& limits);
  void setPinned(TraceId trace, bool pinned);  // pinned traces stay, whatever the limits and clear()
  std::vector<TraceId> pinned() const;
  Result<void> clear();  // drops all but the pinned; waits for it

  // Copies the capture as it is now; goes on receiving meanwhile. Refuses a file that exists.
  Result<void> saveAs(const std::string& path) const;

  const std::string& path() const { return m_path; }  // of the capture; empty when temporary
  uint64_t captureBytes() const { return m_captureBytes; }
  uint64_t droppedSpans() const { return m_droppedSpans; }  // by the limits and by clear()
  std::string problem() const;  // why the limits cannot be kept; empty when all is well

 private:
  struct Arrival {  // rows below `spans` arrived before `at`, the others later
    uint32_t spans;
    std::chrono::steady_clock::time_point at;
  };
  class Compaction;  // live_compaction.cpp

  LiveStore(std::string path, RetentionLimits limits);
  void adoptFound();
  void maintain(const std::stop_token& stop);
  bool limitsReached() const;  // under m_mutex
  Result<void> compact(bool clear);
  void markArrival();                                    // under m_mutex
  uint32_t expiredRows(std::chrono::seconds age) const;  // under m_mutex

  const std::string m_path;
  std::mutex m_compaction;     // one at a time; taken before m_mutex
  mutable std::mutex m_mutex;  // the writer's: guards the contents of capture and store, and what follows
  std::unique_ptr<store::CaptureFile> m_capture;
  std::vector<Arrival> m_arrivals;
  std::chrono::steady_clock::time_point m_lastCompaction{};
  uint64_t m_compactAbove = 0;  // bytes; more than the limit when the pinned traces alone are
  bool m_publishLater = false;
  std::condition_variable_any m_wake;

  mutable std::mutex m_stateMutex;  // held for moments only, so that a window never waits for the disk
  std::shared_ptr<store::TraceStore> m_store;
  RetentionLimits m_limits;
  absl::flat_hash_set<TraceId> m_pinned;
  std::string m_problem;

  std::atomic<uint64_t> m_captureBytes{0}, m_droppedSpans{0};
  std::jthread m_maintenance;  // last: it uses the others
};

}  // namespace waybill::ingest
