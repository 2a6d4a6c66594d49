// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>

namespace waybill::analysis {

// Sums of durations that a hostile trace may drive over the edge stop there instead.
inline int64_t saturatingSum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

// ns × factor, rounded; a factor of 1 changes nothing.
inline int64_t scaledNs(int64_t ns, double factor) {
  if (factor == 1.0) return ns;
  constexpr double kLargest = 9.2e18;
  const double scaled = static_cast<double>(ns) * factor;
  if (scaled >= kLargest) return std::numeric_limits<int64_t>::max();
  if (scaled <= -kLargest) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

}  // namespace waybill::analysis
