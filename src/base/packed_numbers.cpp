// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/packed_numbers.h"

#include <algorithm>
#include <bit>

namespace waybill {
namespace {

// Copying is not free either.
template <typename Numbers>
void shrink(Numbers& numbers) {
  if (numbers.capacity() - numbers.size() > numbers.size() / 16) numbers.shrink_to_fit();
}

}  // namespace

void PackedNumbers::pack() {
  uint64_t least = m_open.front(), greatest = least;
  for (const uint64_t number : m_open) {
    least = std::min(least, number);
    greatest = std::max(greatest, number);
  }
  const auto bits = static_cast<uint32_t>(std::bit_width(greatest - least));
  const Block block{least, static_cast<uint32_t>(m_words.empty() ? 0 : m_words.size() - 1), bits};
  m_blocks.push_back(block);
  m_packed += m_open.size();
  if (bits != 0) {
    m_words.resize(block.firstWord + (m_open.size() * bits + 63) / 64 + 1);
    uint64_t* word = m_words.data() + block.firstWord;
    uint64_t filling = 0;
    uint32_t used = 0;  // bits of it
    for (const uint64_t number : m_open) {
      const uint64_t more = number - least;
      filling |= more << used;
      used += bits;
      if (used < 64) continue;
      used -= 64;
      *word++ = filling;
      filling = used == 0 ? 0 : more >> (bits - used);
    }
    if (used > 0) *word++ = filling;
    *word = 0;
  }
  m_open.clear();
}

void PackedNumbers::finish() {
  if (!m_open.empty()) pack();
  std::vector<uint64_t>().swap(m_open);
  shrink(m_blocks);
  shrink(m_words);
}

void PackedNumbers::unpack(size_t index, uint64_t* to) const {
  const Block& block = m_blocks[index];
  if (block.bits == 0) {
    std::fill(to, to + kBlock, block.least);
    return;
  }
  const size_t count = std::min(kBlock, m_packed - index * kBlock);
  const uint64_t mask = ~uint64_t{0} >> (64 - block.bits);
  const uint64_t* words = m_words.data() + block.firstWord;
  for (size_t i = 0; i < count; ++i) {
    const size_t bit = i * block.bits;
    const uint64_t* word = words + bit / 64;
    const uint64_t both = word[0] >> (bit % 64) | word[1] << 1 << (63 - bit % 64);
    to[i] = block.least + (both & mask);
  }
}

}  // namespace waybill
