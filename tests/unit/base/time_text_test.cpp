// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace waybill {

constexpr int64_t kMs = 1'000'000, kS = 1'000 * kMs;

TEST(DurationText, ReadsAtAGlance) {
  EXPECT_EQ(durationText(0), "0 ns");
  EXPECT_EQ(durationText(850), "850 ns");
  EXPECT_EQ(durationText(1'200), "1.2 µs");
  EXPECT_EQ(durationText(140 * kMs), "140 ms");
  EXPECT_EQ(durationText(37'712'345), "37.7 ms");
  EXPECT_EQ(durationText(1'204 * kMs), "1.204 s");
  EXPECT_EQ(durationText(123 * kS), "2 min 3 s");
  EXPECT_EQ(durationText(60 * kS), "1 min");
  EXPECT_EQ(durationText(int64_t{3600} * 3 * kS + 720 * kS), "3 h 12 min");
  EXPECT_EQ(durationText(-2 * kMs), "−2 ms");
}

TEST(DurationText, RoundingNeverPrintsAThousandOfAUnit) {
  EXPECT_EQ(durationText(999'499), "999 µs");
  EXPECT_EQ(durationText(999'999), "1 ms");
  EXPECT_EQ(durationText(999'999'999), "1 s");
  EXPECT_EQ(durationText(59'999 * kMs + 999'999), "1 min");
}

TEST(DurationText, HasNoLimit) {
  EXPECT_FALSE(durationText(std::numeric_limits<int64_t>::max()).empty());
  EXPECT_FALSE(durationText(std::numeric_limits<int64_t>::min()).empty());
}

TEST(DurationText, ExactKeepsEveryDigit) {
  EXPECT_EQ(exactDurationText(140'000'123), "140.000123 ms");
  EXPECT_EQ(exactDurationText(1'204'000'001), "1.204000001 s");
  EXPECT_EQ(exactDurationText(7), "7 ns");
  EXPECT_EQ(exactDurationText(1'001), "1.001 µs");
}

TEST(PercentText, OnlyNothingIsZero) {
  EXPECT_EQ(percentText(140, 155), "90 %");
  EXPECT_EQ(percentText(1, 1'000), "<1 %");
  EXPECT_EQ(percentText(0, 1'000), "0 %");
  EXPECT_EQ(percentText(5, 0), "0 %");
}

TEST(CountText, GroupsThousands) {
  EXPECT_EQ(countText(0), "0");
  EXPECT_EQ(countText(999), "999");
  EXPECT_EQ(countText(41'302), "41,302");
  EXPECT_EQ(countText(1'000'000), "1,000,000");
}

TEST(BytesText, UsesPowersOfAThousand) {
  EXPECT_EQ(bytesText(12), "12 bytes");
  EXPECT_EQ(bytesText(446'000'000), "446 MB");
  EXPECT_EQ(bytesText(1'240'000'000), "1.2 GB");
}

TEST(IsoTimeText, IsUtcWithNanoseconds) {
  EXPECT_EQ(isoTimeText(0), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(isoTimeText(-1), "1969-12-31T23:59:59.999999999Z");
}

}  // namespace waybill
