// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

namespace waybill::query {

// A number to sort by, and whom it belongs to.
struct SortKey {
  uint64_t number = 0;
  uint32_t item = 0;
};

// Sorts by number, ascending; equal ones stay as they are. A radix sort (Knuth, The Art of Computer Programming 3,
// 5.2.5) that passes over digits in which all numbers agree: a few tens of milliseconds for a million. False when
// stopped.
bool sortKeys(std::vector<SortKey>& keys, const std::stop_token& stop = {});

// The same order as that of the signed numbers, or the opposite.
constexpr uint64_t sortNumber(int64_t number, bool descending) {
  const uint64_t ascending = static_cast<uint64_t>(number) ^ uint64_t{1} << 63;
  return descending ? ~ascending : ascending;
}

}  // namespace waybill::query
