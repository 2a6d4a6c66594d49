// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace waybill::analysis {

// What to sort by, and what it is the key of.
struct SortKey {
  uint64_t key = 0;
  uint32_t index = 0;
};

// Ascending by key; equal keys keep their order. O(n) for many keys (radix, as wide as the keys differ), O(n
// log n) for few.
void sortKeys(std::span<SortKey> keys);

}  // namespace waybill::analysis
