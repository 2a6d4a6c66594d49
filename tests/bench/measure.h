// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace waybill::bench {

// Processor seconds of all our threads: on a busy machine the clock on the wall measures the others.
inline double processorSeconds(clockid_t of = CLOCK_PROCESS_CPUTIME_ID) {
  timespec now{};
  clock_gettime(of, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Processor seconds of one call.
template <typename Work>
double secondsOf(Work&& work) {
  const double begin = processorSeconds();
  work();
  return processorSeconds() - begin;
}

// The same of the calling thread alone, for what others run beside on purpose.
template <typename Work>
double threadSecondsOf(Work&& work) {
  const double begin = processorSeconds(CLOCK_THREAD_CPUTIME_ID);
  work();
  return processorSeconds(CLOCK_THREAD_CPUTIME_ID) - begin;
}

// Seconds on the wall of one call, for what runs on several threads.
template <typename Work>
double wallSecondsOf(Work&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The upper median; `values` not empty.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Two ways measured in turns, so that a busy moment of the machine meets both.
struct Pair {
  double first = 0, second = 0;  // median seconds
  double ratio = 0;              // median of second / first, taken turn by turn
};

// Each function returns the seconds that count.
template <typename First, typename Second>
Pair inTurns(int repetitions, First&& first, Second&& second) {
  std::vector<double> a, b, ratios;
  first();  // warms caches and the allocator for both
  second();
  for (int i = 0; i < repetitions; ++i) {
    a.push_back(first());
    b.push_back(second());
    ratios.push_back(b.back() / a.back());
  }
  return {median(a), median(b), median(ratios)};
}

}  // namespace waybill::bench
