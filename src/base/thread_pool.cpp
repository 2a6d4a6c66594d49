// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/thread_pool.h"

#include <algorithm>
#include <utility>

namespace waybill {

ThreadPool::ThreadPool(size_t threads) {
  threads = std::max<size_t>(threads, 1);
  m_threads.reserve(threads);
  for (size_t i = 0; i < threads; ++i) {
    m_threads.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
  }
}

ThreadPool::~ThreadPool() {
  for (std::jthread& thread : m_threads) thread.request_stop();
  for (std::jthread& thread : m_threads) thread.join();
}

void ThreadPool::post(std::function<void(std::stop_token)> task) {
  {
    const std::lock_guard lock(m_mutex);
    m_tasks.push_back(std::move(task));
  }
  m_wake.notify_one();
}

void ThreadPool::work(std::stop_token stop) {
  while (true) {
    std::function<void(std::stop_token)> task;
    {
      std::unique_lock lock(m_mutex);
      if (!m_wake.wait(lock, stop, [this] { return !m_tasks.empty(); })) return;
      if (stop.stop_requested()) return;
      task = std::move(m_tasks.front());
      m_tasks.pop_front();
    }
    task(stop);
  }
}

}  // namespace waybill
