// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace waybill::bench {

// The yardstick for reading JSON: a simdjson on-demand walk over JSON lines that reads every key, string and
// number, unescaped and converted, and keeps only a checksum. `bytes` must be followed by 64 readable bytes.
// Returns 0 when a line is no JSON.
uint64_t walkJsonLines(std::string_view bytes);

}  // namespace waybill::bench
