// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "base/workers.h"

namespace waybill::analysis {

// What to sort by, and what it is the key of. Not set by itself: there are many.
struct SortKey {
  uint64_t key;
  uint32_t index;
};

// Ascending by key; equal keys keep their order. O(n) for many keys (radix, as wide as the keys differ), O(n
// log n) for few. At most 2^32 - 1 keys.
void sortKeys(std::span<SortKey> keys, const Workers& workers = {});

}  // namespace waybill::analysis
