// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace waybill::ingest {

// The connections that are open. Any thread.
class HttpConnections {
 public:
  class Member {
   public:
    virtual ~Member() = default;
    virtual void endSoon() = 0;  // after the request that runs; any thread
  };

  void add(const std::shared_ptr<Member>& member);
  void remove(const Member* member);
  size_t count() const;

  // Ends the idle ones now and the others after their request. New ones must not come any more.
  void endAll();
  bool isEnding() const { return m_isEnding; }
  void waitUntilNone(std::chrono::seconds atMost);

 private:
  mutable std::mutex m_mutex;  // guards the map
  std::condition_variable m_changed;
  absl::flat_hash_map<const Member*, std::weak_ptr<Member>> m_members;
  std::atomic<bool> m_isEnding{false};
};

}  // namespace waybill::ingest
