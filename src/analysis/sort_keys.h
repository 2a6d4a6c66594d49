// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
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

// A key and an index in one number, the key above: half the memory to move, where there is room for both.
class KeyPacking {
 public:
  // Of keys from `least` to `greatest`, and indexes up to `lastIndex`.
  KeyPacking(uint64_t least, uint64_t greatest, uint32_t lastIndex)
      : m_least(least),
        m_keyBits(static_cast<int>(std::bit_width(greatest - least))),
        m_indexBits(static_cast<int>(std::bit_width(lastIndex))) {}

  bool hasRoom() const { return m_keyBits + m_indexBits <= 64; }
  uint64_t packed(uint64_t key, uint32_t index) const { return (key - m_least) << m_indexBits | index; }
  uint64_t key(uint64_t packed) const { return (packed >> m_indexBits) + m_least; }
  uint32_t index(uint64_t packed) const {
    return static_cast<uint32_t>(packed & ((uint64_t{1} << m_indexBits) - 1));
  }
  int indexBits() const { return m_indexBits; }

 private:
  uint64_t m_least;
  int m_keyBits, m_indexBits;  // the latter at most 32
};

// Ascending by all bits from `fromBit` on, what is equal there stays in its order. O(n): first into stretches that fit
// the processor's cache. `scratch` is as large, and holds anything afterwards.
void sortNumbers(std::span<uint64_t> numbers, std::span<uint64_t> scratch, int fromBit, const Workers& workers = {});

}  // namespace waybill::analysis
