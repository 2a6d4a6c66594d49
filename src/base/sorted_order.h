// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/select_bits.h"

namespace waybill {

// Where each of many items stands when they are sorted by small keys, those of one key staying in their order; and
// which item stands where. Kept are the passes of a radix sort that looks at one bit at a time, the lowest first: which
// way each item went in each pass. So it takes 1.3 bits an item and bit of the largest key, and an answer as many steps
// as the key has bits. Immutable. The idea is that of the wavelet matrix (Claude, Navarro, Ordóñez 2015).
class SortedOrder {
 public:
  SortedOrder() = default;

  explicit SortedOrder(std::vector<uint32_t> keys) {
    const auto size = static_cast<uint32_t>(keys.size());
    const uint32_t largest = keys.empty() ? 0 : *std::max_element(keys.begin(), keys.end());
    const auto passes = static_cast<uint32_t>(std::bit_width(largest));
    m_passes.reserve(passes);
    std::vector<uint32_t> sorted(passes == 0 ? 0 : size);
    for (uint32_t pass = 0; pass < passes; ++pass) {
      SelectBits& bits = m_passes.emplace_back(size);
      for (uint32_t i = 0; i < size; ++i) {
        if ((keys[i] >> pass & 1) != 0) bits.set(i);
      }
      bits.count();
      if (pass + 1 == passes) break;  // nobody looks at them again
      uint32_t zero = 0, one = bits.zeros();
      for (const uint32_t key : keys) sorted[(key >> pass & 1) != 0 ? one++ : zero++] = key;
      std::swap(keys, sorted);
    }
  }

  uint32_t placeOf(uint32_t item) const {
    for (const SelectBits& pass : m_passes) {
      const uint32_t ones = pass.rank(item);
      item = pass[item] ? pass.zeros() + ones : item - ones;
    }
    return item;
  }

  uint32_t itemAt(uint32_t place) const {
    for (size_t i = m_passes.size(); i-- > 0;) {
      const SelectBits& pass = m_passes[i];
      place = place < pass.zeros() ? pass.zero(place) : pass.one(place - pass.zeros());
    }
    return place;
  }

 private:
  std::vector<SelectBits> m_passes;
};

}  // namespace waybill
