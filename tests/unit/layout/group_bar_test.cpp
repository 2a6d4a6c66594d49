// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/group_bar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "layout/gantt_layout.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::OperationKey;
using analysis::TraceTree;
using test::kNoParent;
using test::TreeSpan;

struct Times {
  int64_t startNs, endNs;
};

// All spans below the root are one group.
struct OneGroup {
  TraceTree tree;
  SiblingGroups groups;

  explicit OneGroup(const std::vector<Times>& times)
      : tree(treeOf(times)), groups(tree, std::vector<OperationKey>(tree.size(), OperationKey{7})) {}
  static TraceTree treeOf(const std::vector<Times>& times) {
    std::vector<TreeSpan> spans{{kNoParent, 0, 1'000'000}};
    for (const Times& at : times) spans.push_back({0, at.startNs, at.endNs, 1, at.startNs == 300});
    return test::treeOf(spans);
  }
  DrawList draw(TimeRange range, double width) const {
    DrawList out;
    drawGroup(tree, groups, GroupIndex(0), TimeScale(range, width), 3, out);
    return out;
  }
};

std::vector<Times> serial(int count, int64_t stepNs, int64_t durationNs) {
  std::vector<Times> out;
  for (int i = 0; i < count; ++i) out.push_back({i * stepNs, i * stepNs + durationNs});
  return out;
}

TEST(GroupBar, MembersWithRoomAreDrawnOneByOneWithTheGapsBetween) {
  const OneGroup group(serial(10, 100, 60));
  const DrawList list = group.draw({0, 1000}, 1000);
  ASSERT_EQ(list.size(), 11U);
  EXPECT_EQ(list[0].kind, DrawKind::Folded);
  EXPECT_EQ(list[0].count, 10U);
  EXPECT_FLOAT_EQ(list[0].width, 960);
  for (uint32_t i = 0; i < 10; ++i) {
    const DrawRect& member = list[i + 1];
    EXPECT_EQ(member.kind, DrawKind::Member);
    EXPECT_EQ(member.lane, 3U);
    EXPECT_EQ(member.count, 1U);
    EXPECT_EQ(member.node, group.groups.member(GroupIndex(0), i));
    EXPECT_FLOAT_EQ(member.x, static_cast<float>(i * 100));
    EXPECT_FLOAT_EQ(member.width, 60);
    EXPECT_EQ(member.error, i == 3);
  }
}

TEST(GroupBar, ManyInAPixelAreOneRectangleThatSaysHowManyAndAGapStaysAGap) {
  std::vector<Times> times = serial(5'000, 10, 10);
  for (Times& at : times) {
    if (at.startNs >= 25'000) at = {at.startNs + 50'000, at.endNs + 50'000};
  }
  const DrawList list = OneGroup(times).draw({0, 100'000}, 100);
  // The first pixel has an error, and is not lost among the others.
  ASSERT_EQ(list.size(), 4U);
  EXPECT_TRUE(list[1].error);
  EXPECT_EQ(list[1].count + list[2].count, 2'500U);
  EXPECT_LE(list[1].width, 1.5F);
  EXPECT_NEAR(list[2].x + list[2].width, 25, 0.5);  // the last of it is a pixel wide
  EXPECT_FALSE(list[2].error);
  EXPECT_EQ(list[3].count, 2'500U);
  EXPECT_FLOAT_EQ(list[3].x, 75);
  EXPECT_FALSE(list[3].error);
}

TEST(GroupBar, WhatBeganBeforeThePictureAndGoesOnIsSeen) {
  std::vector<Times> times = serial(40, 10, 5);
  times[2].endNs = 900;
  const DrawList list = OneGroup(times).draw({500, 1000}, 500);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_LE(list[1].x, 0);
  EXPECT_FLOAT_EQ(list[1].x + list[1].width, 400);
}

TEST(GroupBar, NothingOutsideOfThePicture) {
  const OneGroup group(serial(40, 10, 5));
  EXPECT_TRUE(group.draw({500, 1000}, 500).empty());
  EXPECT_TRUE(group.draw({-500, 0}, 500).size() <= 1);
}

// Whatever the members: each counted once, a pixel is drawn exactly where one is.
TEST(GroupBar, CountsEveryMemberOnceAndDrawsExactlyWhereOneRuns) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    test::Random random(seed);
    std::vector<Times> times;
    const uint32_t count = 8 + random.below(3'000), spread = 1 + random.below(200'000), longest = 1 + random.below(3'000);
    for (uint32_t i = 0; i < count; ++i) {
      const int64_t start = random.below(spread);
      times.push_back({start, start + random.below(random.chance(0.02) ? 50 * longest : longest)});
    }
    const OneGroup group(times);
    const int64_t from = random.below(spread / 2 + 1);
    const TimeRange range{from, from + 1 + random.below(spread)};
    const TimeScale scale(range, 400);
    const DrawList list = group.draw(range, 400);
    uint64_t counted = 0;
    std::vector<bool> drawn(400, false);
    for (const DrawRect& rect : list) {
      if (rect.kind != DrawKind::Member) continue;
      EXPECT_GE(rect.width, 0.99F);
      counted += rect.count;
      for (int x = std::max(0, static_cast<int>(std::ceil(rect.x + 1.01F)));
           x < std::min(400, static_cast<int>(rect.x + rect.width - 1.01F)); ++x)
        drawn[static_cast<size_t>(x)] = true;
    }
    uint64_t least = 0, most = 0;
    std::vector<bool> expected(400, false), touched(400, false);
    for (const Times& at : times) {
      if (at.startNs < range.endNs && at.endNs > range.startNs) ++least;
      if (at.startNs <= range.endNs) ++most;
      const double x0 = scale.x(at.startNs), x1 = scale.x(at.endNs);
      for (int x = std::max(0, static_cast<int>(x0) - 3); x < std::min(400, static_cast<int>(x1) + 4); ++x)
        touched[static_cast<size_t>(x)] = true;
      for (int x = std::max(0, static_cast<int>(std::ceil(x0)) + 2); x < std::min(400, static_cast<int>(x1) - 2); ++x)
        expected[static_cast<size_t>(x)] = true;
    }
    EXPECT_GE(counted, least) << seed;
    EXPECT_LE(counted, most) << seed;
    for (size_t x = 0; x < 400; ++x) {
      EXPECT_TRUE(drawn[x] || !expected[x]) << seed << " at " << x;
      EXPECT_TRUE(touched[x] || !drawn[x]) << seed << " at " << x;
    }
    EXPECT_LE(list.size(), 2 * 400U + 3);
  }
}

TEST(GanttLayout, AHeaderRowShowsItsMembersAndOtherRowsStayAsTheyAre) {
  const OneGroup group(serial(10, 100, 60));
  const analysis::CriticalPath path = test::pathThrough(group.tree);
  const GanttLayout layout(group.tree, path);
  GanttRows rows(group.tree, &group.groups);
  const auto members = [&](const DrawList& list) {
    return std::count_if(list.begin(), list.end(), [](const DrawRect& r) { return r.kind == DrawKind::Member; });
  };
  const TimeScale scale({0, 1000}, 1000);
  EXPECT_EQ(members(layout.draw(rows, scale, 0, 10)), 10);
  rows.setFolded(GroupIndex(0), false);
  const DrawList open = layout.draw(rows, scale, 0, 20);
  EXPECT_EQ(members(open), 10);
  EXPECT_EQ(std::count_if(open.begin(), open.end(), [](const DrawRect& r) { return r.kind == DrawKind::Span; }), 11);
}

}  // namespace
}  // namespace waybill::layout
