// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <bit>
#include <cmath>
#include <cstring>

#include "formats/id_text.h"
#include "formats/otlp_json_reader.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

using json::error_code;
using json::is;
using json::kUnknownKey;
using simdjson::SUCCESS;

constexpr double kTwoTo63 = 9223372036854775808.0;

}  // namespace

uint32_t OtlpJsonReader::anyValueField(std::string_view key) {
  namespace f = otlp::any_value;
  if (is(key, "stringValue") || is(key, "string_value")) return f::kString;
  if (is(key, "intValue") || is(key, "int_value")) return f::kInt;
  if (is(key, "boolValue") || is(key, "bool_value")) return f::kBool;
  if (is(key, "doubleValue") || is(key, "double_value")) return f::kDouble;
  if (is(key, "arrayValue") || is(key, "array_value")) return f::kArray;
  if (is(key, "kvlistValue") || is(key, "kvlist_value")) return f::kKeyValueList;
  if (is(key, "bytesValue") || is(key, "bytes_value")) return f::kBytes;
  return 0;
}

error_code OtlpJsonReader::readResource(uint32_t field, Value& value) {
  const auto message = m_wire.open(field, 2);
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& inner, std::string_view token) {
        if (is(key, "attributes")) return readAttributes(otlp::resource::kAttributes, inner, token);
        if (is(key, "droppedAttributesCount") || is(key, "dropped_attributes_count")) {
          writeCount(otlp::resource::kDroppedAttributesCount, token);
          return SUCCESS;
        }
        return kUnknownKey;
      });
  m_wire.close(message);
  return error;
}

error_code OtlpJsonReader::readScope(Value& value) {
  const auto message = m_wire.open(otlp::scope_spans::kScope, 1);
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& inner, std::string_view token) {
        if (is(key, "name")) {
          writeText(otlp::scope::kName, token);
        } else if (is(key, "version")) {
          writeText(otlp::scope::kVersion, token);
        } else if (is(key, "attributes")) {
          return readAttributes(otlp::scope::kAttributes, inner, token);
        } else if (is(key, "droppedAttributesCount") || is(key, "dropped_attributes_count")) {
          writeCount(otlp::scope::kDroppedAttributesCount, token);
        } else {
          return kUnknownKey;
        }
        return SUCCESS;
      });
  m_wire.close(message);
  return error;
}

// A list of {"key":…,"value":…}, or a plain object of names and values.
error_code OtlpJsonReader::readAttributes(uint32_t field, Value& value, std::string_view token, int depth) {
  if (json::isArray(token)) {
    return json::forEachElement(value, [&](Value& attribute, std::string_view attributeToken) {
      return json::isObject(attributeToken) ? readKeyValue(field, attribute, depth) : SUCCESS;
    });
  }
  if (!json::isObject(token)) return SUCCESS;
  return json::forEachField(value, [&](std::string_view key, Value& inner, std::string_view innerToken) {
    if (tooDeep(innerToken, depth)) return SUCCESS;
    const auto message = m_wire.open(field, 1);
    m_scratch.resize(key.size());
    const size_t size = unescapeJson(key, m_scratch.data());
    m_wire.text(otlp::key_value::kKey, std::string_view(m_scratch).substr(0, size));
    const error_code error = readPlainValue(otlp::key_value::kValue, inner, innerToken, depth);
    m_wire.close(message);
    return error;
  });
}

