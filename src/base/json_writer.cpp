// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace waybill {

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quoted(name);
  m_out += m_pretty ? ": " : ":";
  m_afterKey = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  quoted(text);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  separate();
  m_out += flag ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (std::isnan(number)) return value("NaN");
  if (std::isinf(number)) return value(number > 0 ? "Infinity" : "-Infinity");
  separate();
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), number);
  m_out.append(text.data(), result.ptr);
  return *this;
}

JsonWriter& JsonWriter::value(int64_t number) {
  separate();
  m_out += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(uint64_t number) {
  separate();
  m_out += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::null() {
  separate();
  m_out += "null";
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  m_out += bracket;
  m_hasItems.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  const bool hadItems = m_hasItems.back();
  m_hasItems.pop_back();
  if (hadItems && m_pretty) newLine();
  m_out += bracket;
  return *this;
}

void JsonWriter::separate() {
  if (m_afterKey) {
    m_afterKey = false;
    return;
  }
  if (m_hasItems.empty()) return;
  if (m_hasItems.back()) m_out += ',';
  m_hasItems.back() = true;
  if (m_pretty) newLine();
}

void JsonWriter::newLine() {
  m_out += '\n';
  m_out.append(m_hasItems.size() * 2, ' ');
}

void JsonWriter::quoted(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  m_out += '"';
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const size_t length = utf8SequenceLength(text.substr(i));
      if (length == 0) {
        m_out += "\xEF\xBF\xBD";
        ++i;
      } else if (length == 2 && c == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
        // C1 controls: valid JSON as they are, but a terminal would obey them.
        const auto control = static_cast<unsigned char>(text[i + 1]);
        m_out += "\\u00";
        m_out += kDigits[control >> 4];
        m_out += kDigits[control & 0xF];
        i += length;
      } else {
        m_out.append(text.substr(i, length));
        i += length;
      }
      continue;
    }
    ++i;
    switch (c) {
      case '"': m_out += "\\\""; break;
      case '\\': m_out += "\\\\"; break;
      case '\n': m_out += "\\n"; break;
      case '\r': m_out += "\\r"; break;
      case '\t': m_out += "\\t"; break;
      default:
        if (c < 0x20 || c == 0x7F) {
          m_out += "\\u00";
          m_out += kDigits[c >> 4];
          m_out += kDigits[c & 0xF];
        } else {
          m_out += static_cast<char>(c);
        }
    }
  }
  m_out += '"';
}

}  // namespace waybill
