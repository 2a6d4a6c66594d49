// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace waybill::ingest {

// Threads that wait for the disk, so that those of gRPC need not: they serve every connection. Any thread.
class GrpcWorkers {
 public:
  // Memory that a worker keeps from request to request.
  struct Scratch {
    std::string flat;   // a request in one piece
    std::string plain;  // the same, decompressed
  };
  using Work = std::function<void(Scratch&)>;

  explicit GrpcWorkers(int threads);
  ~GrpcWorkers();  // all work that was taken is done before
  GrpcWorkers(const GrpcWorkers&) = delete;
  GrpcWorkers& operator=(const GrpcWorkers&) = delete;

  // Takes work that holds so many bytes; false when too many wait already.
  bool post(uint64_t bytes, Work work);

 private:
  struct Item {
    uint64_t bytes;
    Work work;
  };
  void run(const std::stop_token& stop);

  std::mutex m_mutex;  // guards what follows
  std::deque<Item> m_items;
  uint64_t m_bytes = 0;
  std::condition_variable_any m_more;
  std::vector<std::jthread> m_threads;  // last: they use the others
};

}  // namespace waybill::ingest
