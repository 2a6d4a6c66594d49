// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/json_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/bytes.h"

namespace waybill::formats {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr double kTwoTo64 = 18446744073709551616.0;

// Never more bytes than the escape it came from.
char* putUtf8(char* out, uint32_t code) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<char>(0xC0 | code >> 6);
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = static_cast<char>(0xE0 | code >> 12);
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | code >> 18);
    *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  }
  return out;
}

// The four hex digits that `text` begins with.
std::optional<uint32_t> hex4(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    const int digit = hexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  return value;
}

// Decodes what follows "\u" and four hex digits, whose value is `first`, and moves `text` behind it.
uint32_t unicodeEscape(uint32_t first, std::string_view& text) {
  if (first < 0xD800 || first > 0xDFFF) return first;
  if (first > 0xDBFF || text.substr(0, 2) != "\\u") return kReplacement;
  const auto second = hex4(text.substr(2));
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return kReplacement;
  text.remove_prefix(6);
  return 0x10000 + ((first - 0xD800) << 10) + (*second - 0xDC00);
}

char simpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

size_t unescapeJson(std::string_view text, char* out) {
  char* const begin = out;
  while (!text.empty()) {
    const size_t plain = std::min(text.find('\\'), text.size());
    std::memcpy(out, text.data(), plain);
    out += plain;
    text.remove_prefix(plain);
    if (text.size() < 2) break;
    const char escape = text[1];
    text.remove_prefix(2);
    const auto code = escape == 'u' ? hex4(text) : std::nullopt;
    if (code) {
      text.remove_prefix(4);
      out = putUtf8(out, unicodeEscape(*code, text));
    } else {
      *out++ = simpleEscape(escape);
    }
  }
  return static_cast<size_t>(out - begin);
}

std::optional<Number> parseNumber(std::string_view text) {
  Number number;
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const bool negative = !text.empty() && text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty()) return std::nullopt;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number.word);
  constexpr auto kMostNegative = uint64_t{1} << 63;
  if (stop == end && error == std::errc() && (!negative || number.word <= kMostNegative)) {
    if (negative && number.word != 0) {
      number.type = Number::Type::Negative;
      number.real = -static_cast<double>(number.word);
      number.word = ~number.word + 1;
    }
    return number;
  }
  const auto real = parseReal(text);
  if (!real) return std::nullopt;
  number.type = Number::Type::Real;
  number.word = 0;
  number.real = *real;
  return number;
}

std::optional<uint64_t> toUnsigned(const Number& number) {
  if (number.type == Number::Type::Unsigned) return number.word;
  if (number.type == Number::Type::Negative || !(number.real >= 0) || number.real >= kTwoTo64)
    return std::nullopt;
  return static_cast<uint64_t>(number.real);
}

std::optional<double> parseReal(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small or too large for a double; the exponent's sign tells which.
    const bool tiny = text.find("e-") != text.npos || text.find("E-") != text.npos;
    const double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -size : size;
  }
  if (error != std::errc()) return std::nullopt;
  return value;
}

bool equalsIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

}  // namespace waybill::formats
