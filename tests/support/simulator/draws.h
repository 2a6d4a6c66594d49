// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "support/generator_random.h"

// Random numbers that are looked up rather than drawn one after another: each belongs to a key. Two runs of a
// simulation that differ in one step agree in all other draws (common random numbers).
namespace waybill::test::sim {

// A log-normal duration: its median, and the standard deviation of its logarithm (0: always the median).
struct Spread {
  double ms = 0;
  double sigma = 0;
};

constexpr uint64_t mixKeys(uint64_t a, uint64_t b) {
  return mixBits(a ^ (b + 0x9e3779b97f4a7c15U + (a << 6) + (a >> 2)));
}

inline double unitAt(uint64_t key) {
  return static_cast<double>(mixBits(key) >> 11) * 0x1p-53;
}  // [0, 1)

// Standard normal (Box and Muller 1958).
inline double normalAt(uint64_t key) {
  const double u = 1 - unitAt(mixKeys(key, 1)), v = unitAt(mixKeys(key, 2));
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

// Nanoseconds, never negative.
inline int64_t durationAt(const Spread& spread, uint64_t key) {
  const double ms = spread.sigma == 0 ? spread.ms : spread.ms * std::exp(spread.sigma * normalAt(key));
  return static_cast<int64_t>(ms * 1e6);
}

}  // namespace waybill::test::sim
