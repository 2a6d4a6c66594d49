// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"

#include "base/bytes.h"

namespace waybill {
namespace {

void appendHex(std::string& out, uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kDigits[(value >> shift) & 0xF]);
}

std::optional<uint64_t> wordFromHex(std::string_view text) {
  uint64_t value = 0;
  for (const char c : text) {
    const int digit = hexDigit(c);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint64_t>(digit);
  }
  return value;
}

}  // namespace

std::string toHex(TraceId id) {
  std::string out;
  out.reserve(32);
  appendHex(out, id.high);
  appendHex(out, id.low);
  return out;
}

std::string toHex(SpanId id) {
  std::string out;
  out.reserve(16);
  appendHex(out, id.value);
  return out;
}

std::optional<TraceId> traceIdFromHex(std::string_view text) {
  if (text.size() != 32 && text.size() != 16) return std::nullopt;
  const auto low = wordFromHex(text.substr(text.size() - 16));
  const auto high = text.size() == 32 ? wordFromHex(text.substr(0, 16)) : std::optional<uint64_t>(0);
  if (!low || !high) return std::nullopt;
  return TraceId{*high, *low};
}

std::optional<SpanId> spanIdFromHex(std::string_view text) {
  if (text.size() != 16) return std::nullopt;
  const auto value = wordFromHex(text);
  if (!value) return std::nullopt;
  return SpanId{*value};
}

}  // namespace waybill
