// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sort_keys.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "analysis/distribute.h"
#include "base/large_pages.h"

namespace waybill::analysis {
namespace {

constexpr size_t kRadixFrom = 2048;  // below, comparing is faster
constexpr int kDigitBits = 11;
constexpr uint32_t kDigits = uint32_t{1} << kDigitBits;
constexpr uint32_t kInCache = 8192;  // numbers: with as many of scratch 128 KB
constexpr uint32_t kLarge = 8 * kInCache;

bool byKey(const SortKey& a, const SortKey& b) {
  return a.key < b.key;
}

// By digits from the lowest on.
void radixSort(std::span<SortKey> keys, uint64_t least, uint64_t greatest, const Workers& workers) {
  const auto size = static_cast<uint32_t>(keys.size());
  const auto scratch = makeLarge<SortKey>(size);
  SortKey *from = keys.data(), *to = scratch.get();
  const auto bits = static_cast<int>(std::bit_width(greatest - least));
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

// The same through numbers of half the size; false where there is no room for that. Indexes ascend.
bool sortPacked(std::span<SortKey> keys, uint64_t least, uint64_t greatest, const Workers& workers) {
  const auto size = static_cast<uint32_t>(keys.size());
  const KeyPacking packing(least, greatest, keys.back().index);
  if (!packing.hasRoom()) return false;
  const auto memory = makeLarge<uint64_t>(size_t{2} * size);
  const std::span<uint64_t> numbers(memory.get(), size), scratch(memory.get() + size, size);
  workers.forEachPart(size, [&](uint32_t, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) numbers[i] = packing.packed(keys[i].key, keys[i].index);
  });
  sortNumbers(numbers, scratch, packing.indexBits(), workers);
  workers.forEachPart(size, [&](uint32_t, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) keys[i] = {packing.key(numbers[i]), packing.index(numbers[i])};
  });
  return true;
}

// How far a digit is from the lowest bit on.
struct Bits {
  int from, to;  // [from, to)
};

// Those bits in which any of the numbers differ, from `fromBit` on; none when to <= from.
Bits differingBits(std::span<const uint64_t> numbers, int fromBit) {
  uint64_t any = 0, all = ~uint64_t{0};
  for (const uint64_t number : numbers) {
    any |= number;
    all &= number;
  }
  const uint64_t differing = any ^ all;
  return {std::max(fromBit, std::countr_zero(differing)), static_cast<int>(std::bit_width(differing))};
}

// Few numbers, from one place to another, by digits from the lowest on; an odd number of them, so as to end there.
void sortInCache(std::span<uint64_t> from, std::span<uint64_t> to, int fromBit) {
  const Bits bits = differingBits(from, fromBit);
  const int wide = bits.to - bits.from;
  if (wide <= 0) {
    std::copy(from.begin(), from.end(), to.begin());
    return;
  }
  const int digits = wide <= kDigitBits ? 1 : wide <= 3 * kDigitBits ? 3 : wide <= 5 * kDigitBits ? 5 : 7;
  const int digitBits = (wide + digits - 1) / digits;
  const uint64_t mask = (uint64_t{1} << digitBits) - 1;
  std::array<uint32_t, kDigits> next;
  for (int digit = 0; digit < digits; ++digit) {
    const int shift = std::min(bits.from + digit * digitBits, 63);
    std::fill(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(mask + 1), 0U);
    for (const uint64_t number : from) ++next[number >> shift & mask];
    uint32_t sum = 0;
    for (uint64_t value = 0; value <= mask; ++value) sum += std::exchange(next[value], sum);
    for (const uint64_t number : from) to[next[number >> shift & mask]++] = number;
    std::swap(from, to);
  }
}

}  // namespace

// Goes as deep as there are digits of kDigitBits above `fromBit`.
void sortNumbers(std::span<uint64_t> numbers, std::span<uint64_t> scratch, int fromBit, const Workers& workers) {
  const auto size = static_cast<uint32_t>(numbers.size());
  if (size <= kInCache) {
    std::copy(numbers.begin(), numbers.end(), scratch.begin());
    sortInCache(scratch.first(size), numbers, fromBit);
    return;
  }
  const Bits bits = differingBits(numbers, fromBit);
  if (bits.to <= bits.from) return;
  const int digitBits = std::min({bits.to - bits.from, kDigitBits, static_cast<int>(std::bit_width(size / (kInCache / 4)))});
  const uint32_t digits = uint32_t{1} << digitBits;
  const int shift = bits.to - digitBits;
  const std::vector<uint32_t> begins = distribute(
      size, digits, workers,
      [&](uint32_t begin, uint32_t end, auto&& take) {
        std::for_each(numbers.begin() + begin, numbers.begin() + end, take);
      },
      [&](uint64_t number) { return number >> shift & (digits - 1); }, [&](uint32_t) { return scratch.data(); });
  const auto isLarge = [&](uint32_t digit) { return begins[digit + 1] - begins[digit] > kLarge; };
  // Stretches that begin in the part are the part's.
  workers.forEachPart(size, [&](uint32_t, uint32_t begin, uint32_t end) {
    auto digit = static_cast<uint32_t>(std::lower_bound(begins.begin(), begins.end() - 1, begin) - begins.begin());
    for (; digit < digits && begins[digit] < end; ++digit) {
      const uint32_t first = begins[digit], count = begins[digit + 1] - first;
      if (!isLarge(digit)) sortInCache(scratch.subspan(first, count), numbers.subspan(first, count), fromBit);
    }
  });
  for (uint32_t digit = 0; digit < digits; ++digit) {
    if (!isLarge(digit)) continue;
    const uint32_t first = begins[digit], count = begins[digit + 1] - first;
    std::copy_n(scratch.begin() + first, count, numbers.begin() + first);
    sortNumbers(numbers.subspan(first, count), scratch.subspan(first, count), fromBit, workers);
  }
}

void sortKeys(std::span<SortKey> keys, const Workers& workers) {
  if (std::is_sorted(keys.begin(), keys.end(), byKey)) return;
  if (keys.size() < kRadixFrom) {
    std::stable_sort(keys.begin(), keys.end(), byKey);
    return;
  }
  uint64_t least = keys[0].key, greatest = least;
  bool indexesAscend = true;
  for (size_t i = 1; i < keys.size(); ++i) {
    least = std::min(least, keys[i].key);
    greatest = std::max(greatest, keys[i].key);
    indexesAscend &= keys[i - 1].index < keys[i].index;
  }
  if (!indexesAscend || !sortPacked(keys, least, greatest, workers)) radixSort(keys, least, greatest, workers);
}

}  // namespace waybill::analysis
