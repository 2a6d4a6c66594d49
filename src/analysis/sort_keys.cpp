// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sort_keys.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "analysis/distribute.h"
#include "base/large_pages.h"

namespace waybill::analysis {
namespace {

constexpr size_t kRadixFrom = 2048;  // below, comparing is faster
constexpr int kDigitBits = 11;
constexpr uint32_t kDigits = uint32_t{1} << kDigitBits;

bool byKey(const SortKey& a, const SortKey& b) {
  return a.key < b.key;
}

// By digits from the lowest on.
void radixSort(std::span<SortKey> keys, uint64_t least, uint64_t greatest, const Workers& workers) {
  const auto size = static_cast<uint32_t>(keys.size());
  const auto scratch = makeLarge<SortKey>(size);
  SortKey *from = keys.data(), *to = scratch.get();
  const int bits = 64 - std::countl_zero(greatest - least);
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    distribute(
        size, kDigits, workers,
        [&](uint32_t begin, uint32_t end, auto&& take) { std::for_each(from + begin, from + end, take); },
        [&](const SortKey& k) { return ((k.key - least) >> shift) & (kDigits - 1); },
        [&](uint32_t) { return to; });
    std::swap(from, to);
  }
  if (from != keys.data()) std::copy(from, from + size, keys.data());
}

}  // namespace

void sortKeys(std::span<SortKey> keys, const Workers& workers) {
  if (std::is_sorted(keys.begin(), keys.end(), byKey)) return;
  if (keys.size() < kRadixFrom) {
    std::stable_sort(keys.begin(), keys.end(), byKey);
    return;
  }
  const auto [least, greatest] = std::minmax_element(keys.begin(), keys.end(), byKey);
  radixSort(keys, least->key, greatest->key, workers);
}

}  // namespace waybill::analysis
