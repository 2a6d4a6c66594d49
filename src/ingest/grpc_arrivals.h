// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace waybill::ingest {

// The calls whose request has not arrived yet; gives up those that take too long. Whoever takes a call off the list
// is the one to answer it, so nobody answers twice. All functions: any thread.
class GrpcArrivals {
 public:
  struct Call {
    std::function<void()> giveUp;  // answers the call; called once, on the thread of this object
    std::chrono::steady_clock::time_point until{};
    bool waiting = false;  // guarded by the list's mutex
    std::list<Call*>::iterator place{};
  };

  explicit GrpcArrivals(std::chrono::seconds timeout);
  ~GrpcArrivals();
  GrpcArrivals(const GrpcArrivals&) = delete;
  GrpcArrivals& operator=(const GrpcArrivals&) = delete;

  void add(Call& call);
  bool take(Call& call);  // false when somebody has taken it before

 private:
  void watch(const std::stop_token& stop);
  Call* takeOverdue();

  const std::chrono::seconds m_timeout;
  std::mutex m_mutex;         // guards what follows
  std::list<Call*> m_calls;   // the oldest first
  std::condition_variable_any m_stopped;
  std::jthread m_thread;      // last: it uses the others
};

}  // namespace waybill::ingest
