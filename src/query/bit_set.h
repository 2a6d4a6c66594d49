// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace waybill::query {

// A set of numbers below size(): of rows, or of traces. Words of 64; different words may be written by different
// threads at once.
class BitSet {
 public:
  BitSet() = default;
  explicit BitSet(uint32_t size) : m_size(size), m_words((size_t{size} + 63) / 64) {}

  uint32_t size() const { return m_size; }
  bool contains(uint32_t i) const { return i < m_size && (m_words[i / 64] >> (i % 64) & 1) != 0; }
  void insert(uint32_t i) { m_words[i / 64] |= uint64_t{1} << (i % 64); }  // i < size()
  void insertAll();

  uint32_t count() const {
    uint64_t sum = 0;
    for (const uint64_t word : m_words) sum += static_cast<uint64_t>(std::popcount(word));
    return static_cast<uint32_t>(sum);
  }

  // Keeps what is in the other set too; both of one size.
  void intersect(const BitSet& other) {
    for (size_t w = 0; w < m_words.size(); ++w) m_words[w] &= other.m_words[w];
  }

  // Takes out what is in the other set; both of one size.
  void subtract(const BitSet& other) {
    for (size_t w = 0; w < m_words.size(); ++w) m_words[w] &= ~other.m_words[w];
  }

  // Ascending, those in [begin, end).
  template <typename Visit>
  void forEach(uint32_t begin, uint32_t end, Visit&& visit) const {
    for (size_t w = begin / 64; w < m_words.size() && w * 64 < end; ++w) {
      for (uint64_t word = m_words[w]; word != 0; word &= word - 1) {
        const auto i = static_cast<uint32_t>(w * 64 + static_cast<size_t>(std::countr_zero(word)));
        if (i >= begin && i < end) visit(i);
      }
    }
  }
  template <typename Visit>
  void forEach(Visit&& visit) const {
    forEach(0, m_size, visit);
  }

  bool operator==(const BitSet&) const = default;

 private:
  uint32_t m_size = 0;
  std::vector<uint64_t> m_words;  // bits from size() on are 0
};

inline void BitSet::insertAll() {
  for (uint64_t& word : m_words) word = ~uint64_t{0};
  if (m_size % 64 != 0) m_words.back() = (uint64_t{1} << (m_size % 64)) - 1;
}

}  // namespace waybill::query
