// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/time_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/generator_random.h"

namespace waybill::layout {
namespace {

constexpr int64_t kEpoch = 1'767'225'600'000'000'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(TimeScale, TenNanosecondsOfAnyDayAreExact) {
  const TimeScale scale({kEpoch + 7, kEpoch + 17}, 1000);
  for (int64_t ns = 0; ns <= 10; ++ns) {
    EXPECT_EQ(scale.x(kEpoch + 7 + ns), static_cast<double>(ns) * 100);
    EXPECT_EQ(scale.ns(static_cast<double>(ns) * 100), kEpoch + 7 + ns);
    EXPECT_EQ(scale.ns(static_cast<double>(ns) * 100 + 99), kEpoch + 7 + ns)
        << "a pixel belongs to its nanosecond";
  }
}

TEST(TimeScale, ThereAndBackIsTheSameTimeAtEveryZoom) {
  test::Random random(1);
  for (int64_t length = 10; length < kSecond * 86'400 * 365; length = length * 7 / 2) {
    const TimeScale scale({kEpoch, kEpoch + length}, 1917.5);
    for (int i = 0; i < 200; ++i) {
      const auto offset = static_cast<int64_t>(random.unit() * static_cast<double>(length));
      const int64_t error = scale.ns(scale.x(kEpoch + offset)) - (kEpoch + offset);
      EXPECT_LE(std::abs(error), length >> 48) << length << " " << offset;
    }
  }
}

TEST(TimeScale, IsFiniteWhateverItIsAsked) {
  for (const TimeRange range :
       {TimeRange{kMin, kMax}, TimeRange{0, kMax}, TimeRange{kMax - 10, kMax}, TimeRange{5, 5}}) {
    for (const double width : {0.0, -3.0, 1.0, 1e9, std::nan("")}) {
      const TimeScale scale(range, width);
      for (const int64_t ns : {kMin, int64_t{0}, kEpoch, kMax}) EXPECT_TRUE(std::isfinite(scale.x(ns)));
      EXPECT_EQ(scale.ns(std::nan("")), range.startNs);
      scale.ns(1e300);
      scale.ns(-1e300);
    }
  }
  EXPECT_EQ(TimeScale({0, 10}, 100).ns(1e300), kMax);
  EXPECT_EQ(TimeScale({0, 10}, 100).ns(-1e300), kMin);
}

TEST(TimeScale, ZoomKeepsTheTimeUnderTheCursor) {
  const TimeRange bounds{kEpoch, kEpoch + 3 * 3600 * kSecond};
  TimeScale scale(bounds, 1600);
  const int64_t target = kEpoch + 2 * 3600 * kSecond + 3'004'000'004'120;
  const double x = scale.x(target);
  for (int i = 0; i < 400 && scale.range().durationNs() > TimeScale::kMinDurationNs; ++i) {
    const TimeRange next = scale.zoomedAt(scale.x(target), 1.1, bounds);
    EXPECT_LT(next.durationNs(), scale.range().durationNs()) << "a zoom never gets stuck";
    scale = TimeScale(next, 1600);
    EXPECT_LE(scale.range().startNs, target);
    EXPECT_GE(scale.range().endNs, target);
    const double drift = std::abs(scale.x(target) - x);
    const double allowed = 1 + 400 * 0.5 * 1600 / static_cast<double>(next.durationNs());
    EXPECT_LE(drift, allowed) << next.durationNs();
  }
  EXPECT_EQ(scale.range().durationNs(), TimeScale::kMinDurationNs);
  for (int i = 0; i < 400; ++i) scale = TimeScale(scale.zoomedAt(800, 0.9, bounds), 1600);
  EXPECT_EQ(scale.range(), bounds) << "zooming out ends at the whole trace";
}

TEST(TimeScale, ZoomStaysInsideTheTrace) {
  const TimeRange bounds{kEpoch, kEpoch + 1000};
  const TimeScale scale({kEpoch, kEpoch + 100}, 500);
  EXPECT_EQ(scale.zoomedAt(500, 0.5, bounds), (TimeRange{kEpoch, kEpoch + 200}));
  EXPECT_EQ(scale.zoomedAt(0, 1e9, bounds), (TimeRange{kEpoch, kEpoch + 10}));
  EXPECT_EQ(scale.zoomedAt(250, std::nan(""), bounds), scale.range());
  EXPECT_EQ(scale.zoomedAt(250, 0, bounds), scale.range());
  EXPECT_EQ(scale.zoomedAt(250, 1e-300, bounds), bounds);
}

TEST(TimeScale, PansByPixelsUpToTheEdges) {
  const TimeRange bounds{kEpoch, kEpoch + 1000};
  const TimeScale scale({kEpoch + 100, kEpoch + 200}, 200);
  EXPECT_EQ(scale.pannedBy(20, bounds), (TimeRange{kEpoch + 110, kEpoch + 210}));
  EXPECT_EQ(scale.pannedBy(-20, bounds), (TimeRange{kEpoch + 90, kEpoch + 190}));
  EXPECT_EQ(scale.pannedBy(-1e12, bounds), (TimeRange{kEpoch, kEpoch + 100}));
  EXPECT_EQ(scale.pannedBy(1e300, bounds), (TimeRange{kEpoch + 900, kEpoch + 1000}));
}

TEST(ClampRange, MovesThenShrinks) {
  const TimeRange bounds{100, 200};
  EXPECT_EQ(clampRange({120, 150}, bounds), (TimeRange{120, 150}));
  EXPECT_EQ(clampRange({50, 80}, bounds), (TimeRange{100, 130}));
  EXPECT_EQ(clampRange({190, 230}, bounds), (TimeRange{160, 200}));
  EXPECT_EQ(clampRange({0, 1000}, bounds), bounds);
  EXPECT_EQ(clampRange({120, 121}, bounds), (TimeRange{120, 130}));
  EXPECT_EQ(clampRange({120, 90}, bounds), (TimeRange{120, 130})) << "an inverted range is an empty one";
  EXPECT_EQ(clampRange({7, 9}, {5, 6}), (TimeRange{5, 15})) << "shorter than the closest zoom";
  EXPECT_EQ(clampRange({kMin, kMax}, {kMax - 1, kMax}), (TimeRange{kMax - 10, kMax}));
}

}  // namespace
}  // namespace waybill::layout
