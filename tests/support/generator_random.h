// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace waybill::test {

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection, so that counters become distinct ids.
constexpr uint64_t mixBits(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

// SplitMix64: the same numbers with every compiler and library, which std distributions do not promise.
class Random {
 public:
  explicit Random(uint64_t seed) : m_state(mixBits(seed + kStep)) {}

  uint64_t next() { return mixBits(m_state += kStep); }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(((next() >> 32) * n) >> 32); }  // 0 … n - 1
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }                     // [0, 1)
  double between(double a, double b) { return a + (b - a) * unit(); }
  bool chance(double probability) { return unit() < probability; }

 private:
  static constexpr uint64_t kStep = 0x9e3779b97f4a7c15U;
  uint64_t m_state;
};

}  // namespace waybill::test
