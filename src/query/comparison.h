// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "otlp/value_view.h"

namespace waybill::query {

enum class Operator : uint8_t { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains };

// What values are compared with. Any thread.
class Comparison {
 public:
  Comparison() = default;
  Comparison(Operator op, std::string_view value);

  Operator op() const { return m_op; }
  const std::string& text() const { return m_text; }
  bool isNumber() const { return m_number.has_value(); }

  // Whether the value fulfils it. Equal: texts byte for byte, numbers and bools by what they are worth, whatever their
  // type ("500" is 500 and 500.0), others by their JSON text. Less, greater: numbers, and texts that are one. Contains:
  // the value's text holds the other, whatever the case.
  bool holdsFor(const otlp::ValueView& value) const;
  bool holdsFor(std::string_view text) const;  // a text value

 private:
  bool equals(const otlp::ValueView& value) const;
  bool contains(std::string_view text) const;
  bool compares(double number) const;
  bool compares(int64_t number) const;

  Operator m_op = Operator::Equal;
  std::string m_text, m_folded;
  std::optional<int64_t> m_integer;
  std::optional<double> m_number;
};

// The whole text as a decimal number; none when it is not one, or not finite.
std::optional<double> numberOf(std::string_view text);

template <typename T>
bool holds(Operator op, const T& a, const T& b) {
  switch (op) {
    case Operator::Equal: return a == b;
    case Operator::NotEqual: return a != b;
    case Operator::Less: return a < b;
    case Operator::LessOrEqual: return a <= b;
    case Operator::Greater: return a > b;
    case Operator::GreaterOrEqual: return a >= b;
    case Operator::Contains: break;
  }
  return false;
}

}  // namespace waybill::query
