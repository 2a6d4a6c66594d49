// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "formats/json_scalar.h"

// A thin way to walk simdjson's on-demand documents without exceptions and without copying keys or texts.
namespace waybill::formats::json {

using simdjson::error_code;
using simdjson::ondemand::array;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

// What a visitor of fields says of a key it does not know. Not an error: the field is skipped.
inline constexpr error_code kUnknownKey = simdjson::NO_SUCH_FIELD;

inline bool isSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// One comparison with a constant length: the compiler makes it a few instructions.
template <size_t N>
bool is(std::string_view key, const char (&name)[N]) {
  return key.size() == N - 1 && std::memcmp(key.data(), name, N - 1) == 0;
}

// A value as it stands in the text: a scalar from its first to its last character; of an object or array the
// opening bracket (and what follows it: do not look).
inline std::string_view tokenOf(value& v) {
  std::string_view token = v.raw_json_token();
  while (token.size() > 1 && isSpace(token.back())) token.remove_suffix(1);
  return token;
}

inline bool isText(std::string_view token) {
  return token.size() >= 2 && token.front() == '"' && token.back() == '"';
}
inline bool isObject(std::string_view token) {
  return token.front() == '{';
}
inline bool isArray(std::string_view token) {
  return token.front() == '[';
}
inline bool isScalar(std::string_view token) {
  return !isObject(token) && !isArray(token);
}
inline bool isNull(std::string_view token) {
  return is(token, "null");
}

// The characters between the quotes, or of a bare number or word; still escaped.
inline std::string_view bare(std::string_view token) {
  return isText(token) ? token.substr(1, token.size() - 2) : token;
}

// Checks that a scalar is one that JSON has: not a word without quotes, not a text without its end. A text is
// consumed, which is cheaper than having simdjson skip it; its token stays.
inline bool checkScalar(value& v, std::string_view token) {
  switch (token.front()) {
    case '{':
    case '[':
      return true;
    case '"':
      return isText(token) && v.get_raw_json_string().error() == simdjson::SUCCESS;
    case 't':
      return is(token, "true");
    case 'f':
      return is(token, "false");
    case 'n':
      return is(token, "null");
    default:
      return token.front() == '-' || (token.front() >= '0' && token.front() <= '9');
  }
}

// The key of a field, between its quotes: it ends before the colon that stands before the value. Its length
// costs nothing this way.
inline std::string_view keyBefore(const char* keyBegin, const char* valueBegin) {
  const char* end = valueBegin - 1;
  while (end > keyBegin && isSpace(*end)) --end;  // now at the colon
  --end;
  while (end > keyBegin && isSpace(*end)) --end;  // now at the closing quote
  return end < keyBegin ? std::string_view()
                        : std::string_view(keyBegin, static_cast<size_t>(end - keyBegin));
}

// visit(key, value, token) for each field of an object, in the order of the text; returns the first error.
// Fields and values are used where simdjson made them: copying what was written in smaller pieces just before
// makes the processor wait, for half of the whole time.
template <typename Visit>
error_code forEachField(object& fields, Visit&& visit) {
  for (auto result : fields) {
    if (const error_code error = result.error()) return error;
    simdjson::ondemand::field&& field = std::move(result).value_unsafe();  // copies would stall: see above
    const char* const keyBegin = field.key().raw();
    value& v = field.value();
    const std::string_view token = tokenOf(v);
    if (!checkScalar(v, token)) return simdjson::TAPE_ERROR;
    const std::string_view key = keyBefore(keyBegin, token.data());
    error_code error = visit(key, v, token);
    if (error == kUnknownKey && std::memchr(key.data(), '\\', key.size()) != nullptr) {
      std::string plain(key.size(), '\0');
      plain.resize(unescapeJson(key, plain.data()));
      error = visit(std::string_view(plain), v, token);
    }
    if (error != simdjson::SUCCESS && error != kUnknownKey) return error;
  }
  return simdjson::SUCCESS;
}

// The same for a value whose token is an object.
template <typename Visit>
error_code forEachField(value& v, Visit&& visit) {
  object fields;
  if (const error_code error = v.get_object().get(fields)) return error;
  return forEachField(fields, std::forward<Visit>(visit));
}

// visit(value, token) for each element of an array; returns the first error.
template <typename Visit>
error_code forEachElement(array& elements, Visit&& visit) {
  for (auto result : elements) {
    if (const error_code error = result.error()) return error;
    value&& v = std::move(result).value_unsafe();
    const std::string_view token = tokenOf(v);
    if (!checkScalar(v, token)) return simdjson::TAPE_ERROR;
    if (const error_code error = visit(v, token)) return error;
  }
  return simdjson::SUCCESS;
}

// The same for a value whose token is an array.
template <typename Visit>
error_code forEachElement(value& v, Visit&& visit) {
  array elements;
  if (const error_code error = v.get_array().get(elements)) return error;
  return forEachElement(elements, std::forward<Visit>(visit));
}

}  // namespace waybill::formats::json
