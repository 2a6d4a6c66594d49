// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gallop.h"

#include <gtest/gtest.h>

namespace waybill::layout {
namespace {

TEST(Gallop, FindsTheBorderWhateverTheGuess) {
  constexpr uint32_t kMost = 40;
  for (uint32_t begin = 0; begin < kMost; ++begin) {
    for (uint32_t end = begin; end < kMost; ++end) {
      for (uint32_t border = begin; border <= end; ++border) {
        for (const uint32_t guess : {0U, 1U, 2U, 5U, 17U, 39U, UINT32_MAX}) {
          const uint32_t found = gallop(begin, end, guess, [&](uint32_t i) {
            EXPECT_TRUE(i >= begin && i < end);
            return i < border;
          });
          ASSERT_EQ(found, border) << begin << ' ' << end << ' ' << guess;
        }
      }
    }
  }
}

TEST(Gallop, LooksAtFewWhenTheGuessIsNear) {
  uint32_t looks = 0;
  const uint32_t found = gallop(0, 1'000'000, 499'990, [&](uint32_t i) {
    ++looks;
    return i < 500'000;
  });
  EXPECT_EQ(found, 500'000U);
  EXPECT_LE(looks, 10U);
}

}  // namespace
}  // namespace waybill::layout
