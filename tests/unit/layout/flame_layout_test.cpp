// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/flame_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "layout/lane_packing.h"
#include "layout/visible_pixels.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;
using test::kNoParent;
using testing::ElementsAre;

std::vector<uint32_t> lanesOf(const TraceTree& tree) {
  const FlameLayout layout(tree);
  std::vector<uint32_t> lanes;
  for (uint32_t i = 0; i < tree.size(); ++i) lanes.push_back(layout.laneOf(NodeIndex(i)));
  return lanes;
}

TEST(FlameLanes, SerialChildrenShareTheLaneBelow) {
  EXPECT_THAT(lanesOf(test::treeOf({{kNoParent, 0, 100}, {0, 10, 20}, {0, 20, 30}, {0, 40, 100}})),
              ElementsAre(0, 1, 1, 1));
}

TEST(FlameLanes, OverlappingChildrenGoDeeperAndSubtreesStayTogether) {
  // a with its child, then b, which overlaps both, then c after all of them.
  EXPECT_THAT(
      lanesOf(test::treeOf({{kNoParent, 0, 100}, {0, 10, 50}, {1, 20, 45}, {0, 30, 60}, {0, 70, 80}})),
      ElementsAre(0, 1, 2, 3, 1));
}

TEST(FlameLanes, SpansWithoutDurationDoNotShareAPlace) {
  EXPECT_THAT(lanesOf(test::treeOf({{kNoParent, 0, 100}, {0, 10, 10}, {0, 10, 10}, {0, 11, 11}})),
              ElementsAre(0, 1, 2, 1));
}

TEST(FlameLanes, AreAsManyAsOverlapHoweverManyAndFreeAgainAfterThem) {
  constexpr uint32_t kOverlapping = 70'000, kAfter = 10;
  std::vector<test::TreeSpan> spans{{kNoParent, 0, 1'000'000}};
  for (uint32_t i = 0; i < kOverlapping; ++i) spans.push_back({0, i, 200'000});
  for (uint32_t i = 0; i < kAfter; ++i) spans.push_back({0, 300'000, 400'000});
  const std::vector<uint32_t> lanes = lanesOf(test::treeOf(spans));
  for (uint32_t i = 0; i <= kOverlapping; ++i) ASSERT_EQ(lanes[i], i);
  for (uint32_t i = 0; i < kAfter; ++i) ASSERT_EQ(lanes[kOverlapping + 1 + i], i + 1);
}

TEST(FlameLanes, RootsSideBySideShareALane) {
  EXPECT_THAT(lanesOf(test::treeOf({{kNoParent, 0, 100}, {kNoParent, 50, 150}, {kNoParent, 100, 200}})),
              ElementsAre(0, 1, 0));
}

// The rule again, slowly: the first lane below the parent's in which nothing placed before ends later.
std::vector<uint32_t> slowLanes(const TraceTree& tree) {
  std::vector<uint32_t> lanes;
  std::vector<int64_t> ends;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    uint32_t lane = tree.parent[i] == TraceTree::kNone ? 0 : lanes[tree.parent[i]] + 1;
    while (lane < ends.size() && ends[lane] > tree.startNs[i]) ++lane;
    if (lane == ends.size()) ends.push_back(0);
    ends[lane] = occupiedEndNs(tree.startNs[i], tree.endNs[i]);
    lanes.push_back(lane);
  }
  return lanes;
}

TEST(FlameLanes, OfRandomTreesAreAsTheRuleSaysAndNeverOverlap) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const TraceTree tree = test::randomTree(seed, static_cast<uint32_t>(1 + seed * 17));
    EXPECT_EQ(lanesOf(tree), slowLanes(tree));
    const FlameLayout layout(tree);
    for (uint32_t i = 0; i < tree.size(); ++i) {
      const NodeIndex node(i);
      if (tree.parent[i] != TraceTree::kNone) {
        EXPECT_GT(layout.laneOf(node), layout.laneOf(NodeIndex(tree.parent[i])));
      }
      if (const auto next = layout.nextInLane(node)) {
        EXPECT_EQ(layout.laneOf(*next), layout.laneOf(node));
        EXPECT_LE(occupiedEndNs(tree.startNs[i], tree.endNs[i]), tree.startNs[next->value]);
        EXPECT_EQ(layout.previousInLane(*next), node);
      }
    }
  }
}

