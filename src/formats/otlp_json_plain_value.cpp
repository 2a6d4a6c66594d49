// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_json_reader.h"
#include "otlp/fields.h"

// Attributes as hand-made files have them: {"name":"value"} instead of {"key":…,"value":{"stringValue":…}}.
namespace waybill::formats {

using json::error_code;
using json::is;
using simdjson::SUCCESS;

// A value without the wrapping of AnyValue: what its JSON type says.
error_code OtlpJsonReader::readPlainValue(uint32_t field, Value& value, std::string_view token, int depth) {
  if (tooDeep(token, depth)) return SUCCESS;
  const auto message = m_wire.open(field, 1);
  error_code error = SUCCESS;
  if (json::isObject(token)) {
    error = readPlainObject(value, depth);
  } else if (json::isArray(token)) {
    const auto list = m_wire.open(otlp::any_value::kArray, 1);
    error = json::forEachElement(value, [&](Value& element, std::string_view elementToken) {
      return readPlainValue(otlp::array_value::kValues, element, elementToken, depth + 1);
    });
    m_wire.close(list);
  } else {
    writeScalar(token);
  }
  m_wire.close(message);
  return error;
}

// {"stringValue":…} is an AnyValue even here; anything else is a list of names and values.
error_code OtlpJsonReader::readPlainObject(Value& value, int depth) {
  simdjson::ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  bool isAnyValue = false;
  bool isFirst = true;
  const size_t before = m_wire.size();
  const auto list = m_wire.open(otlp::any_value::kKeyValueList, 1);
  const error_code error =
      json::forEachField(object, [&](std::string_view key, Value& inner, std::string_view token) {
        isAnyValue = isFirst && anyValueField(key) != 0;
        isFirst = false;
        if (isAnyValue) return simdjson::PARSER_IN_USE;  // leave the walk and begin again
        if (tooDeep(token, depth + 1)) return SUCCESS;
        const auto member = m_wire.open(1, 1);
        m_scratch.resize(key.size());
        const size_t size = unescapeJson(key, m_scratch.data());
        m_wire.text(otlp::key_value::kKey, std::string_view(m_scratch).substr(0, size));
        const error_code memberError = readPlainValue(otlp::key_value::kValue, inner, token, depth + 1);
        m_wire.close(member);
        return memberError;
      });
  if (!isAnyValue) {
    m_wire.close(list);
    return error;
  }
  m_wire.truncate(before);
  bool isEmpty = false;
  if (const error_code rewound = object.reset().get(isEmpty)) return rewound;
  return readAnyValueFields(object, depth);
}

void OtlpJsonReader::writeScalar(std::string_view token) {
  if (json::isNull(token)) return;
  if (json::isText(token)) return writeText(otlp::any_value::kString, token);
  if (is(token, "true") || is(token, "false")) return writeBool(token);
  writeInteger(token);
}

}  // namespace waybill::formats
