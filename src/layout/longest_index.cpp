// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/longest_index.h"

#include <algorithm>

namespace waybill::layout {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

}  // namespace

LongestIndex::LongestIndex(std::span<const int64_t> values) {
  constexpr uint32_t kFanOut = 1 << kFanOutBits;
  auto below = static_cast<uint32_t>(values.size());
  while (below > kFanOut) {
    const uint32_t blocks = (below + kFanOut - 1) / kFanOut;
    std::vector<uint32_t> level(blocks);
    for (uint32_t block = 0; block < blocks; ++block) {
      uint32_t best = kNone;
      const uint32_t end = std::min(below, (block + 1) * kFanOut);
      for (uint32_t i = block * kFanOut; i < end; ++i) {
        const uint32_t candidate = m_levels.empty() ? i : m_levels.back()[i];
        if (best == kNone || values[candidate] > values[best]) best = candidate;
      }
      level[block] = best;
    }
    m_levels.push_back(std::move(level));
    below = blocks;
  }
}

uint32_t LongestIndex::longest(std::span<const int64_t> values, uint32_t begin, uint32_t end) const {
  uint32_t best = begin;
  const auto offer = [&](uint32_t candidate) {
    const bool better =
        values[candidate] > values[best] || (values[candidate] == values[best] && candidate < best);
    if (better) best = candidate;
  };
  // At each level the ragged ends that do not fill a block of the next one, then up.
  constexpr uint32_t kMask = (1 << kFanOutBits) - 1;
  for (size_t level = 0; begin < end; ++level) {
    const auto at = [&](uint32_t i) { return level == 0 ? i : m_levels[level - 1][i]; };
    if (level == m_levels.size()) {
      for (; begin < end; ++begin) offer(at(begin));
      break;
    }
    for (; begin < end && (begin & kMask) != 0; ++begin) offer(at(begin));
    for (; begin < end && (end & kMask) != 0; --end) offer(at(end - 1));
    begin >>= kFanOutBits;
    end >>= kFanOutBits;
  }
  return best;
}

}  // namespace waybill::layout
