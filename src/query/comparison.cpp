// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/comparison.h"

#include <charconv>
#include <cmath>

#include "query/fold_case.h"

namespace waybill::query {
namespace {

using otlp::ValueType;
using otlp::ValueView;

std::optional<int64_t> integerOf(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool isAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Of ASCII texts; `part` is folded and not empty.
bool containsAscii(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  for (size_t i = 0; i + part.size() <= text.size(); ++i) {
    size_t n = 0;
    while (n < part.size() && lower(text[i + n]) == part[n]) ++n;
    if (n == part.size()) return true;
  }
  return false;
}

}  // namespace

std::optional<double> numberOf(std::string_view text) {
  // Not "inf", "nan" and the like, which from_chars takes.
  const size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || !((text[first] >= '0' && text[first] <= '9') || text[first] == '.')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Comparison::Comparison(Operator op, std::string_view value)
    : m_op(op), m_text(value), m_folded(foldCase(value)), m_integer(integerOf(value)), m_number(numberOf(value)) {}

bool Comparison::compares(int64_t number) const {
  if (m_integer) return holds(m_op, number, *m_integer);
  return m_number && holds(m_op, static_cast<double>(number), *m_number);
}

bool Comparison::compares(double number) const { return m_number && holds(m_op, number, *m_number); }

bool Comparison::contains(std::string_view text) const {
  if (m_folded.empty()) return true;
  if (isAscii(text)) return isAscii(m_folded) && containsAscii(text, m_folded);
  return foldCase(text).find(m_folded) != std::string::npos;
}

bool Comparison::equals(const ValueView& value) const {
  switch (value.type()) {
    case ValueType::String: return value.string() == m_text;
    case ValueType::Bool: return m_text == (value.boolean() ? "true" : "false");
    case ValueType::Int:
      if (m_integer) return *m_integer == value.integer();
      return m_number && *m_number == static_cast<double>(value.integer());
    case ValueType::Double:
      // Not finite: by its name.
      return m_number ? *m_number == value.real() : std::isfinite(value.real()) ? false : otlp::valueText(value) == m_text;
    case ValueType::Empty: return m_text.empty();
    default: return otlp::valueText(value) == m_text;
  }
}

bool Comparison::holdsFor(const ValueView& value) const {
  switch (m_op) {
    case Operator::Equal: return equals(value);
    case Operator::NotEqual: return !equals(value);
    case Operator::Contains:
      return value.type() == ValueType::String ? contains(value.string()) : contains(otlp::valueText(value));
    default: break;
  }
  switch (value.type()) {
    case ValueType::Int: return compares(value.integer());
    case ValueType::Double: return compares(value.real());
    case ValueType::String: return holdsFor(value.string());
    default: return false;
  }
}

bool Comparison::holdsFor(std::string_view text) const {
  switch (m_op) {
    case Operator::Equal: return text == m_text;
    case Operator::NotEqual: return text != m_text;
    case Operator::Contains: return contains(text);
    default: break;
  }
  if (const auto integer = integerOf(text)) return compares(*integer);
  const auto number = numberOf(text);
  return number && compares(*number);
}

}  // namespace waybill::query
