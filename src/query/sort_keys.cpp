// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/sort_keys.h"

#include <algorithm>
#include <array>
#include <utility>

namespace waybill::query {
namespace {

constexpr unsigned kDigitBits = 11;  // the counters of a pass fit the first cache
constexpr size_t kDigits = size_t{1} << kDigitBits;
constexpr size_t kFew = 256;         // below, comparing is faster

}  // namespace

bool sortKeys(std::vector<SortKey>& keys, const std::stop_token& stop) {
  if (keys.size() <= kFew) {
    std::stable_sort(keys.begin(), keys.end(), [](const SortKey& a, const SortKey& b) { return a.number < b.number; });
    return !stop.stop_requested();
  }
  uint64_t differing = 0;
  for (const SortKey& key : keys) differing |= key.number ^ keys.front().number;
  std::vector<SortKey> other(keys.size());
  for (unsigned shift = 0; shift < 64; shift += kDigitBits) {
    if ((differing >> shift & (kDigits - 1)) == 0) continue;
    if (stop.stop_requested()) return false;
    const auto digit = [shift](const SortKey& key) { return key.number >> shift & (kDigits - 1); };
    std::array<uint32_t, kDigits> places{};
    for (const SortKey& key : keys) ++places[digit(key)];
    uint32_t sum = 0;
    for (uint32_t& place : places) sum += std::exchange(place, sum);
    for (const SortKey& key : keys) other[places[digit(key)]++] = key;
    keys.swap(other);
  }
  return true;
}

}  // namespace waybill::query
