// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <thread>

namespace waybill::query {

// How many threads a job may take: all, or fewer while something else must not be held up.
inline size_t allThreads() {
  const unsigned threads = std::thread::hardware_concurrency();
  return threads == 0 ? 1 : threads;
}

// Calls work(piece) for the pieces 0 … count-1 from this thread and up to threads-1 others, each piece once, lower
// ones begun first. Returns when all that was begun is done; false when stop was asked for before all were begun.
// `work` must not throw.
bool forEachPiece(size_t count, size_t threads, const std::stop_token& stop, const std::function<void(size_t)>& work);

}  // namespace waybill::query
