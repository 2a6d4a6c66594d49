// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rank_bits.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/ascending_numbers.h"
#include "base/select_bits.h"
#include "base/sorted_order.h"
#include "support/generator_random.h"

namespace waybill {
namespace {

constexpr uint32_t kSizes[] = {0, 1, 63, 64, 65, 255, 256, 257, 5'000};

// Some dense, some sparse, some in clusters.
std::vector<bool> someBits(uint32_t size, uint32_t oneIn, test::Random& random) {
  std::vector<bool> out(size);
  bool clustered = false;
  for (uint32_t i = 0; i < size; ++i) {
    if (random.below(300) == 0) clustered = !clustered;
    out[i] = random.below(oneIn) == 0 && !clustered;
  }
  return out;
}

TEST(SelectBits, SayWhereTheKthStandsAndHowManyAreBefore) {
  test::Random random(1);
  for (const uint32_t size : kSizes) {
    for (const uint32_t oneIn : {1U, 2U, 7U, 1'000U, 1'000'000'000U}) {
      const std::vector<bool> set = someBits(size, oneIn, random);
      SelectBits bits(size);
      for (uint32_t i = 0; i < size; ++i) {
        if (set[i]) bits.set(i);
      }
      bits.count();
      uint32_t ones = 0, zeros = 0;
      for (uint32_t i = 0; i < size; ++i) {
        ASSERT_EQ(bits[i], set[i]);
        ASSERT_EQ(bits.rank(i), ones);
        ASSERT_EQ(set[i] ? bits.one(ones) : bits.zero(zeros), i);
        if (set[i] && ones > 0) {
          ASSERT_EQ(bits.oneAfter(bits.one(ones - 1)), i);
        }
        ++(set[i] ? ones : zeros);
      }
      ASSERT_EQ(bits.rank(size), ones);
      ASSERT_EQ(bits.ones(), ones);
      ASSERT_EQ(bits.zeros(), zeros);
    }
  }
}

TEST(SortedOrder, IsThatOfAStableSortByKeys) {
  test::Random random(2);
  for (const uint32_t size : kSizes) {
    for (const uint32_t keyCount : {1U, 2U, 3U, 12U, 300U, 100'000U}) {
      std::vector<uint32_t> keys(size);
      for (uint32_t& key : keys) key = random.chance(0.25) ? 0 : random.below(keyCount);
      std::vector<uint32_t> expected(size);
      std::iota(expected.begin(), expected.end(), 0U);
      std::stable_sort(expected.begin(), expected.end(), [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
      const SortedOrder order(keys);
      for (uint32_t place = 0; place < size; ++place) {
        ASSERT_EQ(order.placeOf(expected[place]), place);
      }
    }
  }
}

TEST(SortedOrder, OfOneKeyIsTheOrderAsItIs) {
  const SortedOrder order(std::vector<uint32_t>(10, 0));
  EXPECT_EQ(order.placeOf(7), 7U);
}

TEST(AscendingNumbers, AreFoundByPositionAndOneAfterAnother) {
  test::Random random(3);
  for (const uint32_t size : kSizes) {
    for (const uint64_t step : {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{13}, uint64_t{1'000'000'000}}) {
      std::vector<uint64_t> numbers(size);
      uint64_t number = 0;
      for (uint64_t& at : numbers) {
        at = number;
        number += random.chance(0.01) ? step * 1'000 : random.below(static_cast<uint32_t>(2 * step + 1));
      }
      AscendingNumbers ascending(size, number + 1);
      for (uint32_t i = size; i-- > 0;) ascending.set(i, numbers[i]);  // in any order
      ascending.count();
      AscendingNumbers::Position at;
      for (uint32_t i = 0; i < size; ++i) {
        ASSERT_EQ(ascending[i], numbers[i]);
        at = i == 0 ? ascending.position(0) : ascending.after(at);
        ASSERT_EQ(ascending.numberAt(at), numbers[i]);
      }
    }
  }
}

}  // namespace
}  // namespace waybill
