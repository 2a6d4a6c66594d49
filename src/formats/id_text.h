// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::formats {

// Ids as senders write them in JSON. Writes the id's `bytes` (16 or 8) to `out`: hex of any case; 16 hex
// digits of a 64-bit trace id, padded on the left; base64 (standard or URL alphabet, padded or not) of just
// that many bytes. Hex is tried first. False for any other text.
bool decodeIdText(std::string_view text, size_t bytes, char* out);

// Base64 of either alphabet, padding optional; nullopt for any other text.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace waybill::formats
