// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "ui/timeline/tree_column.h"
#include "ui/widgets/bar_room.h"
#include "ui/widgets/lane_geometry.h"
#include "ui/widgets/path_line.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {
namespace {

using analysis::NodeIndex;
using analysis::PathSegments;
using Side = BarRoom::Side;

LaneGeometry lanesOf(uint32_t count) {
  LaneGeometry lanes;
  lanes.width = 1000;
  lanes.height = 430;
  lanes.axisHeight = 30;
  lanes.laneHeight = 20;
  lanes.bottomMargin = 0;
  lanes.laneCount = count;
  return lanes;
}

TEST(LaneGeometry, PartlyVisibleLanesCount) {
  LaneGeometry lanes = lanesOf(100);
  lanes.scrollY = 50;
  EXPECT_EQ(lanes.firstLane(), 2U);
  EXPECT_EQ(lanes.visibleLanes(), 21U);
  EXPECT_EQ(lanes.laneTop(2), 20);
  EXPECT_EQ(lanes.laneAt(30), 2U);
  EXPECT_EQ(lanes.laneAt(29), std::nullopt);
  EXPECT_EQ(lanes.maxScroll(), 1600);
}

TEST(LaneGeometry, WithoutLanesThereIsNothing) {
  const LaneGeometry lanes = lanesOf(0);
  EXPECT_EQ(lanes.visibleLanes(), 0U);
  EXPECT_EQ(lanes.laneAt(100), std::nullopt);
  EXPECT_EQ(lanes.maxScroll(), 0);
  EXPECT_EQ(lanes.scrollShowing(0), 0);
}

TEST(LaneGeometry, ScrollsNoFurtherThanNeeded) {
  LaneGeometry lanes = lanesOf(100);
  EXPECT_EQ(lanes.scrollShowing(5), 0);
  EXPECT_EQ(lanes.scrollShowing(30, 0), 31 * 20 - 400);
  lanes.scrollY = 1600;
  EXPECT_EQ(lanes.scrollShowing(99), 1600);
  EXPECT_EQ(lanes.scrollShowing(50, 0), 1000);
  EXPECT_EQ(lanes.scrollShowing(50, 1), 980);
}

TEST(LaneGeometry, SurvivesMoreLanesThanAScrollBarCanCount) {
  const LaneGeometry lanes = lanesOf(UINT32_MAX);
  EXPECT_GT(lanes.maxScroll(), 0);
  EXPECT_GT(lanes.laneTop(UINT32_MAX - 1), 1'000'000);
}

TEST(BarRoom, PrefersTheFirstSideThatHasRoom) {
  BarRoom wide(100, 300, 0, 500);
  EXPECT_EQ(wide.take(50, 6, {Side::InsideStart, Side::Right, Side::Left})->x, 106);
  BarRoom narrow(100, 120, 0, 500);
  EXPECT_EQ(narrow.take(50, 6, {Side::InsideStart, Side::Right, Side::Left})->x, 126);
  BarRoom atTheEnd(470, 490, 0, 500);
  EXPECT_EQ(atTheEnd.take(50, 6, {Side::InsideStart, Side::Right, Side::Left})->x, 414);
  BarRoom nowhere(10, 20, 0, 30);
  EXPECT_FALSE(nowhere.take(50, 6, {Side::InsideStart, Side::Right, Side::Left}).has_value());
}

TEST(BarRoom, NothingCoversWhatWasPlacedBefore) {
  BarRoom room(100, 220, 0, 400);
  const auto label = room.take(50, 6, {Side::InsideStart});
  const auto badge = room.take(16, 5, {Side::InsideEnd});
  ASSERT_TRUE(label && badge);
  EXPECT_GT(badge->x, label->x + label->width);
  const auto text = room.take(150, 16, {Side::InsideStart, Side::Right}, 70);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->side, Side::Right);
  EXPECT_GE(text->x, 220);
}

TEST(BarRoom, CutsToWhatIsThereWhenThatIsEnough) {
  BarRoom room(0, 100, 0, 100);
  const auto spot = room.take(300, 10, {Side::InsideStart, Side::Right}, 60);
  ASSERT_TRUE(spot.has_value());
  EXPECT_EQ(spot->width, 80);
}

TEST(TreeColumn, IndentsFullyWhileThereIsRoom) {
  const TreeColumn column(280, 3);
  EXPECT_EQ(column.expanderX(2) - column.expanderX(1), 16);
}

TEST(TreeColumn, ShrinksButKeepsLevelsApart) {
  const TreeColumn column(280, 20);
  EXPECT_GT(column.textX(20), column.textX(19));
  EXPECT_LT(column.textX(20), 170);
}

