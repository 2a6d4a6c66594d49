// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace waybill::layout {

// A bit for each of many things, and how many are set in any stretch of them in O(1). 1.5 bits a thing.
class RankBits {
 public:
  RankBits() = default;

  // isSet(uint32_t) for 0 … size - 1.
  template <typename IsSet>
  RankBits(uint32_t size, IsSet&& isSet) : m_words(size / 64 + 1) {
    for (uint32_t i = 0; i < size; ++i) {
      if (isSet(i)) m_words[i / 64].bits |= uint64_t{1} << (i % 64);
    }
    uint32_t before = 0;
    for (Word& word : m_words) {
      word.before = before;
      before += static_cast<uint32_t>(std::popcount(word.bits));
    }
  }

  bool any(uint32_t begin, uint32_t end) const { return rank(end) != rank(begin); }

 private:
  struct Word {
    uint64_t bits = 0;
    uint32_t before = 0;  // set in all words before
  };

  uint32_t rank(uint32_t i) const {
    const Word& word = m_words[i / 64];
    const uint64_t below = (uint64_t{1} << (i % 64)) - 1;
    return word.before + static_cast<uint32_t>(std::popcount(word.bits & below));
  }

  std::vector<Word> m_words;
};

}  // namespace waybill::layout