// What must hold of any drawing, compared with looking at every span.
void expectFaithful(const TraceTree& tree, const FlameLayout& layout, const TimeScale& scale, uint32_t first,
                    uint32_t count) {
  const DrawList list = layout.draw(scale, first, count);
  const uint32_t lanes = std::min(first + count, layout.laneCount());
  std::map<uint32_t, uint32_t> counted, expected;
  std::map<uint32_t, uint32_t> entries;
  std::map<uint32_t, std::vector<DrawRect>> byLane;
  for (const DrawRect& rect : list) {
    counted[rect.lane] += rect.count;
    ++entries[rect.lane];
    byLane[rect.lane].push_back(rect);
    EXPECT_GE(rect.width, 1) << "nothing is ever invisible";
    EXPECT_GE(rect.x, -kOverhangPixels);
    EXPECT_LE(rect.x + rect.width, scale.width() + kOverhangPixels + 1e-3);
    EXPECT_EQ(rect.service, tree.service[rect.node.value]);
    EXPECT_EQ(rect.kind == DrawKind::Folded, rect.count > 1);
    EXPECT_TRUE(rect.lane >= first && rect.lane < lanes);
  }
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const uint32_t lane = layout.laneOf(NodeIndex(i));
    if (lane < first || lane >= lanes || !isVisible(tree.startNs[i], tree.endNs[i], scale.range())) continue;
    ++expected[lane];
    const double x0 = std::clamp(scale.x(tree.startNs[i]), 0.0, scale.width());
    const double x1 = std::clamp(scale.x(tree.endNs[i]), x0, scale.width());
    bool covered = false, error = false;
    for (const DrawRect& rect : byLane[lane]) {
      const bool covers = rect.x <= x0 + 0.01 && rect.x + rect.width >= x1 - 0.01;
      const bool touches = rect.x <= x1 + 1 && rect.x + rect.width >= x0 - 1;
      const bool longest = tree.durationNs(rect.node) >= tree.durationNs(NodeIndex(i));
      // What is narrower than a pixel takes the column that it begins in.
      const bool shows = covers || (touches && (rect.kind == DrawKind::Folded || x1 - x0 < 1));
      covered = covered || (shows && longest);
      error = error || (touches && rect.error);
    }
    EXPECT_TRUE(covered) << "span " << i << " of lane " << lane << " at " << x0 << "…" << x1;
    if (tree.has(NodeIndex(i), analysis::NodeBits::kError)) {
      EXPECT_TRUE(error);
    }
  }
  EXPECT_EQ(counted, expected) << "every span in the range is counted once";
  for (const auto& [lane, n] : entries) EXPECT_LE(n, 2 * scale.width() + 2);
}

TEST(FlameDraw, ShowsEverySpanOfRandomTreesAtEveryZoom) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    const TraceTree tree = test::randomTree(seed, static_cast<uint32_t>(1 + seed * 23));
    const FlameLayout layout(tree);
    for (const double width : {1.0, 37.5, 400.0}) {
      for (const TimeRange& range : test::rangesOf(tree, seed, 12)) {
        expectFaithful(tree, layout, TimeScale(range, width), 0, layout.laneCount());
        expectFaithful(tree, layout, TimeScale(range, width), layout.laneCount() / 2, 3);
      }
    }
  }
}

