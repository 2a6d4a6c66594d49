// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace waybill {

// A duration in nanoseconds at a glance, three significant digits or so: "850 ns", "1.2 µs", "140 ms",
// "1.204 s", "2 min 3 s", "3 h 12 min". Negative durations get a leading "−". Never more than 12 characters
// below a century.
std::string durationText(int64_t ns);

// The same with every digit: "140.000123 ms", "1.204000001 s".
std::string exactDurationText(int64_t ns);

// A number with at most so many decimals, trailing zeros left out: 1.20 is "1.2", 140.0 is "140".
std::string decimalText(double value, int decimals);

// A share as whole per cent, "90 %"; "<1 %" for a little; "0 %" only for nothing.
std::string percentText(int64_t part, int64_t whole);

// A count with thin grouping: 41,302.
std::string countText(uint64_t count);

// Bytes at a glance: "446 MB", "1.2 GB" (powers of 1000).
std::string bytesText(uint64_t bytes);

// UTC, ISO 8601 with nanoseconds: "2026-11-22T18:06:41.204000000Z".
std::string isoTimeText(int64_t unixNs);

}  // namespace waybill
