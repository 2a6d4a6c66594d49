// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/id_text.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace waybill::formats {
namespace {

constexpr std::array<int8_t, 256> kHexValues = [] {
  std::array<int8_t, 256> values{};
  for (int c = 0; c < 256; ++c)
    values[static_cast<size_t>(c)] = static_cast<int8_t>(hexDigit(static_cast<char>(c)));
  return values;
}();

constexpr std::array<int8_t, 256> kBase64Values = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  values['-'] = 62;
  values['_'] = 63;
  return values;
}();

bool decodeHex(std::string_view text, char* out) {
  int bad = 0;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = kHexValues[static_cast<unsigned char>(text[i])];
    const int low = kHexValues[static_cast<unsigned char>(text[i + 1])];
    bad |= high | low;  // negative when one is
    *out++ = static_cast<char>(static_cast<unsigned>(high) << 4 | static_cast<unsigned>(low));
  }
  return bad >= 0;
}

}  // namespace

bool decodeIdText(std::string_view text, size_t bytes, char* out) {
  if (text.size() == bytes * 2 && decodeHex(text, out)) return true;
  if (bytes == 16 && text.size() == 16) {
    std::memset(out, 0, 8);
    if (decodeHex(text, out + 8)) return true;
  }
  const size_t padded = (bytes + 2) / 3 * 4;
  const size_t bare = (bytes * 8 + 5) / 6;
  if (text.size() != padded && text.size() != bare) return false;
  const auto decoded = decodeBase64(text);
  if (!decoded || decoded->size() != bytes) return false;
  std::memcpy(out, decoded->data(), bytes);
  return true;
}

std::optional<std::string> decodeBase64(std::string_view text) {
  for (int i = 0; i < 2 && text.size() % 4 != 1 && !text.empty() && text.back() == '='; ++i)
    text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count));
      bits &= (1U << count) - 1;
    }
  }
  if (bits != 0) return std::nullopt;  // not what an encoder writes: more likely a readable word
  return bytes;
}

}  // namespace waybill::formats
