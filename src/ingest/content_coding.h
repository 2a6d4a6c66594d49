// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::ingest {

// How a request's payload is compressed.
enum class ContentCoding : uint8_t { Identity, Gzip, Deflate, Zstd };  // deflate has the zlib wrapper

// Of a "content-encoding" or "grpc-encoding" header, any case; none when unknown. "" and "identity" are Identity.
std::optional<ContentCoding> contentCoding(std::string_view name);

// What the bytes look like; for payloads whose coding was not told.
ContentCoding sniffCoding(std::string_view bytes);

enum class DecodeStatus : uint8_t { Ok, TooLarge, Damaged };

// Decompresses into `out`, which is replaced. Never makes it larger than `limit`. Any thread.
DecodeStatus decode(ContentCoding coding, std::string_view bytes, size_t limit, std::string& out);

}  // namespace waybill::ingest
