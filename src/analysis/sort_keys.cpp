// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sort_keys.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

namespace waybill::analysis {
namespace {

constexpr size_t kRadixFrom = 2048;  // below, comparing is faster
constexpr int kDigitBits = 11;
constexpr uint64_t kDigits = uint64_t{1} << kDigitBits;

bool byKey(const SortKey& a, const SortKey& b) {
  return a.key < b.key;
}

void radixSort(std::span<SortKey> keys, uint64_t least, uint64_t greatest) {
  std::vector<SortKey> scratch(keys.size());
  std::span<SortKey> from = keys, to = scratch;
  const int bits = 64 - std::countl_zero(greatest - least);
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    const auto digit = [&](const SortKey& k) { return ((k.key - least) >> shift) & (kDigits - 1); };
    std::array<uint32_t, kDigits> at{};
    for (const SortKey& k : from) ++at[digit(k)];
    uint32_t sum = 0;
    for (uint32_t& count : at) {
      const uint32_t here = count;
      count = sum;
      sum += here;
    }
    for (const SortKey& k : from) to[at[digit(k)]++] = k;
    std::swap(from, to);
  }
  if (from.data() != keys.data()) std::copy(from.begin(), from.end(), keys.begin());
}

}  // namespace

void sortKeys(std::span<SortKey> keys) {
  if (std::is_sorted(keys.begin(), keys.end(), byKey)) return;
  if (keys.size() < kRadixFrom) {
    std::stable_sort(keys.begin(), keys.end(), byKey);
    return;
  }
  const auto [least, greatest] = std::minmax_element(keys.begin(), keys.end(), byKey);
  radixSort(keys, least->key, greatest->key);
}

}  // namespace waybill::analysis
