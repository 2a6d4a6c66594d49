// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

namespace waybill::layout {

// The first of [begin, end) of which isBefore(uint32_t) does not hold, or `end`; it holds of none behind that.
template <typename IsBefore>
uint32_t halve(uint32_t begin, uint32_t end, IsBefore&& isBefore) {
  while (begin < end) {
    const uint32_t middle = begin + (end - begin) / 2;
    if (isBefore(middle)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

// The same, searched from begin + guess, twice as far each time, then by halves: O(log distance from there), so that who
// goes from pixel to pixel, and guesses that it is as far as it was the last time, looks at few, which are neighbours.
template <typename IsBefore>
uint32_t gallop(uint32_t begin, uint32_t end, uint32_t guess, IsBefore&& isBefore) {
  uint32_t at = begin + std::min(guess, end - begin);
  uint32_t reach = 1;
  if (at > begin && !isBefore(at - 1)) {
    end = at - 1;
    while (end - begin > reach && !isBefore(end - reach)) {
      end -= reach;
      reach *= 2;
    }
    begin = end - std::min(reach, end - begin);
  } else {
    begin = at;
    while (end - begin > reach && isBefore(begin + reach)) {
      begin += reach;
      reach *= 2;
    }
    end = begin + std::min(reach, end - begin);
  }
  return halve(begin, end, isBefore);
}

}  // namespace waybill::layout
