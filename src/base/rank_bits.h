// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace waybill {

// A bit for each of many things, and how many are set before any of them in O(1). 1.5 bits a thing.
class RankBits {
 public:
  RankBits() = default;

  // All clear. After the last set() call count(), then ask.
  explicit RankBits(uint32_t size) : m_words(size / 64 + 1) {}

  // isSet(uint32_t) for 0 … size - 1.
  template <typename IsSet>
  RankBits(uint32_t size, IsSet&& isSet) : RankBits(size) {
    for (uint32_t i = 0; i < size; ++i) {
      if (isSet(i)) set(i);
    }
    count();
  }

  void set(uint32_t i) { m_words[i / 64].bits |= uint64_t{1} << (i % 64); }
  void count() {
    uint32_t before = 0;
    for (Word& word : m_words) {
      word.before = before;
      before += static_cast<uint32_t>(std::popcount(word.bits));
    }
  }

  bool operator[](uint32_t i) const { return (m_words[i / 64].bits >> (i % 64) & 1) != 0; }
  bool any(uint32_t begin, uint32_t end) const { return rank(end) != rank(begin); }

  // How many of those before `i` are set; `i` may be the size.
  uint32_t rank(uint32_t i) const {
    const Word& word = m_words[i / 64];
    const uint64_t below = (uint64_t{1} << (i % 64)) - 1;
    return word.before + static_cast<uint32_t>(std::popcount(word.bits & below));
  }

 private:
  struct Word {
    uint64_t bits = 0;
    uint32_t before = 0;  // set in all words before
  };

  std::vector<Word> m_words;
};

}  // namespace waybill