// A scalar is held back until the whole KeyValue is known, so that its lengths are known before it is
// written: the way almost every attribute goes.
error_code OtlpJsonReader::readKeyValue(uint32_t field, Value& value, int depth) {
  std::string_view name;
  std::string_view scalar;
  uint32_t scalarField = 0;
  bool isOpen = false;
  otlp::WireWriter::Message message{};
  const auto openOnce = [&] {
    if (!isOpen) message = m_wire.open(field, 1);
    isOpen = true;
  };
  const auto readValueField = [&](std::string_view key, Value& inner, std::string_view token) {
    const uint32_t valueField = anyValueField(key);
    if (valueField == 0) return kUnknownKey;
    if (json::isScalar(token)) {
      if (json::isNull(token)) return SUCCESS;
      scalarField = valueField;
      scalar = token;
      return SUCCESS;
    }
    openOnce();
    const auto any = m_wire.open(otlp::key_value::kValue, 1);
    const error_code error = readListValue(valueField, inner, token, depth);
    m_wire.close(any);
    return error;
  };
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& inner, std::string_view token) {
        if (is(key, "key")) {
          name = token;
          return SUCCESS;
        }
        if (!is(key, "value")) return kUnknownKey;
        if (json::isObject(token) && depth <= otlp::kMaxValueDepth)
          return json::forEachField(inner, readValueField);
        openOnce();
        return readAnyValue(otlp::key_value::kValue, inner, token, depth);
      });
  if (error != SUCCESS) return error;
  if (!isOpen && writeTextAttribute(field, name, scalarField, scalar)) return SUCCESS;
  openOnce();
  if (!name.empty()) writeText(otlp::key_value::kKey, name);
  if (scalarField != 0) {
    const auto any = m_wire.open(otlp::key_value::kValue, 1);
    writeAnyScalar(scalarField, scalar);
    m_wire.close(any);
  }
  m_wire.close(message);
  return SUCCESS;
}

// A KeyValue of two short texts without escapes, in one go; false for any other.
bool OtlpJsonReader::writeTextAttribute(uint32_t field, std::string_view name, uint32_t valueField,
                                        std::string_view value) {
  constexpr size_t kShort = 100;  // all lengths below 128: one byte each
  if (m_escapes || valueField != otlp::any_value::kString || name.size() + value.size() > kShort)
    return false;
  if (!json::isText(name) || !json::isText(value)) return false;
  name = json::bare(name);
  value = json::bare(value);
  const auto tag = [](uint32_t number) { return static_cast<char>(number << 3 | 2); };
  char* const begin = m_wire.room(name.size() + value.size() + 16);
  char* at = begin;
  *at++ = tag(field);
  *at++ = static_cast<char>(name.size() + value.size() + 6);
  *at++ = tag(otlp::key_value::kKey);
  *at++ = static_cast<char>(name.size());
  std::memcpy(at, name.data(), name.size());
  at += name.size();
  *at++ = tag(otlp::key_value::kValue);
  *at++ = static_cast<char>(value.size() + 2);
  *at++ = tag(otlp::any_value::kString);
  *at++ = static_cast<char>(value.size());
  std::memcpy(at, value.data(), value.size());
  at += value.size();
  m_wire.advance(static_cast<size_t>(at - begin));
  return true;
}

bool OtlpJsonReader::tooDeep(std::string_view token, int depth) {
  if (depth <= otlp::kMaxValueDepth) return false;
  note(DiagnosticKind::AttributeNestedTooDeep, token, "a value nested deeper than 64 levels was left out");
  return true;
}

error_code OtlpJsonReader::readAnyValue(uint32_t field, Value& value, std::string_view token, int depth) {
  if (tooDeep(token, depth)) return SUCCESS;
  if (!json::isObject(token)) return readPlainValue(field, value, token, depth);
  simdjson::ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  const auto message = m_wire.open(field, 1);
  const error_code error = readAnyValueFields(object, depth);
  m_wire.close(message);
  return error;
}

error_code OtlpJsonReader::readAnyValueFields(simdjson::ondemand::object& object, int depth) {
  return json::forEachField(object, [&](std::string_view key, Value& inner, std::string_view token) {
    const uint32_t field = anyValueField(key);
    if (field == 0) return kUnknownKey;
    if (!json::isScalar(token)) return readListValue(field, inner, token, depth);
    if (!json::isNull(token)) writeAnyScalar(field, token);
    return SUCCESS;
  });
}

