// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/code_block.h"

#include <algorithm>

namespace waybill::query {
namespace {
constexpr size_t kSparseBytes = sizeof(uint16_t) + sizeof(uint32_t);  // of a code that is not 0
}

CodeBlock::CodeBlock(std::span<const uint32_t> codes) : m_size(static_cast<uint32_t>(codes.size())) {
  uint32_t greatest = 0;
  size_t present = 0;
  bool same = true;
  for (const uint32_t code : codes) {
    greatest = std::max(greatest, code);
    present += code != 0 ? 1 : 0;
    same = same && code == codes.front();
  }
  if (same) {
    m_same = codes.empty() ? 0 : codes.front();
    return;
  }
  const size_t width = greatest <= UINT8_MAX ? 1 : greatest <= UINT16_MAX ? 2 : 4;
  if (present * kSparseBytes < codes.size() * width) {
    m_form = Form::Sparse;
    m_shorts.reserve(present);
    m_words.reserve(present);
    for (size_t i = 0; i < codes.size(); ++i) {
      if (codes[i] == 0) continue;
      m_shorts.push_back(static_cast<uint16_t>(i));
      m_words.push_back(codes[i]);
    }
    return;
  }
  const auto narrow = [codes](auto& into) {
    using Code = typename std::decay_t<decltype(into)>::value_type;
    into.resize(codes.size());
    std::transform(codes.begin(), codes.end(), into.begin(), [](uint32_t code) { return static_cast<Code>(code); });
  };
  m_form = width == 1 ? Form::Bytes : width == 2 ? Form::Shorts : Form::Words;
  if (width == 1) narrow(m_bytes);
  if (width == 2) narrow(m_shorts);
  if (width == 4) narrow(m_words);
}

uint32_t CodeBlock::operator[](uint32_t row) const {
  switch (m_form) {
    case Form::Same: return m_same;
    case Form::Bytes: return m_bytes[row];
    case Form::Shorts: return m_shorts[row];
    case Form::Words: return m_words[row];
    case Form::Sparse: break;
  }
  const auto at = std::lower_bound(m_shorts.begin(), m_shorts.end(), row);
  return at != m_shorts.end() && *at == row ? m_words[static_cast<size_t>(at - m_shorts.begin())] : 0;
}

}  // namespace waybill::query
