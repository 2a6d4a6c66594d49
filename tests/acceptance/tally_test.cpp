// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/tally.h"

#include <gtest/gtest.h>

namespace waybill::acceptance {
namespace {

TEST(Wilson, GivesTheIntervalsOfTheTextbooks) {
  Share share{9, 10};
  EXPECT_NEAR(share.low(), 0.596, 0.001);
  EXPECT_NEAR(share.high(), 0.982, 0.001);
  EXPECT_NEAR((Share{0, 200}.high()), 0.0188, 0.0001);
  EXPECT_EQ((Share{190, 200}.text()), "0.950 [0.910, 0.973] n=200");
}

TEST(Wilson, KnowsNothingOfNothing) {
  EXPECT_EQ(Share{}.low(), 0);
  EXPECT_EQ(Share{}.high(), 1);
}

TEST(Quantile, IsTheSmallestValueThatEnoughDoNotExceed) {
  EXPECT_EQ(quantile({5, 1, 4, 2, 3}, 0.5), 3);
  EXPECT_EQ(quantile({5, 1, 4, 2, 3}, 0.9), 5);
  EXPECT_EQ(quantile({5, 1, 4, 2, 3}, 0), 1);
  EXPECT_EQ(quantile({}, 0.5), 0);
}

}  // namespace
}  // namespace waybill::acceptance
