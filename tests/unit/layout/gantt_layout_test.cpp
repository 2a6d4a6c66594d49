// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gantt_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "layout/flame_layout.h"
#include "layout/visible_pixels.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::CriticalPath;
using analysis::NodeIndex;
using analysis::TraceTree;
using test::kNoParent;
using testing::ElementsAre;

std::vector<uint32_t> nodes(const GanttRows& rows) {
  std::vector<uint32_t> list;
  for (uint32_t row = 0; row < rows.rowCount(); ++row) list.push_back(rows.nodeAt(row).value);
  return list;
}

// root(0) with a(1): a1(2), a2(3) and b(4): b1(5)
TraceTree smallTree() {
  return test::treeOf(
      {{kNoParent, 0, 100}, {0, 10, 50}, {1, 10, 20}, {1, 20, 30}, {0, 60, 90}, {4, 65, 70, 1, true}});
}

TEST(GanttRows, CollapseAndExpandOneSpan) {
  const TraceTree tree = smallTree();
  GanttRows rows(tree);
  EXPECT_THAT(nodes(rows), ElementsAre(0, 1, 2, 3, 4, 5));
  rows.setCollapsed(NodeIndex(1), true);
  EXPECT_THAT(nodes(rows), ElementsAre(0, 1, 4, 5));
  EXPECT_EQ(rows.rowOf(NodeIndex(4)), 2U);
  EXPECT_EQ(rows.rowOf(NodeIndex(3)), std::nullopt);
  EXPECT_EQ(rows.visibleAncestor(NodeIndex(3)), NodeIndex(1));
  EXPECT_EQ(rows.visibleAncestor(NodeIndex(5)), NodeIndex(5));
  rows.setCollapsed(NodeIndex(0), true);
  EXPECT_THAT(nodes(rows), ElementsAre(0));
  EXPECT_EQ(rows.visibleAncestor(NodeIndex(3)), NodeIndex(0));
  rows.setCollapsed(NodeIndex(0), false);
  EXPECT_THAT(nodes(rows), ElementsAre(0, 1, 4, 5)) << "what was folded below stays folded";
  rows.setCollapsed(NodeIndex(2), true);
  EXPECT_FALSE(rows.isCollapsed(NodeIndex(2))) << "a leaf has nothing to fold";
}

TEST(GanttRows, ByDepthAllAndRevealed) {
  const TraceTree tree = smallTree();
  GanttRows rows(tree);
  rows.collapseBelow(1);
  EXPECT_THAT(nodes(rows), ElementsAre(0, 1, 4));
  rows.reveal(NodeIndex(5));
  EXPECT_THAT(nodes(rows), ElementsAre(0, 1, 4, 5));
  rows.collapseBelow(0);
  EXPECT_THAT(nodes(rows), ElementsAre(0));
  rows.reveal(NodeIndex(2));
  EXPECT_THAT(nodes(rows), ElementsAre(0, 1, 2, 3, 4, 5));
  rows.collapseBelow(0);
  rows.expandAll();
  EXPECT_EQ(rows.rowCount(), 6U);
  const TraceTree none;
  EXPECT_EQ(GanttRows(none).rowCount(), 0U);
}

