// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"

namespace waybill {

// A 32-bit index that cannot be mixed up with another kind of index. "None" is std::optional.
template <typename Tag>
struct Index {
  uint32_t value = 0;

  constexpr Index() = default;
  constexpr explicit Index(uint32_t v) : value(v) {}
  constexpr auto operator<=>(const Index&) const = default;

  template <typename H>
  friend H AbslHashValue(H h, const Index& i) {
    return H::combine(std::move(h), i.value);
  }
};

using SpanRow = Index<struct SpanRowTag>;        // a row of the span table
using TraceIndex = Index<struct TraceIndexTag>;  // a trace summary, in order of first arrival
using StringId = Index<struct StringIdTag>;      // an interned text; 0 is the empty text

// The 16-byte tracking number of a request, big-endian in two words. All zero is invalid.
struct TraceId {
  uint64_t high = 0;
  uint64_t low = 0;

  constexpr auto operator<=>(const TraceId&) const = default;
  constexpr bool valid() const { return (high | low) != 0; }

  template <typename H>
  friend H AbslHashValue(H h, const TraceId& id) {
    return H::combine(std::move(h), id.high, id.low);
  }
};

// The 8-byte id of a span within its trace, big-endian. 0 is invalid; as a parent it means "root".
struct SpanId {
  uint64_t value = 0;

  constexpr auto operator<=>(const SpanId&) const = default;
  constexpr bool valid() const { return value != 0; }

  template <typename H>
  friend H AbslHashValue(H h, const SpanId& id) {
    return H::combine(std::move(h), id.value);
  }
};

// Lower-case hex, 32 and 16 digits.
std::string toHex(TraceId id);
std::string toHex(SpanId id);

// Hex of any case; exactly 32 (or 16, left-padded: a 64-bit trace id) and 16 digits.
std::optional<TraceId> traceIdFromHex(std::string_view text);
std::optional<SpanId> spanIdFromHex(std::string_view text);

// From raw bytes as on the wire; exactly 16 and 8 bytes.
inline std::optional<TraceId> traceIdFromBytes(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  return TraceId{loadBigEndian64(bytes.data()), loadBigEndian64(bytes.data() + 8)};
}
inline std::optional<SpanId> spanIdFromBytes(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  return SpanId{loadBigEndian64(bytes.data())};
}

}  // namespace waybill
