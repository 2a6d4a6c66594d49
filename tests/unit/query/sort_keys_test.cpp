// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/sort_keys.h"
#include "query/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stop_token>

#include "support/generator_random.h"

namespace waybill::query {

TEST(SortKeys, IsAStableSort) {
  test::Random random(1);
  for (const uint32_t count : {0U, 1U, 2U, 100U, 257U, 100'000U}) {
    for (const uint64_t mask : {uint64_t{0}, uint64_t{3}, uint64_t{0xFFF000}, uint64_t{0xFF} << 56, ~uint64_t{0}}) {
      std::vector<SortKey> keys(count);
      for (uint32_t i = 0; i < count; ++i) keys[i] = {random.next() & mask, i};
      std::vector<SortKey> sorted = keys;
      std::stable_sort(sorted.begin(), sorted.end(),
                       [](const SortKey& a, const SortKey& b) { return a.number < b.number; });
      ASSERT_TRUE(sortKeys(keys));
      for (uint32_t i = 0; i < count; ++i) {
        ASSERT_EQ(keys[i].number, sorted[i].number);
        ASSERT_EQ(keys[i].item, sorted[i].item);
      }
    }
  }
}

TEST(SortKeys, SortingInPiecesIsSorting) {
  test::Random random(2);
  for (const uint32_t count : {0U, 1U, 4095U, 4096U, 4097U, 50'003U}) {
    std::vector<uint64_t> items(count);
    for (uint64_t& item : items) item = random.below(1000);
    std::vector<uint64_t> sorted = items;
    std::sort(sorted.begin(), sorted.end());
    ASSERT_TRUE(sortInPieces(items, 3, {}));
    ASSERT_EQ(items, sorted);
  }
}

TEST(SortKeys, NumbersKeepTheOrderOfSignedOnes) {
  const int64_t ascending[] = {INT64_MIN, -2, -1, 0, 1, INT64_MAX};
  for (size_t i = 1; i < std::size(ascending); ++i) {
    EXPECT_LT(sortNumber(ascending[i - 1], false), sortNumber(ascending[i], false));
    EXPECT_GT(sortNumber(ascending[i - 1], true), sortNumber(ascending[i], true));
  }
}

TEST(SortKeys, StopsWhenAsked) {
  const auto stop = std::make_unique<std::stop_source>();
  stop->request_stop();
  std::vector<SortKey> keys(1'000);
  for (uint32_t i = 0; i < keys.size(); ++i) keys[i] = {1000 - i, i};
  EXPECT_FALSE(sortKeys(keys, stop->get_token()));
}

}  // namespace waybill::query
