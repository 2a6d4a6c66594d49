// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace waybill {

// How many bits are set. Without the processor's own instruction, which not every x86-64 has, std::popcount() is a
// call; this is a dozen steps.
constexpr uint32_t countOnes(uint64_t bits) {
  bits -= bits >> 1 & 0x5555'5555'5555'5555;
  bits = (bits & 0x3333'3333'3333'3333) + (bits >> 2 & 0x3333'3333'3333'3333);
  bits = (bits + (bits >> 4)) & 0x0F0F'0F0F'0F0F'0F0F;
  return static_cast<uint32_t>(bits * 0x0101'0101'0101'0101 >> 56);
}

// A bit for each of many things, and how many are set before any of them in O(1). 1.25 bits a thing.
class RankBits {
 public:
  RankBits() = default;

  // All clear. After the last set() call count(), then ask.
  explicit RankBits(uint32_t size) : m_blocks(size / kBlock + 1) {}

  // isSet(uint32_t) for 0 … size - 1.
  template <typename IsSet>
  RankBits(uint32_t size, IsSet&& isSet) : RankBits(size) {
    for (uint32_t i = 0; i < size; ++i) {
      if (isSet(i)) set(i);
    }
    count();
  }

  void set(uint32_t i) { m_blocks[i / kBlock].words[i / 64 % kWords] |= uint64_t{1} << (i % 64); }
  // Those from `i` on, a multiple of 64, at once; of those behind the size none may be set.
  void setWord(uint32_t i, uint64_t bits) { m_blocks[i / kBlock].words[i / 64 % kWords] = bits; }
  void count() {
    uint32_t before = 0;
    for (Block& block : m_blocks) {
      block.before = before;
      uint32_t inBlock = 0;
      for (uint32_t word = 0; word < kWords; ++word) {
        block.inBlock[word] = static_cast<uint8_t>(inBlock);
        inBlock += countOnes(block.words[word]);
      }
      before += inBlock;
    }
  }

  bool operator[](uint32_t i) const { return (m_blocks[i / kBlock].words[i / 64 % kWords] >> (i % 64) & 1) != 0; }
  bool any(uint32_t begin, uint32_t end) const { return rank(end) != rank(begin); }

  // How many of those before `i` are set; `i` may be the size.
  uint32_t rank(uint32_t i) const {
    const Block& block = m_blocks[i / kBlock];
    const uint32_t word = i / 64 % kWords;
    const uint64_t below = (uint64_t{1} << (i % 64)) - 1;
    return block.before + block.inBlock[word] + countOnes(block.words[word] & below);
  }

 protected:
  static constexpr uint32_t kWords = 4, kBlock = kWords * 64;

  struct Block {
    std::array<uint64_t, kWords> words{};
    uint32_t before = 0;                     // set in all blocks before
    std::array<uint8_t, kWords> inBlock{};   // set in the words before: at most 192
  };

  std::vector<Block> m_blocks;
};

}  // namespace waybill
