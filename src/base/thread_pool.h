// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace waybill {

// The one pool of workers. A task gets the stop token of the pool; destruction asks all to stop, drops what
// has not begun, and waits for the rest. Tasks must not throw.
class ThreadPool {
 public:
  explicit ThreadPool(size_t threads = std::thread::hardware_concurrency());
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void post(std::function<void(std::stop_token)> task);  // any thread
  size_t threads() const { return m_threads.size(); }

 private:
  void work(std::stop_token stop);

  std::mutex m_mutex;
  std::condition_variable_any m_wake;
  std::deque<std::function<void(std::stop_token)>> m_tasks;
  std::vector<std::jthread> m_threads;  // last member: they use the others
};

}  // namespace waybill
