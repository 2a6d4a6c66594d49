// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::otlp {

struct AttributeView;

enum class ValueType : uint8_t { Empty, String, Bool, Int, Double, Array, KeyValueList, Bytes };

// An AnyValue in wire bytes. Views never throw: what cannot be read is Empty or is left out. They point into the
// chunk they were read from and live as long as it. Any thread.
class ValueView {
 public:
  ValueView() = default;
  explicit ValueView(std::string_view anyValueMessage);

  ValueType type() const { return m_type; }
  // Each is meaningful for its own type only, and zero or empty for others.
  std::string_view string() const { return m_type == ValueType::String ? m_payload : std::string_view(); }
  std::string_view bytes() const { return m_type == ValueType::Bytes ? m_payload : std::string_view(); }
  bool boolean() const { return m_type == ValueType::Bool && m_word != 0; }
  int64_t integer() const { return m_type == ValueType::Int ? static_cast<int64_t>(m_word) : 0; }
  double real() const { return m_type == ValueType::Double ? std::bit_cast<double>(m_word) : 0.0; }
  std::vector<ValueView> values() const;        // of an Array
  std::vector<AttributeView> members() const;   // of a KeyValueList

 private:
  ValueType m_type = ValueType::Empty;
  uint64_t m_word = 0;
  std::string_view m_payload;
};

// A KeyValue in wire bytes.
struct AttributeView {
  std::string_view key;
  ValueView value;
};

// Reads the KeyValue message; an unreadable one has an empty key and value.
AttributeView readAttribute(std::string_view keyValueMessage);

// The value as one plain text: texts as they are, numbers in full, arrays and lists as compact JSON, bytes as
// base64. Nesting beyond kMaxValueDepth is shown as "…".
std::string valueText(const ValueView& value);

// "string", "int", "double", "bool", "array", "kvlist", "bytes", "empty".
std::string_view typeName(ValueType type);

}  // namespace waybill::otlp
