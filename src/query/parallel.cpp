// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <vector>

namespace waybill::query {

bool forEachPiece(size_t count, size_t threads, const std::stop_token& stop, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  const auto run = [&] {
    while (!stop.stop_requested()) {
      const size_t piece = next.fetch_add(1, std::memory_order_relaxed);
      if (piece >= count) return;
      work(piece);
    }
  };
  {
    std::vector<std::jthread> others;
    const size_t wanted = std::min(std::max<size_t>(threads, 1), count);
    for (size_t i = 1; i < wanted; ++i) {
      try {
        others.emplace_back(run);
      } catch (const std::system_error&) {
        break;  // the system has no thread left for us: fewer do it as well
      }
    }
    run();
  }
  return next.load(std::memory_order_relaxed) >= count;
}

}  // namespace waybill::query
