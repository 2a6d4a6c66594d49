// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_reader.h"

#include <cstdint>

#include "otlp/fields.h"
#include "otlp/wire_reader.h"

namespace waybill::query {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr char kKeyTag = otlp::key_value::kKey << 3 | 2;
constexpr char kValueTag = otlp::key_value::kValue << 3 | 2;
constexpr auto kShort = static_cast<unsigned char>(0x80);  // lengths below take one byte

// A KeyValue message with unusual bytes, as readAttribute() reads it.
void readUnusual(std::string_view message, std::string_view& key, std::string_view& value) {
  otlp::forEachField(message, [&](pbf_reader& reader) {
    const bool isKey = reader.tag() == otlp::key_value::kKey;
    if (!isKey && reader.tag() != otlp::key_value::kValue) return reader.skip();
    if (otlp::expect(reader, pbf_wire_type::length_delimited)) (isKey ? key : value) = otlp::view(reader.get_view());
  });
}

// The key and the value of a KeyValue message. As good as all are one short key and one value.
void readKeyValue(std::string_view message, std::string_view& key, std::string_view& value) {
  if (message.size() >= 4 && message[0] == kKeyTag) {
    const auto keyBytes = static_cast<unsigned char>(message[1]);
    if (keyBytes < kShort && message.size() >= size_t{keyBytes} + 4 && message[keyBytes + 2U] == kValueTag) {
      const size_t at = keyBytes + 3U;
      const auto low = static_cast<unsigned char>(message[at]);
      const auto high = at + 1 < message.size() ? static_cast<unsigned char>(message[at + 1]) : kShort;
      const bool two = low >= kShort && high < kShort;
      const size_t begin = at + (two ? 2U : 1U);
      const size_t length = two ? (low & 0x7FU) | size_t{high} << 7 : low;
      if ((two || low < kShort) && message.size() - begin == length) {
        key = message.substr(2, keyBytes);
        value = message.substr(begin);
        return;
      }
    }
  }
  readUnusual(message, key, value);
}

// Remembers the value of the best name so far.
class Search {
 public:
  explicit Search(std::span<const std::string> names) : m_names(names), m_best(names.size()) {}

  void look(std::string_view keyValue) {
    std::string_view key, value;
    readKeyValue(keyValue, key, value);
    for (size_t i = 0; i < m_names.size() && i <= m_best; ++i) {
      if (key != m_names[i]) continue;
      m_best = i;
      m_value = value;
    }
  }

  std::optional<std::string_view> found() const {
    return m_best < m_names.size() ? std::optional(m_value) : std::nullopt;
  }

 private:
  std::span<const std::string> m_names;
  size_t m_best;
  std::string_view m_value;
};

// Looks at every field `number` from where `rest` begins, as protozero would.
void searchSlowly(std::string_view rest, uint32_t number, Search& search) {
  otlp::forEachField(rest, [&](pbf_reader& reader) {
    if (reader.tag() != number) return reader.skip();
    if (otlp::expect(reader, pbf_wire_type::length_delimited)) search.look(otlp::view(reader.get_view()));
  });
}

// The same; what every sender writes (small field numbers, lengths below 16 KiB) is stepped over quickly, the rest is
// left to searchSlowly().
void searchQuickly(std::string_view message, uint32_t number, Search& search) {
  const char* at = message.data();
  const char* const end = at + message.size();
  while (end - at > 16) {
    const auto tag = static_cast<unsigned char>(*at);
    if (tag < 8 || tag >= kShort) break;  // field 0 is an error; two bytes of tag are rare
    const uint32_t wireType = tag & 7U;
    if (wireType == 1) {
      at += 9;
    } else if (wireType == 5) {
      at += 5;
    } else if (wireType == 0) {
      if (static_cast<unsigned char>(at[1]) >= kShort) break;
      at += 2;
    } else if (wireType == 2) {
      const auto low = static_cast<unsigned char>(at[1]), high = static_cast<unsigned char>(at[2]);
      size_t length = low, head = 2;
      if (low >= kShort) {
        if (high >= kShort) break;
        length = (low & 0x7FU) | size_t{high} << 7;
        head = 3;
      }
      if (length > static_cast<size_t>(end - at) - head) break;
      if (tag >> 3 == number) search.look({at + head, length});
      at += head + length;
    } else {
      break;
    }
  }
  if (at < end) searchSlowly({at, static_cast<size_t>(end - at)}, number, search);
}

std::optional<std::string_view> find(std::string_view message, uint32_t number, std::span<const std::string> names) {
  Search search(names);
  searchQuickly(message, number, search);
  return search.found();
}

}  // namespace

std::optional<std::string_view> findSpanAttribute(std::string_view spanMessage, std::span<const std::string> names) {
  return find(spanMessage, otlp::span::kAttributes, names);
}

std::optional<std::string_view> findResourceAttribute(std::string_view resourceMessage,
                                                      std::span<const std::string> names) {
  return find(resourceMessage, otlp::resource::kAttributes, names);
}

std::optional<std::string_view> findScopeAttribute(std::string_view scopeMessage, std::span<const std::string> names) {
  return find(scopeMessage, otlp::scope::kAttributes, names);
}

}  // namespace waybill::query
