// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/sort_keys.h"
#include "query/text_ranks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

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

TEST(TextRanks, AreThoseOfComparing) {
  test::Random random(3);
  for (const uint32_t count : {0U, 1U, 63U, 65U, 20'000U}) {
    // Few letters, zeros among them, and long common beginnings.
    std::vector<std::string> texts(count);
    for (std::string& text : texts) {
      text = random.chance(0.7) ? "unknown_service get /users/" : "";
      for (uint32_t n = random.below(20); n > 0; --n) text += std::string("\0ab\xFF", 4)[random.below(4)];
    }
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<std::string> sorted = texts;
    std::sort(sorted.begin(), sorted.end());
    const auto ranks = rankTexts(views);
    for (uint32_t i = 0; i < count; ++i) {
      const auto first = std::lower_bound(sorted.begin(), sorted.end(), texts[i]);
      ASSERT_EQ((*ranks)[i], static_cast<uint32_t>(first - sorted.begin()));
    }
  }
}

TEST(TextRanks, ManyEqualTextsAreOneRank) {
  const std::vector<std::string_view> texts(1'000, "the same text everywhere");
  EXPECT_EQ(*rankTexts(texts), std::vector<uint32_t>(1'000, 0));
}

}  // namespace waybill::query
