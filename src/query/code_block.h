// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace waybill::query {

// The codes of up to kRows rows, in as few bytes as they need: none when all are the same, places and codes when
// most are 0, else one, two or four bytes each. Immutable.
class CodeBlock {
 public:
  static constexpr uint32_t kRows = 1 << 16;

  explicit CodeBlock(std::span<const uint32_t> codes);

  uint32_t size() const { return m_size; }
  uint32_t operator[](uint32_t row) const;  // row < size()
  // Every code of the block is 0.
  bool isEmpty() const { return m_form == Form::Same && m_same == 0; }
  // Looking up a row takes a search.
  bool isSparse() const { return m_form == Form::Sparse; }
  size_t heapBytes() const { return m_bytes.capacity() + 2 * m_shorts.capacity() + 4 * m_words.capacity(); }

  // Calls visit(row, code) for the codes that are not 0, in order of rows.
  template <typename Visit>
  void forEach(Visit&& visit) const {
    const auto dense = [&](const auto& codes) {
      for (uint32_t i = 0; i < m_size; ++i) {
        if (codes[i] != 0) visit(i, uint32_t{codes[i]});
      }
    };
    switch (m_form) {
      case Form::Same:
        for (uint32_t i = 0; m_same != 0 && i < m_size; ++i) visit(i, m_same);
        break;
      case Form::Sparse:
        for (size_t i = 0; i < m_shorts.size(); ++i) visit(uint32_t{m_shorts[i]}, m_words[i]);
        break;
      case Form::Bytes: dense(m_bytes); break;
      case Form::Shorts: dense(m_shorts); break;
      case Form::Words: dense(m_words); break;
    }
  }

 private:
  enum class Form : uint8_t { Same, Sparse, Bytes, Shorts, Words };

  uint32_t m_size = 0;
  Form m_form = Form::Same;
  uint32_t m_same = 0;
  std::vector<uint8_t> m_bytes;
  std::vector<uint16_t> m_shorts;  // codes, or places when sparse
  std::vector<uint32_t> m_words;   // codes
};

}  // namespace waybill::query
