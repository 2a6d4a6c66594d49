// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/large_pages.h"

namespace waybill {

// Many numbers, each like its neighbours, in few bits: in blocks of 128, every number as what it is more than the least
// of its block, in as many bits as the greatest there needs. Any numbers can be kept; what is spread over all 64 bits
// takes 8.1 bytes each, ascending ones near each other a few bits. Reading one is O(1): two cache lines.
class PackedNumbers {
 public:
  static constexpr size_t kBlock = 128;

  void push_back(uint64_t number) {
    m_open.push_back(number);
    if (m_open.size() == kBlock) pack();
  }
  // After the last push_back: packs what is left over and gives back what growing took too much.
  void finish();

  size_t size() const { return m_packed + m_open.size(); }
  bool empty() const { return size() == 0; }
  uint64_t operator[](size_t i) const { return i < m_packed ? packed(i) : m_open[i - m_packed]; }

  // Blocks of packed numbers: all of kBlock but the last. Once finished, they are all there is.
  size_t blocks() const { return m_blocks.size(); }
  uint64_t leastOf(size_t block) const { return m_blocks[block].least; }
  // Writes all numbers of a block, and some behind them: `to` has room for kBlock.
  void unpack(size_t block, uint64_t* to) const;

 private:
  struct Block {
    uint64_t least;
    uint32_t firstWord;
    uint32_t bits;  // of each number, 0 … 64
  };

  void pack();
  uint64_t packed(size_t i) const {
    const Block& block = m_blocks[i / kBlock];
    if (block.bits == 0) return block.least;
    const size_t bit = i % kBlock * block.bits;
    const uint64_t* word = m_words.data() + block.firstWord + bit / 64;
    // In two steps: shifting by 64 would be undefined.
    const uint64_t both = word[0] >> (bit % 64) | word[1] << 1 << (63 - bit % 64);
    return block.least + (both & ~uint64_t{0} >> (64 - block.bits));
  }

  std::vector<Block> m_blocks;
  LargeColumn<uint64_t> m_words;  // once there are any, one more than used: a number may be read over the end
  std::vector<uint64_t> m_open;   // behind the packed ones
  size_t m_packed = 0;
};

// The same of 32-bit numbers, all at once: places in other lists.
class PackedIndexes {
 public:
  PackedIndexes() = default;
  explicit PackedIndexes(const std::vector<uint32_t>& indexes) {
    for (const uint32_t index : indexes) m_numbers.push_back(index);
    m_numbers.finish();
  }

  size_t size() const { return m_numbers.size(); }
  bool empty() const { return m_numbers.empty(); }
  uint32_t operator[](size_t i) const { return static_cast<uint32_t>(m_numbers[i]); }

 private:
  PackedNumbers m_numbers;
};

}  // namespace waybill
