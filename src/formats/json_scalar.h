// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::formats {

// Decodes the characters between the quotes of a JSON string into `out`, which has room for text.size()
// bytes, and returns how many were written. Lenient: a lone surrogate becomes U+FFFD, an unknown escape
// stands for its character.
size_t unescapeJson(std::string_view text, char* out);

// What a JSON number, or a text that holds one, says. Exact for integers; a fraction or exponent goes through
// double.
struct Number {
  enum class Type : uint8_t { Unsigned, Negative, Real } type = Type::Unsigned;
  uint64_t word = 0;  // Unsigned: the value; Negative: two's complement
  double real = 0;    // Real, and integers that no 64 bits hold
};
std::optional<Number> parseNumber(std::string_view text);

// The number as an unsigned 64-bit word; nullopt when it is negative, NaN or too large.
std::optional<uint64_t> toUnsigned(const Number& number);

// Also "NaN", "Infinity" and "-Infinity".
std::optional<double> parseReal(std::string_view text);

// Equal but for the case of ASCII letters; `lower` is in lower case.
bool equalsIgnoringCase(std::string_view text, std::string_view lower);

}  // namespace waybill::formats
