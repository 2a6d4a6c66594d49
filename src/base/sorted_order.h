// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/rank_bits.h"

namespace waybill {

// Where each of many items stands when they are sorted by small keys, those of one key staying in their order. Kept are
// the passes of a radix sort that looks at one bit at a time, the lowest first: which way each item went in each pass.
// So it takes 1.25 bits an item and bit of the largest key, and an answer as many steps as the key has bits. Immutable.
// The idea is that of the wavelet matrix (Claude, Navarro, Ordóñez 2015).
class SortedOrder {
 public:
  SortedOrder() = default;

  explicit SortedOrder(std::vector<uint32_t> keys) {
    const auto size = static_cast<uint32_t>(keys.size());
    const uint32_t largest = keys.empty() ? 0 : *std::max_element(keys.begin(), keys.end());
    const auto passes = static_cast<uint32_t>(std::bit_width(largest));
    m_passes.reserve(passes);
    std::vector<uint32_t> sorted(passes > 1 ? size : 0);
    for (uint32_t pass = 0; pass < passes; ++pass) {
      RankBits bits(size);
      for (uint32_t i = 0; i < size; i += 64) bits.setWord(i, bitsOf(keys, i, pass));
      bits.count();
      const uint32_t zeros = size - bits.rank(size);
      m_passes.push_back({std::move(bits), zeros});
      if (pass + 1 == passes) break;  // nobody looks at them again
      uint32_t zero = 0, one = zeros;
      for (const uint32_t key : keys) {
        const uint32_t bit = key >> pass & 1;  // as a number: which way to go cannot be guessed
        sorted[bit != 0 ? one : zero] = key;
        one += bit;
        zero += 1 - bit;
      }
      std::swap(keys, sorted);
    }
  }

  uint32_t placeOf(uint32_t item) const {
    for (const Pass& pass : m_passes) {
      const uint32_t ones = pass.bits.rank(item);
      item = pass.bits[item] ? pass.zeros + ones : item - ones;
    }
    return item;
  }

 private:
  struct Pass {
    RankBits bits;       // by where an item stands before it
    uint32_t zeros = 0;  // of them: where the others go
  };

  // One bit of the keys of 64 items from `begin` on, or as many as there are.
  static uint64_t bitsOf(const std::vector<uint32_t>& keys, uint32_t begin, uint32_t bit) {
    const auto count = std::min<uint32_t>(64, static_cast<uint32_t>(keys.size()) - begin);
    uint64_t bits = 0;
    for (uint32_t i = 0; i < count; ++i) bits |= uint64_t{keys[begin + i] >> bit & 1} << i;
    return bits;
  }

  std::vector<Pass> m_passes;
};

}  // namespace waybill
