// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <thread>
#include <vector>

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

// Sorts by <, on up to `threads` threads: pieces, which are then merged by twos. False when stopped; the items are then
// in any order.
template <typename T>
bool sortInPieces(std::vector<T>& items, size_t threads, const std::stop_token& stop) {
  constexpr size_t kPieces = 16;  // more than threads, so that stopping is heard
  constexpr size_t kFew = 4096;
  const size_t pieces = items.size() < kFew ? 1 : kPieces;
  const auto place = [&](size_t piece) {
    return items.begin() + static_cast<std::ptrdiff_t>(items.size() * std::min(piece, pieces) / pieces);
  };
  if (!forEachPiece(pieces, threads, stop, [&](size_t i) { std::sort(place(i), place(i + 1)); })) return false;
  for (size_t width = 1; width < pieces; width *= 2) {
    const bool merged = forEachPiece(pieces / (2 * width), threads, stop, [&](size_t i) {
      const size_t first = i * 2 * width;
      std::inplace_merge(place(first), place(first + width), place(first + 2 * width));
    });
    if (!merged) return false;
  }
  return true;
}

}  // namespace waybill::query
