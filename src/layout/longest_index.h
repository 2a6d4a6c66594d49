// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace waybill::layout {

// The level-of-detail index: of any stretch of an array, the position of its greatest value in O(log n).
// Level k keeps, of each block of 4^k values, the position of the first greatest. 1.4 bytes a value.
class LongestIndex {
 public:
  LongestIndex() = default;
  explicit LongestIndex(std::span<const int64_t> values);

  // Of [begin, end), not empty. `values` are the ones it was built from.
  uint32_t longest(std::span<const int64_t> values, uint32_t begin, uint32_t end) const;

 private:
  static constexpr uint32_t kFanOutBits = 2;
  std::vector<std::vector<uint32_t>> m_levels;  // [0] is level 1
};

}  // namespace waybill::layout