TEST(TreeColumn, VeryDeepLevelsShareTheEdge) {
  const TreeColumn column(280, 1'000'000);
  EXPECT_LT(column.textX(1'000'000), 170);
  EXPECT_EQ(column.textX(0), column.textX(10));
  EXPECT_GT(column.textX(1'000'000), column.textX(999'990));
}

PathSegments segmentsOf(std::initializer_list<std::pair<uint32_t, int64_t>> nodesAndEnds) {
  PathSegments out;
  int64_t start = 0;
  for (const auto& step : nodesAndEnds) {
    out.push_back({NodeIndex(step.first), start, step.second, {}, {}});
    start = step.second;
  }
  return out;
}

uint32_t ownKey(NodeIndex node) {
  return node.value;
}

// Follows the pieces from end to end; fails where they do not join.
void expectContinuous(const std::vector<PathPiece>& pieces) {
  ASSERT_FALSE(pieces.empty());
  double x = pieces.front().x0;
  uint32_t key = pieces.front().fromKey;
  for (const PathPiece& piece : pieces) {
    EXPECT_EQ(piece.x0, x);
    EXPECT_EQ(piece.fromKey, key);
    x = piece.x1;
    key = piece.toKey;
  }
}

TEST(PathLine, IsOneContinuousLineFromBarToBar) {
  const auto segments = segmentsOf({{0, 10}, {3, 40}, {1, 90}, {0, 100}});
  const auto pieces = PathLine(segments, &ownKey).pieces({{0, 100}, 1000});
  expectContinuous(pieces);
  ASSERT_EQ(pieces.size(), 7U);
  EXPECT_TRUE(pieces[1].isConnector());
  EXPECT_EQ(pieces[2].toKey, 3U);
  EXPECT_EQ(pieces.back().x1, 1000);
  EXPECT_EQ(pieces.back().toKey, 0U);
}

TEST(PathLine, LeavesOutAReturnToTheParentThatNobodyCouldSee) {
  // Between two children the parent runs for a tenth of a pixel.
  const auto segments = segmentsOf({{1, 500}, {0, 501}, {2, 1000}});
  const auto pieces = PathLine(segments, &ownKey).pieces({{0, 1000}, 100});
  expectContinuous(pieces);
  for (const PathPiece& piece : pieces) EXPECT_NE(piece.toKey, 0U);
}

TEST(PathLine, VisitsAShortChildAndEndsWhereThePathEnds) {
  const auto segments = segmentsOf({{0, 500}, {5, 501}, {1, 999}, {0, 1000}});
  const auto pieces = PathLine(segments, &ownKey).pieces({{0, 1000}, 100});
  expectContinuous(pieces);
  EXPECT_TRUE(std::any_of(pieces.begin(), pieces.end(), [](const PathPiece& p) { return p.toKey == 5; }));
  EXPECT_EQ(pieces.back().toKey, 0U);
}

TEST(PathLine, NeedsAFewPiecesAPixelWhateverTheNumberOfSegments) {
  PathSegments segments;
  for (uint32_t i = 0; i < 1'000'000; ++i)
    segments.push_back({NodeIndex(i % 2 == 0 ? 0 : i), i, int64_t{i} + 1, {}, {}});
  const auto pieces = PathLine(segments, &ownKey).pieces({{0, 1'000'000}, 100});
  expectContinuous(pieces);
  EXPECT_LE(pieces.size(), 210U);
  // A staircase: it never goes back up to the parent.
  for (const PathPiece& piece : pieces) EXPECT_GE(piece.toKey, piece.fromKey);
}

TEST(PathLine, ZoomedInItShowsTheSegmentInSight) {
  PathSegments segments;
  for (uint32_t i = 0; i < 1000; ++i)
    segments.push_back({NodeIndex(i), int64_t{i} * 100, int64_t{i} * 100 + 100, {}, {}});
  const PathLine line(segments, &ownKey);
  const auto pieces = line.pieces({{50'010, 50'090}, 800});
  ASSERT_FALSE(pieces.empty());
  EXPECT_EQ(pieces.front().toKey, 500U);
  EXPECT_LE(pieces.size(), 2U);
}

TEST(PathLine, OfNothingIsNothing) {
  const PathSegments none;
  EXPECT_TRUE(PathLine(none, &ownKey).pieces({{0, 10}, 100}).empty());
  EXPECT_TRUE(PathLine().pieces({{0, 10}, 100}).empty());
}

TEST(SpanSteps, IndexesGoRound) {
  EXPECT_EQ(nextIndex(std::nullopt, 3, Direction::Forward), 0U);
  EXPECT_EQ(nextIndex(std::nullopt, 3, Direction::Backward), 2U);
  EXPECT_EQ(nextIndex(2, 3, Direction::Forward), 0U);
  EXPECT_EQ(nextIndex(0, 3, Direction::Backward), 2U);
  EXPECT_EQ(nextIndex(0, 0, Direction::Forward), std::nullopt);
}

}  // namespace
}  // namespace waybill::ui
