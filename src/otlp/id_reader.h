// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "base/ids.h"

namespace waybill::otlp {

// Ids as the store knows them. Bytes of the right length are the id; an 8-byte trace id is padded on the left;
// bytes of another length (senders that write words) are hashed, so that equal words stay equal ids; empty
// bytes are the invalid id 0.
TraceId readTraceId(std::string_view idBytes);
SpanId readSpanId(std::string_view idBytes);

// True for what the specification calls valid: 16 (8) bytes, not all zero.
inline bool isValidTraceId(std::string_view idBytes) {
  const auto id = traceIdFromBytes(idBytes);
  return id && id->valid();
}
inline bool isValidSpanId(std::string_view idBytes) {
  const auto id = spanIdFromBytes(idBytes);
  return id && id->valid();
}

}  // namespace waybill::otlp
