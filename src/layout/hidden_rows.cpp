// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/hidden_rows.h"

#include <algorithm>
#include <bit>

namespace waybill::layout {
namespace {

uint64_t bitsBelow(uint32_t bit) {
  return (uint64_t{1} << bit) - 1;
}

}  // namespace

HiddenRows::HiddenRows(const RowOrder& order)
    : m_order(order),
      m_words(order.size() / kBlock + 1),
      m_leaves(std::bit_ceil(static_cast<uint32_t>(m_words.size()))),
      m_sums(size_t{2} * m_leaves) {}

HiddenRows::Sums HiddenRows::sumsOf(uint32_t block, uint64_t word) const {
  Sums sums;
  for (; word != 0; word &= word - 1) {
    const uint32_t place = block * kBlock + static_cast<uint32_t>(std::countr_zero(word));
    const uint32_t end = m_order.endOf(place);
    sums.add({end - place - 1, end});
  }
  return sums;
}

HiddenRows::Sums HiddenRows::before(uint32_t place) const {
  const uint32_t block = place / kBlock;
  Sums sums = sumsOf(block, m_words[block] & bitsBelow(place % kBlock));
  for (uint32_t at = block + m_leaves; at > 1; at /= 2) {
    if (at % 2 == 1) sums.add(m_sums[at - 1]);
  }
  return sums;
}

uint32_t HiddenRows::placeAt(uint32_t row) const {
  uint32_t at = 1, first = 0;
  uint64_t width = uint64_t{m_leaves} * kBlock;
  Sums sums;
  while (at < m_leaves) {
    width /= 2;
    Sums left = sums;
    left.add(m_sums[2 * size_t{at}]);
    // How many places before the middle have a row: what began before it may hide some after it.
    const auto middle = static_cast<uint32_t>(first + width);
    const uint32_t rowsLeft = std::max(middle, left.end) - left.rows;
    at *= 2;
    if (row < rowsLeft) continue;
    at += 1;
    first = middle;
    sums = left;
  }
  const uint32_t block = at - m_leaves;
  for (uint64_t word = m_words[block]; word != 0; word &= word - 1) {
    const uint32_t place = block * kBlock + static_cast<uint32_t>(std::countr_zero(word));
    if (row <= place - sums.rows) break;
    sums.rows += m_order.endOf(place) - place - 1;
  }
  return row + sums.rows;
}

uint32_t HiddenRows::lastBefore(uint32_t place) const {
  uint32_t block = place / kBlock;
  uint64_t word = m_words[block] & bitsBelow(place % kBlock);
  if (word == 0) {
    uint32_t at = block + m_leaves;
    while (at % 2 == 0 || m_sums[at - 1].rows == 0) at /= 2;
    for (--at; at < m_leaves;) at = m_sums[2 * size_t{at} + 1].rows != 0 ? 2 * at + 1 : 2 * at;
    block = at - m_leaves;
    word = m_words[block];
  }
  return block * kBlock + 63 - static_cast<uint32_t>(std::countl_zero(word));
}

std::optional<uint32_t> HiddenRows::firstFrom(uint32_t place) const {
  uint32_t block = place / kBlock;
  uint64_t word = m_words[block] & ~bitsBelow(place % kBlock);
  if (word == 0) {
    uint32_t at = block + m_leaves;
    while (at > 1 && (at % 2 == 1 || m_sums[at + 1].rows == 0)) at /= 2;
    if (at <= 1) return std::nullopt;
    for (++at; at < m_leaves;) at = m_sums[2 * size_t{at}].rows != 0 ? 2 * at : 2 * at + 1;
    block = at - m_leaves;
    word = m_words[block];
  }
  return block * kBlock + static_cast<uint32_t>(std::countr_zero(word));
}

void HiddenRows::change(uint32_t block) {
  if (m_changed.empty() || m_changed.back() != block) m_changed.push_back(block);
}

void HiddenRows::set(uint32_t place) {
  m_words[place / kBlock] |= uint64_t{1} << (place % kBlock);
  change(place / kBlock);
}

void HiddenRows::clear(uint32_t place) {
  m_words[place / kBlock] &= ~(uint64_t{1} << (place % kBlock));
  change(place / kBlock);
}

void HiddenRows::update() {
  // Level by level: neighbours share what is above them.
  for (uint32_t& block : m_changed) {
    m_sums[size_t{m_leaves} + block] = sumsOf(block, m_words[block]);
    block += m_leaves;
  }
  while (!m_changed.empty() && m_changed.back() > 1) {
    size_t kept = 0;
    for (const uint32_t below : m_changed) {
      const uint32_t at = below / 2;
      if (kept > 0 && m_changed[kept - 1] == at) continue;
      m_changed[kept++] = at;
      m_sums[at] = m_sums[2 * size_t{at}];
      m_sums[at].add(m_sums[2 * size_t{at} + 1]);
    }
    m_changed.resize(kept);
  }
  m_changed.clear();
}

void HiddenRows::clearAll() {
  std::fill(m_words.begin(), m_words.end(), 0);
  std::fill(m_sums.begin(), m_sums.end(), Sums());
  m_changed.clear();
}

}  // namespace waybill::layout
