// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/rank_bits.h"

namespace waybill {

// RankBits that also say where the k-th that is set stands, and the k-th that is not: O(log of how far apart every
// 512th of them stand), which is O(1) where they are spread evenly. 1.3 bits a thing.
class SelectBits : public RankBits {
 public:
  SelectBits() = default;

  // All clear. After the last set() call count(), then ask.
  explicit SelectBits(uint32_t size) : RankBits(size), m_size(size) {}

  void count() {
    RankBits::count();
    m_ones = RankBits::rank(m_size);
    mark<true>(m_oneMarks);
    mark<false>(m_zeroMarks);
  }

  uint32_t ones() const { return m_ones; }
  uint32_t zeros() const { return m_size - m_ones; }

  uint32_t one(uint32_t k) const { return find<true>(k, m_oneMarks); }     // k < ones()
  uint32_t oneAfter(uint32_t i) const {  // the next that is set; there is one
    uint32_t word = ++i / 64;
    uint64_t bits = wordAt(word) >> (i % 64) << (i % 64);
    while (bits == 0) bits = wordAt(++word);
    return word * 64 + static_cast<uint32_t>(std::countr_zero(bits));
  }
  uint32_t zero(uint32_t k) const { return find<false>(k, m_zeroMarks); }  // k < zeros()

 private:
  static constexpr uint32_t kMarked = 512;

  uint64_t wordAt(uint32_t word) const { return m_blocks[word / kWords].words[word % kWords]; }

  template <bool kOnes>
  uint32_t before(uint32_t block) const {
    return kOnes ? m_blocks[block].before : block * kBlock - m_blocks[block].before;
  }

  // In which block every kMarked-th stands, and the last block.
  template <bool kOnes>
  void mark(std::vector<uint32_t>& marks) const {
    marks.clear();
    const uint32_t all = kOnes ? ones() : zeros();
    const auto last = static_cast<uint32_t>(m_blocks.size() - 1);
    marks.reserve(all / kMarked + size_t{2});
    uint32_t block = 0;
    for (uint64_t k = 0; k < all; k += kMarked) {
      while (block < last && before<kOnes>(block + 1) <= k) ++block;
      marks.push_back(block);
    }
    marks.push_back(last);
  }

  template <bool kOnes>
  uint32_t find(uint32_t k, const std::vector<uint32_t>& marks) const {
    // The last block before which there are at most k.
    uint32_t block = marks[k / kMarked], last = marks[k / kMarked + 1];
    while (block < last) {
      const uint32_t middle = last - (last - block) / 2;
      if (before<kOnes>(middle) <= k) {
        block = middle;
      } else {
        last = middle - 1;
      }
    }
    const Block& in = m_blocks[block];
    k -= before<kOnes>(block);
    const auto inBlock = [&](uint32_t word) { return kOnes ? in.inBlock[word] : word * 64 - in.inBlock[word]; };
    uint32_t word = 0;
    for (uint32_t i = 1; i < kWords; ++i) word += inBlock(i) <= k ? 1 : 0;
    const uint64_t bits = kOnes ? in.words[word] : ~in.words[word];
    return block * kBlock + word * 64 + oneIn(bits, k - inBlock(word));
  }

  // Where the k-th one stands: first in which byte, by all of their sums at once.
  static uint32_t oneIn(uint64_t bits, uint32_t k) {
    constexpr uint64_t kEach = 0x0101'0101'0101'0101, kTop = 0x8080'8080'8080'8080;
    uint64_t sums = bits - (bits >> 1 & 0x5555'5555'5555'5555);
    sums = (sums & 0x3333'3333'3333'3333) + (sums >> 2 & 0x3333'3333'3333'3333);
    sums = ((sums + (sums >> 4)) & 0x0F0F'0F0F'0F0F'0F0F) * kEach;  // with the bytes below
    const uint64_t upTo = ((k * kEach | kTop) - sums) & kTop;       // the bytes whose sum is at most k
    const auto at = static_cast<uint32_t>((upTo >> 7) * kEach >> 56) * 8;
    k -= static_cast<uint32_t>(sums << 8 >> at) & 0xFF;
    uint64_t rest = bits >> at;
    for (; k > 0; --k) rest &= rest - 1;
    return at + static_cast<uint32_t>(std::countr_zero(rest));
  }

  uint32_t m_size = 0, m_ones = 0;
  std::vector<uint32_t> m_oneMarks, m_zeroMarks;
};

}  // namespace waybill
