// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "otlp/fields.h"
#include "otlp/wire_reader.h"

// Attributes in wire bytes for who looks at those of very many spans: keys at once, values when somebody wants them,
// everything else stepped over; a few gigabytes a second. Reads the bytes as SpanView::attributes() does; never throws,
// whatever they hold. What is given points into the message. Any thread.
namespace waybill::otlp {

// A KeyValue message; `value`: its AnyValue message, empty when there is none.
struct KeyAndValue {
  std::string_view key, value;
};

namespace quick {

inline constexpr char kKeyTag = key_value::kKey << 3 | 2;
inline constexpr char kValueTag = key_value::kValue << 3 | 2;
inline constexpr auto kShort = static_cast<unsigned char>(0x80);  // lengths below take one byte

// With unusual bytes, as readAttribute() reads it.
inline KeyAndValue readUnusual(std::string_view message) {
  KeyAndValue out;
  forEachField(message, [&](protozero::pbf_reader& reader) {
    const bool isKey = reader.tag() == key_value::kKey;
    if (!isKey && reader.tag() != key_value::kValue) return reader.skip();
    if (!expect(reader, protozero::pbf_wire_type::length_delimited)) return;
    (isKey ? out.key : out.value) = view(reader.get_view());
  });
  return out;
}

// As protozero would.
template <typename Visit>
void forEachSlowly(std::string_view rest, uint32_t number, Visit& visit) {
  forEachField(rest, [&](protozero::pbf_reader& reader) {
    if (reader.tag() != number) return reader.skip();
    if (expect(reader, protozero::pbf_wire_type::length_delimited)) visit(view(reader.get_view()));
  });
}

}  // namespace quick

// As good as all are one short key and one value.
inline KeyAndValue readKeyAndValue(std::string_view message) {
  using namespace quick;
  if (message.size() < 4 || message[0] != kKeyTag) return readUnusual(message);
  const auto keyBytes = static_cast<unsigned char>(message[1]);
  if (keyBytes >= kShort || message.size() < size_t{keyBytes} + 4 || message[keyBytes + 2U] != kValueTag) {
    return readUnusual(message);
  }
  const size_t at = keyBytes + 3U;
  const auto low = static_cast<unsigned char>(message[at]);
  const auto high = at + 1 < message.size() ? static_cast<unsigned char>(message[at + 1]) : kShort;
  const bool two = low >= kShort && high < kShort;
  const size_t begin = at + (two ? 2U : 1U);
  const size_t length = two ? (low & 0x7FU) | size_t{high} << 7 : low;
  if ((!two && low >= kShort) || message.size() - begin != length) return readUnusual(message);
  return {message.substr(2, keyBytes), message.substr(begin)};
}

// Calls visit(bytes) for every length-delimited field `number` of a message. What every sender writes (small field
// numbers, lengths below 16 KiB) is stepped over quickly, the rest is left to protozero.
template <typename Visit>
void forEachMessage(std::string_view message, uint32_t number, Visit&& visit) {
  using quick::kShort;
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
      if (tag >> 3 == number) visit(std::string_view(at + head, length));
      at += head + length;
    } else {
      break;
    }
  }
  if (at < end) quick::forEachSlowly({at, static_cast<size_t>(end - at)}, number, visit);
}

}  // namespace waybill::otlp
