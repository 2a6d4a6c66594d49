// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::ingest {

// What a TracesData message holds, found by walking over it as far as the store will.
struct OtlpCheck {
  bool readable = true;  // down to its ScopeSpans
  uint64_t spans = 0;
  uint64_t withoutIds = 0;    // spans whose trace or span id is not valid
  uint64_t damagedSpans = 0;  // Span messages that end early; not among `spans`
};

// Any thread; about as fast as the store's own scan.
OtlpCheck checkTracesData(std::string_view message);

// The message without its damaged spans. Everything else stays as it is.
std::string withoutDamagedSpans(std::string_view message);

}  // namespace waybill::ingest
