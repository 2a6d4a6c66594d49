// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/select_bits.h"

namespace waybill {

// Numbers that ascend, each found in O(1) by its position: the lower bits of each are kept as they are, the upper ones
// as one bit a number and one for each value they can have (Elias 1974, Fano 1971). 4 bits a number and log2 of how far
// apart they lie on average, at most.
class AscendingNumbers {
 public:
  AscendingNumbers() = default;

  // `count` numbers below `limit`. Set each, then count(), then ask.
  AscendingNumbers(uint32_t count, uint64_t limit)
      : m_lowerBits(lowerBitsOf(count, limit)),
        m_lower((uint64_t{count} * m_lowerBits + 63) / 64 + 1),
        m_upper(count + static_cast<uint32_t>(limit >> m_lowerBits) + 1) {}

  void set(uint32_t i, uint64_t number) {
    m_upper.set(static_cast<uint32_t>(number >> m_lowerBits) + i);
    const uint64_t bit = uint64_t{i} * m_lowerBits, lower = number & lowerMask();
    m_lower[bit / 64] |= lower << (bit % 64);
    if (bit % 64 + m_lowerBits > 64) m_lower[bit / 64 + 1] |= lower >> (64 - bit % 64);
  }
  void count() { m_upper.count(); }

  uint64_t operator[](uint32_t i) const { return numberAt({i, m_upper.one(i)}); }

  // A place among the numbers; one after another they are found faster.
  struct Position {
    uint32_t i = 0;
    uint32_t upper = 0;  // in m_upper
  };
  Position position(uint32_t i) const { return {i, m_upper.one(i)}; }
  Position after(const Position& at) const { return {at.i + 1, m_upper.oneAfter(at.upper)}; }  // there is one
  uint64_t numberAt(const Position& at) const {
    const uint64_t bit = uint64_t{at.i} * m_lowerBits;
    uint64_t lower = m_lower[bit / 64] >> (bit % 64);
    if (bit % 64 + m_lowerBits > 64) lower |= m_lower[bit / 64 + 1] << (64 - bit % 64);
    return uint64_t{at.upper - at.i} << m_lowerBits | (lower & lowerMask());
  }

 private:
  static uint32_t lowerBitsOf(uint32_t count, uint64_t limit) {
    return static_cast<uint32_t>(std::bit_width(limit / std::max(count, 1U) / 2));
  }
  uint64_t lowerMask() const { return (uint64_t{1} << m_lowerBits) - 1; }

  uint32_t m_lowerBits = 0;
  std::vector<uint64_t> m_lower;
  SelectBits m_upper;
};

}  // namespace waybill
