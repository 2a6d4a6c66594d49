// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sort_keys.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
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

// By digits from the lowest on. Each part of the keys counts and moves its own, behind those of the same digit
// in the parts before it, so that the order does not depend on the number of parts.
void radixSort(std::span<SortKey> keys, uint64_t least, uint64_t greatest, const Workers& workers) {
  const auto size = static_cast<uint32_t>(keys.size());
  const auto scratch = std::make_unique_for_overwrite<SortKey[]>(size);
  std::span<SortKey> from = keys, to(scratch.get(), size);
  std::vector<std::array<uint32_t, kDigits>> at(workers.partsOf(size));
  const int bits = 64 - std::countl_zero(greatest - least);
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    const auto digit = [&](const SortKey& k) { return ((k.key - least) >> shift) & (kDigits - 1); };
    workers.forEachPart(size, [&](uint32_t part, uint32_t begin, uint32_t end) {
      at[part].fill(0);
      for (const SortKey& k : from.subspan(begin, end - begin)) ++at[part][digit(k)];
    });
    uint32_t sum = 0;
    for (size_t value = 0; value < kDigits; ++value) {
      for (auto& part : at) sum += std::exchange(part[value], sum);
    }
    workers.forEachPart(size, [&](uint32_t part, uint32_t begin, uint32_t end) {
      for (const SortKey& k : from.subspan(begin, end - begin)) to[at[part][digit(k)]++] = k;
    });
    std::swap(from, to);
  }
  if (from.data() != keys.data()) std::copy(from.begin(), from.end(), keys.begin());
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