TEST(GanttRows, RandomFoldingAgreesWithAsking) {
  test::Random random(9);
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const TraceTree tree = test::randomTree(seed, 300);
    GanttRows rows(tree);
    std::vector<bool> collapsed(tree.size());
    for (int step = 0; step < 60; ++step) {
      const NodeIndex node(random.below(tree.size()));
      const bool fold = random.chance(0.6);
      rows.setCollapsed(node, fold);
      if (!tree.isLeaf(node)) collapsed[node.value] = fold;
      std::vector<uint32_t> expected;
      std::vector<uint32_t> hiddenIn(tree.size(), TraceTree::kNone);
      for (uint32_t i = 0; i < tree.size(); ++i) {
        const uint32_t parent = tree.parent[i];
        if (parent != TraceTree::kNone) {
          hiddenIn[i] = hiddenIn[parent] != TraceTree::kNone ? hiddenIn[parent]
                        : collapsed[parent]                  ? parent
                                                             : TraceTree::kNone;
        }
        if (hiddenIn[i] == TraceTree::kNone) expected.push_back(i);
      }
      ASSERT_EQ(nodes(rows), expected);
      for (uint32_t i = 0; i < tree.size(); ++i) {
        const bool hidden = hiddenIn[i] != TraceTree::kNone;
        EXPECT_EQ(rows.rowOf(NodeIndex(i)).has_value(), !hidden);
        EXPECT_EQ(rows.visibleAncestor(NodeIndex(i)).value, hidden ? hiddenIn[i] : i);
      }
    }
  }
}

TEST(GanttDraw, BarsSelfTimeAndPathInNumbers) {
  const TraceTree tree = smallTree();
  const CriticalPath path = test::pathThrough(tree);
  const GanttRows rows(tree);
  const DrawList list = GanttLayout(tree, path).draw(rows, TimeScale({0, 100}, 1000), 0, 2);
  std::vector<std::string> text;
  for (const DrawRect& rect : list) {
    const char* kind = rect.kind == DrawKind::Span       ? "bar"
                       : rect.kind == DrawKind::SelfTime ? "self"
                                                         : "path";
    text.push_back(std::string(kind) + " " + std::to_string(rect.lane) + " " +
                   std::to_string(std::lround(rect.x)) + "+" + std::to_string(std::lround(rect.width)));
  }
  EXPECT_THAT(text, ElementsAre("bar 0 0+1000", "self 0 0+100", "self 0 500+100", "self 0 900+100",
                                "path 0 0+100", "path 0 500+100", "path 0 900+100", "bar 1 100+400",
                                "self 1 300+200", "path 1 300+200"));
}

TEST(GanttDraw, ACollapsedRowStandsForItsSubtree) {
  const TraceTree tree = smallTree();
  const CriticalPath path = test::pathThrough(tree);
  GanttRows rows(tree);
  rows.setCollapsed(NodeIndex(4), true);
  const DrawList list = GanttLayout(tree, path).draw(rows, TimeScale({0, 100}, 1000), 4, 1);
  ASSERT_GE(list.size(), 2U);
  EXPECT_EQ(list.front().count, 2U);
  EXPECT_TRUE(list.front().error) << "the error is in the child";
  EXPECT_EQ(list.back().kind, DrawKind::CriticalPath);
  EXPECT_EQ(list.back().x, 600);
  EXPECT_EQ(list.back().width, 300);
}

// Compared with looking at every row and every pixel.
TEST(GanttDraw, ShowsEveryRowOfRandomTreesAtEveryZoom) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const TraceTree tree = test::randomTree(seed, static_cast<uint32_t>(1 + seed * 19));
    const CriticalPath path = test::pathThrough(tree);
    const GanttLayout layout(tree, path);
    GanttRows rows(tree);
    for (const TimeRange& range : test::rangesOf(tree, seed, 10)) {
      const TimeScale scale(range, 300);
      rows.setCollapsed(NodeIndex(static_cast<uint32_t>(seed * 7) % tree.size()), seed % 2 == 0);
      const DrawList list = layout.draw(rows, scale, 0, rows.rowCount());
      std::map<uint32_t, std::vector<DrawRect>> byRow;
      for (const DrawRect& rect : list) byRow[rect.lane].push_back(rect);
      for (uint32_t row = 0; row < rows.rowCount(); ++row) {
        const NodeIndex node = rows.nodeAt(row);
        const bool visible = isVisible(tree.startNs[node.value], tree.endNs[node.value], range);
        const auto& rects = byRow[row];
        ASSERT_EQ(!rects.empty() && rects[0].kind == DrawKind::Span, visible);
        EXPECT_LE(rects.size(), 2 + 3 * scale.width());
        if (!visible) continue;
        EXPECT_GE(rects[0].width, 1);
        const bool collapsed = rows.isCollapsed(node);
        EXPECT_EQ(rects[0].count, collapsed ? tree.subtreeEnd[node.value] - node.value : 1);
        for (size_t i = 1; i < rects.size(); ++i) {
          EXPECT_EQ(rects[i].node, node);
          EXPECT_GE(rects[i].x + 0.01, rects[0].x - (rects[i].kind == DrawKind::CriticalPath ? 1 : 0));
        }
      }
    }
  }
}

