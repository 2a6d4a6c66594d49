// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace waybill {

// How many threads one piece of work may use. Unlike the pool's tasks, which must not wait for each other, these
// are made for the call and gone when it returns; the caller is one of them. What is small stays on the caller.
// Work must not throw.
struct Workers {
  unsigned threads = 1;
  uint32_t smallestPart = 1 << 15;  // things that are worth a thread

  // Into how many parts forEachPart() cuts.
  uint32_t partsOf(uint32_t size) const {
    const uint32_t worthIt = size / std::max(smallestPart, 1U);
    return std::clamp(worthIt, 1U, std::max(threads, 1U));
  }

  // Calls work(part, begin, end) for each of partsOf(size) neighbouring parts of [0, size), side by side.
  template <typename Work>
  void forEachPart(uint32_t size, Work&& work) const {
    const uint32_t parts = partsOf(size);
    const auto beginOf = [&](uint32_t part) { return static_cast<uint32_t>(uint64_t{size} * part / parts); };
    std::vector<std::jthread> others;
    others.reserve(parts - 1);
    for (uint32_t part = 1; part < parts; ++part) {
      others.emplace_back([&work, part, begin = beginOf(part), end = beginOf(part + 1)] { work(part, begin, end); });
    }
    work(uint32_t{0}, uint32_t{0}, beginOf(1));
  }

  // Runs tasks that do not touch each other's results, side by side; `size`: of what each goes through.
  void runAll(uint32_t size, const std::vector<std::function<void()>>& tasks) const {
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      for (size_t i = next++; i < tasks.size(); i = next++) tasks[i]();
    };
    std::vector<std::jthread> others;
    const size_t useful = std::min<size_t>(partsOf(size), tasks.size());
    for (size_t i = 1; i < useful; ++i) others.emplace_back(work);
    work();
  }
};

}  // namespace waybill
