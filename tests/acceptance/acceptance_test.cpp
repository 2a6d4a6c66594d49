// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "acceptance/table.h"

namespace waybill::acceptance {
namespace {

TEST(Wilson, KnowsSmallSamples) {
  Share share;
  for (int i = 0; i < 10; ++i) share.count(i < 9);
  EXPECT_NEAR(share.low(), 0.596, 0.001);
  EXPECT_NEAR(share.high(), 0.982, 0.001);
}

}  // namespace
}  // namespace waybill::acceptance
