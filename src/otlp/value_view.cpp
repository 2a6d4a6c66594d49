// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "otlp/value_view.h"

#include "otlp/fields.h"
#include "otlp/json_text.h"
#include "otlp/wire_reader.h"

namespace waybill::otlp {

using protozero::pbf_wire_type;

ValueView::ValueView(std::string_view anyValueMessage) {
  // Most are one short text.
  constexpr char kStringTag = any_value::kString << 3 | 2;
  if (anyValueMessage.size() >= 2 && anyValueMessage[0] == kStringTag && anyValueMessage[1] >= 0 &&
      anyValueMessage.size() - 2 == static_cast<size_t>(anyValueMessage[1])) {
    m_type = ValueType::String;
    m_payload = anyValueMessage.substr(2);
    return;
  }
  forEachField(anyValueMessage, [this](protozero::pbf_reader& reader) {
    const auto payload = [&](ValueType type) {
      if (!expect(reader, pbf_wire_type::length_delimited)) return;
      m_type = type;
      m_payload = view(reader.get_view());
    };
    const auto varint = [&](ValueType type) {
      if (!expect(reader, pbf_wire_type::varint)) return;
      m_type = type;
      m_word = reader.get_uint64();
    };
    switch (reader.tag()) {
      case any_value::kString: payload(ValueType::String); break;
      case any_value::kArray: payload(ValueType::Array); break;
      case any_value::kKeyValueList: payload(ValueType::KeyValueList); break;
      case any_value::kBytes: payload(ValueType::Bytes); break;
      case any_value::kBool: varint(ValueType::Bool); break;
      case any_value::kInt: varint(ValueType::Int); break;
      case any_value::kDouble:
        if (!expect(reader, pbf_wire_type::fixed64)) break;
        m_type = ValueType::Double;
        m_word = reader.get_fixed64();
        break;
      default: reader.skip();
    }
  });
}

std::vector<ValueView> ValueView::values() const {
  std::vector<ValueView> out;
  if (m_type != ValueType::Array) return out;
  forEachField(m_payload, [&](protozero::pbf_reader& reader) {
    if (reader.tag() != array_value::kValues) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) out.emplace_back(view(reader.get_view()));
  });
  return out;
}

std::vector<AttributeView> ValueView::members() const {
  std::vector<AttributeView> out;
  if (m_type != ValueType::KeyValueList) return out;
  forEachField(m_payload, [&](protozero::pbf_reader& reader) {
    if (reader.tag() != array_value::kValues) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) out.push_back(readAttribute(view(reader.get_view())));
  });
  return out;
}

AttributeView readAttribute(std::string_view keyValueMessage) {
  AttributeView out;
  forEachField(keyValueMessage, [&](protozero::pbf_reader& reader) {
    switch (reader.tag()) {
      case key_value::kKey:
        if (expect(reader, pbf_wire_type::length_delimited)) out.key = view(reader.get_view());
        break;
      case key_value::kValue:
        if (expect(reader, pbf_wire_type::length_delimited)) out.value = ValueView(view(reader.get_view()));
        break;
      default: reader.skip();
    }
  });
  return out;
}

std::string valueText(const ValueView& value) {
  switch (value.type()) {
    case ValueType::Empty: return {};
    case ValueType::String: return std::string(value.string());
    case ValueType::Bool: return value.boolean() ? "true" : "false";
    case ValueType::Int: return std::to_string(value.integer());
    default: break;
  }
  std::string out;
  JsonWriter json(out);
  writePlainJson(json, value);
  if (value.type() == ValueType::Bytes && out.size() >= 2) return out.substr(1, out.size() - 2);
  return out;
}

std::string_view typeName(ValueType type) {
  switch (type) {
    case ValueType::Empty: return "empty";
    case ValueType::String: return "string";
    case ValueType::Bool: return "bool";
    case ValueType::Int: return "int";
    case ValueType::Double: return "double";
    case ValueType::Array: return "array";
    case ValueType::KeyValueList: return "kvlist";
    case ValueType::Bytes: return "bytes";
  }
  return "empty";
}

}  // namespace waybill::otlp
