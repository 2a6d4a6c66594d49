// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/packed_numbers.h"

#include <algorithm>
#include <bit>

namespace waybill {
namespace {

// Copying is not free either.
template <typename T>
void shrink(std::vector<T>& numbers) {
  if (numbers.capacity() - numbers.size() > numbers.size() / 16) numbers.shrink_to_fit();
}

}  // namespace

void PackedNumbers::pack() {
  const auto [least, greatest] = std::minmax_element(m_open.begin(), m_open.end());
  const auto bits = static_cast<uint32_t>(64 - std::countl_zero(*greatest - *least));
  const Block block{*least, static_cast<uint32_t>(m_words.empty() ? 0 : m_words.size() - 1), bits};
  m_blocks.push_back(block);
  m_packed += m_open.size();
  if (bits != 0) {
    m_words.resize(block.firstWord + (m_open.size() * bits + 63) / 64 + 1);
    uint64_t* word = m_words.data() + block.firstWord;
    uint32_t used = 0;  // bits of the word
    for (const uint64_t number : m_open) {
      const uint64_t more = number - block.least;
      *word |= more << used;
      used += bits;
      if (used < 64) continue;
      used -= 64;
      *++word = used == 0 ? 0 : more >> (bits - used);
    }
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
  const uint64_t* word = m_words.data() + block.firstWord;
  uint32_t used = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t both = word[0] >> used | word[1] << 1 << (63 - used);
    to[i] = block.least + (both & mask);
    used += block.bits;
    word += used / 64;
    used %= 64;
  }
}

}  // namespace waybill
