// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sort_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

namespace waybill::analysis {
namespace {

constexpr uint32_t kSizes[] = {0, 1, 2, 63, 2047, 2048, 8192, 8193, 70'000, 300'000};

// Ways in which keys may lie: each gives the key of the i-th.
std::vector<std::pair<const char*, std::function<uint64_t(std::mt19937_64&, uint32_t)>>> spreads() {
  return {{"anywhere", [](auto& random, uint32_t) { return random(); }},
          {"near", [](auto& random, uint32_t) { return 1'700'000'000'000'000'000 + random() % 5'000'000'000; }},
          {"all in one but one", [](auto& random, uint32_t i) { return i == 5 ? 1 : (uint64_t{1} << 39) + random() % 900; }},
          {"ever nearer", [](auto& random, uint32_t) { return random() >> (random() % 64); }},
          {"few", [](auto& random, uint32_t) { return random() % 3 << 40; }},
          {"one", [](auto&, uint32_t) { return uint64_t{7}; }},
          {"backwards", [](auto&, uint32_t i) { return ~uint64_t{i}; }},
          {"forwards", [](auto&, uint32_t i) { return uint64_t{i} / 2; }}};
}

bool isSame(const SortKey& a, const SortKey& b) { return a.key == b.key && a.index == b.index; }

// Indexes ascend, descend, or are in no order, as they are of runs that were sorted before.
TEST(SortKeys, SortLikeAStableSortWhateverTheKeys) {
  std::mt19937_64 random(5);
  for (const auto& [name, keyOf] : spreads()) {
    for (const uint32_t size : kSizes) {
      for (const unsigned threads : {1U, 3U}) {
        for (const int direction : {1, -1, 0}) {
          std::vector<SortKey> keys;
          for (uint32_t i = 0; i < size; ++i) {
            const auto any = static_cast<uint32_t>(random());
            keys.push_back({keyOf(random, i), direction > 0 ? i * 3 : direction < 0 ? size - i : any});
          }
          std::vector<SortKey> expected = keys;
          std::stable_sort(expected.begin(), expected.end(), [](auto& a, auto& b) { return a.key < b.key; });
          sortKeys(keys, {threads, 1000});
          ASSERT_TRUE(std::equal(keys.begin(), keys.end(), expected.begin(), isSame))
              << name << ", " << size << " keys on " << threads << " threads, indexes " << direction;
        }
      }
    }
  }
}

TEST(SortKeys, SortNumbersByTheirUpperBits) {
  constexpr int kFromBit = 13;
  std::mt19937_64 random(6);
  for (const auto& [name, keyOf] : spreads()) {
    for (const uint32_t size : kSizes) {
      std::vector<uint64_t> numbers;
      for (uint32_t i = 0; i < size; ++i) numbers.push_back(keyOf(random, i));
      std::vector<uint64_t> expected = numbers, scratch(size);
      std::stable_sort(expected.begin(), expected.end(),
                       [](uint64_t a, uint64_t b) { return a >> kFromBit < b >> kFromBit; });
      sortNumbers(numbers, scratch, kFromBit, {2, 1000});
      ASSERT_EQ(numbers, expected) << name << ", " << size;
    }
  }
}

TEST(SortKeys, AKeyAndAnIndexComeOutOfTheirNumberAgain) {
  const KeyPacking packing(1000, 1000 + (uint64_t{1} << 40) - 1, (1 << 24) - 1);
  ASSERT_TRUE(packing.hasRoom());
  for (const uint64_t key : {uint64_t{1000}, uint64_t{123'456'789}, 999 + (uint64_t{1} << 40)}) {
    for (const uint32_t index : {0U, 77U, (1U << 24) - 1}) {
      EXPECT_EQ(packing.key(packing.packed(key, index)), key);
      EXPECT_EQ(packing.index(packing.packed(key, index)), index);
    }
  }
  EXPECT_FALSE(KeyPacking(0, uint64_t{1} << 40, (1 << 24) - 1).hasRoom());
  EXPECT_TRUE(KeyPacking(0, UINT64_MAX, 0).hasRoom());
  EXPECT_FALSE(KeyPacking(0, UINT64_MAX, 1).hasRoom());
}

}  // namespace
}  // namespace waybill::analysis
