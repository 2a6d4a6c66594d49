// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::formats {

// Finds where a JSON value ends by its brackets alone, strings and escapes respected, without reading it: 64
// bytes at a time, faster than any parser. Feed it the text in pieces from the value's opening bracket on.
class BracketScanner {
 public:
  static constexpr size_t kNotFound = SIZE_MAX;

  // The offset in `piece` one past the bracket that closes the value, or kNotFound: then feed what follows.
  // All pieces but the last must be a multiple of 64 bytes long.
  size_t feed(std::string_view piece);

 private:
  size_t feedBlock(const char* block);  // of 64 bytes

  uint64_t m_depth = 0;
  uint64_t m_inString = 0;  // all ones or zero
  uint64_t m_escaped = 0;   // the first character of the next block is escaped
};

}  // namespace waybill::formats