double selfPixels(const DrawList& list) {
  double sum = 0;
  for (const DrawRect& rect : list)
    sum += rect.kind == DrawKind::SelfTime ? static_cast<double>(rect.width) : 0;
  return sum;
}

TEST(GanttDraw, SelfTimeOfAMillionChildrenIsBoundedAndAddsUp) {
  const TraceTree tree = test::wideSerial(1'000'000, 100, 60);
  const CriticalPath path;
  const GanttLayout layout(tree, path);
  const GanttRows rows(tree);
  const TimeScale whole(traceRange(tree), 1920);
  const DrawList list = layout.draw(rows, whole, 0, 1);
  EXPECT_LE(list.size(), 2U + 2 * 1920);
  EXPECT_NEAR(selfPixels(list), 1920 * 0.4, 5) << "two fifths of the time no child runs";
  const DrawList near =
      layout.draw(rows, TimeScale({tree.startNs[500], tree.startNs[500] + 1000}, 1000), 0, 1);
  EXPECT_EQ(near.size(), 11U) << "one bar, ten gaps";
  EXPECT_NEAR(selfPixels(near), 400, 0.5);
}

TEST(GanttDraw, SelfTimeStretchesAreSelfTimes) {
  for (uint64_t seed = 1; seed <= 15; ++seed) {
    const TraceTree tree = test::randomTree(seed, 500);
    const std::vector<int64_t> expected = analysis::selfTimes(tree);
    const CriticalPath path;
    const GanttLayout layout(tree, path);
    const GanttRows rows(tree);
    for (uint32_t node = 0; node < tree.size(); ++node) {
      const int64_t duration = tree.durationNs(NodeIndex(node));
      if (duration < 100) continue;
      const TimeScale scale({tree.startNs[node], tree.endNs[node]}, 2000);
      const double pixels = selfPixels(layout.draw(rows, scale, node, 1));
      EXPECT_NEAR(pixels, static_cast<double>(expected[node]) / scale.nsPerPixel(), 2)
          << "seed " << seed << " node " << node;
    }
  }
}

TEST(GanttDraw, ManySegmentsOfOneSpanBecomeALine) {
  const TraceTree tree = test::wideSerial(200'000, 100, 60);
  const CriticalPath path = test::pathThrough(tree);
  const GanttLayout layout(tree, path);
  const GanttRows rows(tree);
  uint32_t segments = 0;
  double covered = 0;
  for (const DrawRect& rect : layout.draw(rows, TimeScale(traceRange(tree), 1920), 0, 1)) {
    if (rect.kind != DrawKind::CriticalPath) continue;
    ++segments;
    covered += static_cast<double>(rect.width);
  }
  EXPECT_EQ(segments, 1U);
  EXPECT_NEAR(covered, 1920, 2);
}

TEST(GanttDraw, RowsOutsideAreNothing) {
  const TraceTree tree = smallTree();
  const CriticalPath path = test::pathThrough(tree);
  const GanttLayout layout(tree, path);
  const GanttRows rows(tree);
  EXPECT_TRUE(layout.draw(rows, TimeScale({0, 100}, 100), 6, UINT32_MAX).empty());
  EXPECT_FALSE(layout.draw(rows, TimeScale({0, 100}, 100), 5, UINT32_MAX).empty());
}

}  // namespace
}  // namespace waybill::layout
