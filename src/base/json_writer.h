// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill {

// Writes one JSON document into a text: commas, nesting and escapes are its business. Bytes that are no UTF-8
// become U+FFFD, so that the result is always valid JSON. Doubles that JSON cannot say are written as the
// texts "NaN", "Infinity", "-Infinity" (the protobuf JSON mapping).
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out, bool pretty = false) : m_out(out), m_pretty(pretty) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(double number);
  JsonWriter& value(int64_t number);
  JsonWriter& value(uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<int64_t>(number)); }
  JsonWriter& value(uint32_t number) { return value(static_cast<uint64_t>(number)); }
  JsonWriter& null();

  template <typename T>
  JsonWriter& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();   // the comma and the line break before the next value
  void newLine();
  void quoted(std::string_view text);

  std::string& m_out;
  bool m_pretty;
  bool m_afterKey = false;
  std::vector<bool> m_hasItems;  // per open bracket
};

}  // namespace waybill
