// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "layout/time_scale.h"
#include "support/generator_random.h"

namespace waybill::layout {
namespace {

using testing::ElementsAre;

constexpr int64_t kEpoch = 1'767'225'600'000'000'000;
constexpr int64_t kMilli = 1'000'000, kSecond = 1'000'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute;

std::vector<std::string> labels(int64_t from, int64_t to, double width = 500, double spacing = 100) {
  std::vector<std::string> texts;
  for (const AxisTick& tick : axisTicks(TimeScale({kEpoch + from, kEpoch + to}, width), kEpoch, spacing)) {
    texts.push_back(tick.label);
  }
  return texts;
}

std::string base(int64_t from, int64_t to, double width = 500, double spacing = 100) {
  return axisBase(TimeScale({kEpoch + from, kEpoch + to}, width), kEpoch, spacing);
}

TEST(AxisTicks, RoundDistancesFromTheStartOfTheTrace) {
  EXPECT_THAT(labels(0, 100 * kMilli), ElementsAre("0", "20 ms", "40 ms", "60 ms", "80 ms", "100 ms"));
  EXPECT_THAT(labels(0, 125 * kMilli), ElementsAre("0", "25 ms", "50 ms", "75 ms", "100 ms", "125 ms"));
  EXPECT_THAT(labels(3 * kMilli, 100 * kMilli), ElementsAre("20 ms", "40 ms", "60 ms", "80 ms", "100 ms"));
}

TEST(AxisTicks, AsManyDigitsAsNeighboursNeed) {
  EXPECT_THAT(labels(0, 10'000), ElementsAre("0", "2 µs", "4 µs", "6 µs", "8 µs", "10 µs"));
  EXPECT_THAT(labels(0, 12'000), ElementsAre("0", "2.5 µs", "5.0 µs", "7.5 µs", "10.0 µs"));
  EXPECT_THAT(labels(1'200 * kMilli, 1'300 * kMilli),
              ElementsAre("1.20 s", "1.22 s", "1.24 s", "1.26 s", "1.28 s", "1.30 s"));
  EXPECT_THAT(labels(0, 10), ElementsAre("0", "2 ns", "4 ns", "6 ns", "8 ns", "10 ns"));
}

TEST(AxisTicks, MinutesHoursAndDays) {
  EXPECT_THAT(labels(0, 150 * kSecond),
              ElementsAre("0", "30 s", "1 min", "1 min 30 s", "2 min", "2 min 30 s"));
  EXPECT_THAT(labels(0, 70 * kMinute), ElementsAre("0", "15 min", "30 min", "45 min", "1 h"));
  EXPECT_THAT(labels(0, 15 * kHour), ElementsAre("0", "3 h", "6 h", "9 h", "12 h", "15 h"));
  EXPECT_THAT(labels(0, 60 * kHour), ElementsAre("0", "12 h", "1 d", "1 d 12 h", "2 d", "2 d 12 h"));
  EXPECT_THAT(labels(0, 24 * kHour * 365), ElementsAre("0", "100 d", "200 d", "300 d"));
}

TEST(AxisTicks, FarFromTheOriginLabelsCountFromABase) {
  const int64_t deep = 2 * kHour + 3 * kMinute + 4 * kSecond + 4'120;
  EXPECT_THAT(labels(deep, deep + 10),
              ElementsAre("+120 ns", "+122 ns", "+124 ns", "+126 ns", "+128 ns", "+130 ns"));
  EXPECT_EQ(base(deep, deep + 10), "2 h 3 min 4.000004 s");
  EXPECT_THAT(labels(deep - 120, deep - 110),
              ElementsAre("2 h 3 min 4.000004 s", "+2 ns", "+4 ns", "+6 ns", "+8 ns", "+10 ns"))
      << "a tick on the base says where it is";
  EXPECT_EQ(base(0, 100 * kMilli), "");
  const int64_t seconds = 90 * kSecond + 250 * kMilli;
  EXPECT_THAT(labels(seconds, seconds + 50 * kMilli),
              ElementsAre("+250 ms", "+260 ms", "+270 ms", "+280 ms", "+290 ms", "+300 ms"));
  EXPECT_EQ(base(seconds, seconds + 50 * kMilli), "1 min 30 s");
}

TEST(AxisTicks, BeforeTheOriginIsNegative) {
  EXPECT_THAT(labels(-40 * kMilli, 60 * kMilli),
              ElementsAre("−40 ms", "−20 ms", "0", "20 ms", "40 ms", "60 ms"));
}

TEST(AxisTicks, AtLeastTheSpacingApartInRangeAndDistinct) {
  test::Random random(4);
  for (int i = 0; i < 3000; ++i) {
    const int64_t length = (int64_t{10} << random.below(55)) + random.below(1000);
    const int64_t from = static_cast<int64_t>(random.next() >> (4 + random.below(50)));
    const double width = random.between(50, 4000);
    const double spacing = random.between(40, 160);
    const TimeScale scale({from, from + length}, width);
    const int64_t origin = random.chance(0.5) ? from : static_cast<int64_t>(random.next() >> 3);
    const std::vector<AxisTick> ticks = axisTicks(scale, origin, spacing);
    EXPECT_LE(static_cast<double>(ticks.size()), width / spacing + 1.01);
    std::set<std::string> texts;
    for (size_t k = 0; k < ticks.size(); ++k) {
      EXPECT_GE(ticks[k].ns, from);
      EXPECT_LE(ticks[k].ns, from + length);
      EXPECT_TRUE(texts.insert(ticks[k].label).second) << ticks[k].label;
      if (k > 0) {
        EXPECT_GE(scale.x(ticks[k].ns) - scale.x(ticks[k - 1].ns), spacing * 0.999);
      }
    }
    // Rounding a distance up to a round one at most multiplies it by 2.5 (days: 2.5, hours: 2).
    if (width / spacing > 3) {
      EXPECT_GE(ticks.size(), 1U) << length << " " << width << " " << spacing;
    }
  }
}

TEST(AxisTicks, NothingForNoWidth) {
  EXPECT_TRUE(axisTicks(TimeScale({0, 10}, 0), 0, 100).empty());
  EXPECT_TRUE(axisBase(TimeScale({0, 10}, 0), 0, 100).empty());
}

}  // namespace
}  // namespace waybill::layout
