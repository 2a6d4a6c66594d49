// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "otlp/fields.h"
#include "otlp/wire_writer.h"

namespace waybill::test {

// Text put together in a fixed buffer: what is written a million times must not allocate.
class Text {
 public:
  Text& operator<<(std::string_view text) {
    const size_t n = std::min(text.size(), m_buffer.size() - m_size);
    std::copy_n(text.data(), n, m_buffer.data() + m_size);
    m_size += n;
    return *this;
  }
  Text& operator<<(uint64_t number) {
    const auto end = std::to_chars(m_buffer.data() + m_size, m_buffer.data() + m_buffer.size(), number).ptr;
    m_size = static_cast<size_t>(end - m_buffer.data());
    return *this;
  }
  Text& hex(uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) *this << kDigits.substr((number >> shift) & 15, 1);
    return *this;
  }
  operator std::string_view() const { return {m_buffer.data(), m_size}; }

 private:
  std::array<char, 320> m_buffer;
  size_t m_size = 0;
};

// Attributes of whatever message is open.
class Attributes {
 public:
  Attributes(otlp::WireWriter& out, uint32_t field) : m_out(out), m_field(field) {}

  Attributes& text(std::string_view key, std::string_view value) {
    return add(key, [&] { m_out.text(otlp::any_value::kString, value); });
  }
  Attributes& integer(std::string_view key, uint64_t value) {
    return add(key, [&] { m_out.unsignedInt(otlp::any_value::kInt, value); });
  }
  Attributes& real(std::string_view key, double value) {
    return add(key, [&] { m_out.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(value)); });
  }
  Attributes& flag(std::string_view key, bool value) {
    return add(key, [&] { m_out.unsignedInt(otlp::any_value::kBool, value ? 1 : 0); });
  }
  Attributes& texts(std::string_view key, std::initializer_list<std::string_view> values) {
    return add(key, [&] {
      const auto array = m_out.open(otlp::any_value::kArray);
      for (const std::string_view value : values) {
        const auto element = m_out.open(otlp::array_value::kValues);
        m_out.text(otlp::any_value::kString, value);
        m_out.close(element);
      }
      m_out.close(array);
    });
  }

 private:
  template <typename WriteValue>
  Attributes& add(std::string_view key, WriteValue&& writeValue) {
    const auto attribute = m_out.open(m_field);
    m_out.text(otlp::key_value::kKey, key);
    const auto value = m_out.open(otlp::key_value::kValue);
    writeValue();
    m_out.close(value);
    m_out.close(attribute);
    return *this;
  }

  otlp::WireWriter& m_out;
  uint32_t m_field;
};

}  // namespace waybill::test