TEST(FlameDraw, ShowsEverySpanWhereManyCrowdAPixel) {
  test::Random random(5);
  for (int round = 0; round < 6; ++round) {
    std::vector<test::TreeSpan> spans{{kNoParent, 0, 10'000'000, 1}};
    int64_t now = 0;
    while (spans.size() < 3'000) {
      now += random.chance(0.01) ? random.below(400'000) : random.below(1'500);
      const int64_t length = random.chance(0.004) ? random.below(300'000) : random.below(800);
      spans.push_back({0, now, now + length, 1 + random.below(3), random.chance(0.01)});
      if (random.chance(0.7)) now += length;
    }
    const TraceTree tree = test::treeOf(spans);
    const FlameLayout layout(tree);
    for (const double width : {3.0, 41.5, 300.0}) {
      for (const TimeRange& range : test::rangesOf(tree, static_cast<uint64_t>(round), 6)) {
        expectFaithful(tree, layout, TimeScale(range, width), 0, layout.laneCount());
      }
    }
  }
}

TEST(FlameDraw, FoldsByPixelAndNamesTheLongest) {
  // Ten spans of 1 ns each 2 ns, one of them 2 ns long, in a range of 1 µs over 100 pixels.
  std::vector<test::TreeSpan> spans{{kNoParent, 0, 1000, 9}};
  for (int64_t i = 0; i < 10; ++i) spans.push_back({0, 100 + 2 * i, 100 + 2 * i + (i == 7 ? 2 : 1), 3});
  const TraceTree tree = test::treeOf(spans);
  const FlameLayout layout(tree);
  const DrawList list = layout.draw(TimeScale({0, 1000}, 100), 1, 1);
  ASSERT_EQ(list.size(), 1U) << "two columns side by side, of one service";
  EXPECT_EQ(list[0].count, 10U);
  EXPECT_EQ(list[0].kind, DrawKind::Folded);
  EXPECT_EQ(list[0].node, NodeIndex(8));
  EXPECT_EQ(list[0].x, 10);
  EXPECT_EQ(list[0].width, 2);
  EXPECT_FALSE(list[0].error);
  EXPECT_EQ(layout.draw(TimeScale({100, 120}, 1000), 1, 1).size(), 10U) << "near enough each has its own";
  spans[3].error = true;
  const TraceTree failing = test::treeOf(spans);
  const DrawList two = FlameLayout(failing).draw(TimeScale({0, 1000}, 100), 1, 1);
  ASSERT_EQ(two.size(), 2U) << "an error stands out";
  EXPECT_TRUE(two[0].error);
  EXPECT_FALSE(two[1].error);
}

TEST(FlameDraw, AMillionSpansAreAFewRectangles) {
  const TraceTree tree = test::wideSerial(1'000'000, 100, 60);
  const FlameLayout layout(tree);
  EXPECT_EQ(layout.laneCount(), 2U);
  const DrawList list = layout.draw(TimeScale(traceRange(tree), 1920), 0, 2);
  EXPECT_LE(list.size(), 1921U);
  uint64_t count = 0;
  for (const DrawRect& rect : list) count += rect.count;
  EXPECT_EQ(count, 1'000'000U);
}

TEST(FlameDraw, LanesOutsideAreNothing) {
  const TraceTree tree = test::chain(5);
  const FlameLayout layout(tree);
  EXPECT_TRUE(layout.draw(TimeScale(traceRange(tree), 100), 5, UINT32_MAX).empty());
  EXPECT_EQ(layout.draw(TimeScale(traceRange(tree), 100), 3, UINT32_MAX).size(), 2U);
  EXPECT_TRUE(FlameLayout(TraceTree()).draw(TimeScale({0, 1}, 100), 0, 10).empty());
}

TEST(FlameHit, FindsWhatCoversTheTimeAndWhatIsNear) {
  const TraceTree tree = test::treeOf({{kNoParent, 0, 100}, {0, 10, 20}, {0, 30, 30}, {0, 40, 50}});
  const FlameLayout layout(tree);
  EXPECT_EQ(layout.hit(0, 0), NodeIndex(0));
  EXPECT_EQ(layout.hit(0, 100), std::nullopt) << "half-open";
  EXPECT_EQ(layout.hit(1, 10), NodeIndex(1));
  EXPECT_EQ(layout.hit(1, 19), NodeIndex(1));
  EXPECT_EQ(layout.hit(1, 20), std::nullopt);
  EXPECT_EQ(layout.hit(1, 30), NodeIndex(2)) << "a span without duration is where it is";
  EXPECT_EQ(layout.hit(1, 24, 4), NodeIndex(1));
  EXPECT_EQ(layout.hit(1, 24, 3), std::nullopt);
  EXPECT_EQ(layout.hit(1, 26, 9), NodeIndex(2)) << "the nearer one";
  EXPECT_EQ(layout.hit(1, 25, 5), NodeIndex(1)) << "the earlier of two as near";
  EXPECT_EQ(layout.hit(1, 36, 100), NodeIndex(3));
  EXPECT_EQ(layout.hit(1, INT64_MAX, 5), std::nullopt);
  EXPECT_EQ(layout.hit(1, INT64_MIN, INT64_MAX), std::nullopt);
  EXPECT_EQ(layout.hit(2, 10, 100), std::nullopt);
}

TEST(FlameHit, AgreesWithLookingAtEverySpan) {
  const TraceTree tree = test::randomTree(77, 400);
  const FlameLayout layout(tree);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const uint32_t lane = layout.laneOf(NodeIndex(i));
    EXPECT_EQ(layout.hit(lane, tree.startNs[i]), NodeIndex(i));
    if (tree.durationNs(NodeIndex(i)) > 0) {
      EXPECT_EQ(layout.hit(lane, tree.endNs[i] - 1), NodeIndex(i));
    }
  }
}

TEST(FlameLayout, LivesThroughTheEndsOfTime) {
  constexpr int64_t kMax = INT64_MAX;
  const TraceTree tree =
      test::treeOf({{kNoParent, 0, kMax}, {0, kMax, kMax}, {0, kMax, kMax}, {0, kMax - 1, kMax}});
  const FlameLayout layout(tree);
  const DrawList list = layout.draw(TimeScale({0, kMax}, 100), 0, layout.laneCount());
  uint32_t count = 0;
  for (const DrawRect& rect : list) count += rect.count;
  EXPECT_EQ(count, 4U);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (const auto next = layout.nextInLane(NodeIndex(i))) {
      EXPECT_EQ(layout.previousInLane(*next), NodeIndex(i));
    }
  }
}