void OtlpJsonReader::writeAnyScalar(uint32_t field, std::string_view token) {
  switch (field) {
    case otlp::any_value::kString:
      return writeText(field, token);
    case otlp::any_value::kInt:
      return writeInteger(token);
    case otlp::any_value::kBool:
      return writeBool(token);
    case otlp::any_value::kDouble:
      return writeReal(token);
    case otlp::any_value::kBytes:
      return writeBytes(token);
    default:
      return;  // a list cannot be a scalar
  }
}

error_code OtlpJsonReader::readListValue(uint32_t field, Value& value, std::string_view token, int depth) {
  if (field == otlp::any_value::kArray) return readArrayValue(value, token, depth);
  if (field != otlp::any_value::kKeyValueList) return SUCCESS;
  const auto list = m_wire.open(field, 1);
  error_code error = SUCCESS;
  if (json::isObject(token)) {
    error = json::forEachField(value, [&](std::string_view key, Value& values, std::string_view valuesToken) {
      return is(key, "values") ? readAttributes(1, values, valuesToken, depth + 1) : kUnknownKey;
    });
  } else {
    error = readAttributes(1, value, token, depth + 1);
  }
  m_wire.close(list);
  return error;
}

// {"values":[…]}, or the list itself.
error_code OtlpJsonReader::readArrayValue(Value& value, std::string_view token, int depth) {
  const auto readElements = [&](Value& list) {
    return json::forEachElement(list, [&](Value& element, std::string_view elementToken) {
      return readAnyValue(otlp::array_value::kValues, element, elementToken, depth + 1);
    });
  };
  const auto message = m_wire.open(otlp::any_value::kArray, 1);
  error_code error = SUCCESS;
  if (json::isArray(token)) {
    error = readElements(value);
  } else if (json::isObject(token)) {
    error = json::forEachField(value, [&](std::string_view key, Value& values, std::string_view valuesToken) {
      if (!is(key, "values")) return kUnknownKey;
      return json::isArray(valuesToken) ? readElements(values) : SUCCESS;
    });
  }
  m_wire.close(message);
  return error;
}

// A number that no 64-bit integer holds becomes a double, a text that is no number stays a text.
void OtlpJsonReader::writeInteger(std::string_view token) {
  const auto number = parseNumber(json::bare(token));
  if (!number) return writeText(otlp::any_value::kString, token);
  if (number->type == Number::Type::Real) {
    const bool whole = std::abs(number->real) < kTwoTo63 && std::trunc(number->real) == number->real;
    if (!whole) return m_wire.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(number->real));
    return m_wire.unsignedInt(otlp::any_value::kInt,
                              static_cast<uint64_t>(static_cast<int64_t>(number->real)));
  }
  if (number->type == Number::Type::Unsigned && number->word > INT64_MAX) {
    const auto real = static_cast<double>(number->word);
    return m_wire.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(real));
  }
  m_wire.unsignedInt(otlp::any_value::kInt, number->word);
}

void OtlpJsonReader::writeReal(std::string_view token) {
  const auto real = parseReal(json::bare(token));
  if (!real) return writeText(otlp::any_value::kString, token);
  m_wire.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(*real));
}

void OtlpJsonReader::writeBool(std::string_view token) {
  const std::string_view text = json::bare(token);
  const bool isTrue = equalsIgnoringCase(text, "true") || is(text, "1");
  m_wire.unsignedInt(otlp::any_value::kBool, isTrue ? 1 : 0);
}

void OtlpJsonReader::writeBytes(std::string_view token) {
  std::string text(json::bare(token));
  if (m_escapes) text.resize(unescapeJson(std::string(text), text.data()));  // "\/" is base64, too
  const auto bytes = decodeBase64(text);
  if (!bytes) return m_wire.text(otlp::any_value::kString, text);
  m_wire.text(otlp::any_value::kBytes, *bytes);
}

}  // namespace waybill::formats