TEST(FlameLayout, AMillionSpansOfAnyShape) {
  constexpr uint32_t kSpans = 1'000'000;
  const TraceTree deep = test::chain(kSpans);
  const FlameLayout deepLayout(deep);
  EXPECT_EQ(deepLayout.laneCount(), kSpans);
  EXPECT_EQ(deepLayout.draw(TimeScale(traceRange(deep), 1920), 500'000, 60).size(), 60U);
  const TraceTree wide = test::wideOverlapping(kSpans);
  const FlameLayout wideLayout(wide);
  EXPECT_EQ(wideLayout.laneCount(), kSpans);
  EXPECT_EQ(wideLayout.laneOf(NodeIndex(kSpans - 1)), kSpans - 1);
}

TEST(Minimap, LeavesNoSpanOut) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const TraceTree tree = test::randomTree(seed, static_cast<uint32_t>(5 + seed * 13));
    const FlameLayout layout(tree);
    const TimeRange bounds = traceRange(tree);
    constexpr uint32_t kRows = 24, kColumns = 90;
    const auto cells = minimap(layout, tree, bounds, kRows, kColumns);
    ASSERT_EQ(cells.size(), kRows * kColumns);
    const TimeScale scale(bounds, kColumns);
    const uint64_t lanes = layout.laneCount();
    std::vector<bool> touched(cells.size());
    for (uint32_t i = 0; i < tree.size(); ++i) {
      const double from = std::clamp(scale.x(tree.startNs[i]), 0.0, kColumns - 1.0);
      const double to =
          std::clamp(std::max(scale.x(tree.endNs[i]), from + 0.01), 0.0, static_cast<double>(kColumns));
      for (uint32_t row = 0; row < kRows; ++row) {
        const uint64_t first = row * lanes / kRows;
        const uint64_t end = std::max(first + 1, (row + 1) * lanes / kRows);
        const uint32_t lane = layout.laneOf(NodeIndex(i));
        if (lane < first || lane >= end) continue;
        const double last =
            to - from >= 1 ? to - 0.001 : from;  // a narrow one takes the column that it begins in
        for (auto c = static_cast<uint32_t>(from); c < kColumns && c < last; ++c)
          touched[row * kColumns + c] = true;
        EXPECT_GT(cells[row * kColumns + static_cast<uint32_t>(from)].count, 0U);
        EXPECT_NE(cells[row * kColumns + static_cast<uint32_t>(from)].service, StringId());
      }
    }
    for (size_t i = 0; i < cells.size(); ++i) {
      if (touched[i]) {
        EXPECT_GT(cells[i].count, 0U);
      }
    }
  }
}

TEST(Minimap, TheServiceThatCoversMost) {
  const TraceTree tree =
      test::treeOf({{kNoParent, 0, 100, 1}, {0, 0, 10, 2}, {0, 10, 60, 3}, {0, 60, 70, 4, true}});
  const FlameLayout layout(tree);
  const auto cells = minimap(layout, tree, {0, 100}, 2, 1);
  EXPECT_EQ(cells[0].service, StringId(1));
  EXPECT_EQ(cells[0].count, 1U);
  EXPECT_FALSE(cells[0].error);
  EXPECT_EQ(cells[1].service, StringId(3));
  EXPECT_EQ(cells[1].count, 3U);
  EXPECT_TRUE(cells[1].error);
}

TEST(Minimap, OfAMillionLanesIsBounded) {
  const TraceTree tree = test::chain(1'000'000);
  const FlameLayout layout(tree);
  const auto cells = minimap(layout, tree, traceRange(tree), 60, 1200);
  EXPECT_GT(cells[600].count, 0U);
  EXPECT_TRUE(minimap(layout, tree, traceRange(tree), 0, 10).empty());
}

TEST(TraceRange, IgnoresMissingStartsUnlessAllAre) {
  EXPECT_EQ(traceRange(test::treeOf({{kNoParent, 100, 200}, {0, 0, 150}})), (TimeRange{100, 200}));
  EXPECT_EQ(traceRange(test::treeOf({{kNoParent, 0, 200}})), (TimeRange{0, 200}));
  EXPECT_EQ(traceRange(test::treeOf({{kNoParent, 7, 7}})), (TimeRange{7, 8}));
  EXPECT_EQ(traceRange(TraceTree()), (TimeRange{0, 1}));
  EXPECT_EQ(traceRange(test::treeOf({{kNoParent, INT64_MAX, INT64_MAX}})),
            (TimeRange{INT64_MAX - 1, INT64_MAX}));
}

}  // namespace
}  // namespace waybill::layout
