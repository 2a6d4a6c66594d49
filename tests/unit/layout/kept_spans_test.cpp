// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/kept_spans.h"

#include <gtest/gtest.h>

#include "layout/gantt_rows.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;

std::vector<bool> keptSlowly(const TraceTree& tree, const std::vector<uint32_t>& matches) {
  std::vector<bool> kept(tree.size());
  for (const uint32_t match : matches) {
    for (uint32_t node = match; node != TraceTree::kNone; node = tree.parent[node]) kept[node] = true;
  }
  return kept;
}

std::optional<NodeIndex> nearestSlowly(const TraceTree& tree, const std::vector<bool>& kept, uint32_t node) {
  while (node != TraceTree::kNone && !kept[node]) node = tree.parent[node];
  return node == TraceTree::kNone ? std::nullopt : std::optional(NodeIndex(node));
}

void expectRows(const TraceTree& tree, const std::vector<uint32_t>& matches) {
  const std::vector<bool> slow = keptSlowly(tree, matches);
  const KeptSpans kept(tree, matches);
  const GanttRows rows(tree, nullptr, &kept);
  uint32_t row = 0;
  for (uint32_t node = 0; node < tree.size(); ++node) {
    ASSERT_EQ(kept.contains(NodeIndex(node)), slow[node]) << node;
    const auto nearest = nearestSlowly(tree, slow, node);
    ASSERT_EQ(kept.nearestAbove(tree, NodeIndex(node)), nearest) << node;
    ASSERT_EQ(rows.rowOf(NodeIndex(node)), slow[node] ? std::optional(row) : std::nullopt);
    if (nearest) {
      ASSERT_EQ(rows.nodeAt(rows.rowShowing(NodeIndex(node))), *nearest);
    }
    if (!slow[node]) continue;
    ASSERT_EQ(rows.nodeAt(row), NodeIndex(node));
    uint32_t end = row;
    for (uint32_t below = node; below < tree.subtreeEnd[node]; ++below) end += slow[below] ? 1 : 0;
    ASSERT_EQ(rows.order().endOf(rows.placeAt(row)), end);
    if (tree.parent[node] != TraceTree::kNone) {
      const auto parent = rows.order().parentOf(rows.placeAt(row));
      ASSERT_TRUE(parent.has_value());
      ASSERT_EQ(rows.order().nodeAt(*parent).value, tree.parent[node]);
    }
    ++row;
  }
  ASSERT_EQ(rows.rowCount(), row);
}

TEST(KeptSpans, AreTheMatchesAndAllThatIsAboveThem) {
  for (const uint32_t size : {1U, 2U, 64U, 65U, 500U, 3'000U}) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(std::to_string(size) + " spans, seed " + std::to_string(seed));
      test::Random random(seed);
      const TraceTree tree = test::randomTree(seed, size);
      std::vector<uint32_t> matches;
      const double share = random.chance(0.5) ? 0.01 : 0.3;
      for (uint32_t node = 0; node < size; ++node) {
        if (random.chance(share)) matches.push_back(node);
      }
      expectRows(tree, matches);
    }
  }
}

TEST(KeptSpans, OfNoMatchNothingIsLeft) {
  const TraceTree tree = test::randomTree(1, 100);
  const KeptSpans kept(tree, {});
  const GanttRows rows(tree, nullptr, &kept);
  EXPECT_EQ(rows.rowCount(), 0U);
  EXPECT_EQ(kept.nearestAbove(tree, NodeIndex(7)), std::nullopt);
  EXPECT_EQ(rows.rowOf(NodeIndex(7)), std::nullopt);
}

TEST(KeptSpans, FoldLikeAnyRows) {
  const TraceTree tree = test::chain(1'000);
  const std::vector<uint32_t> matches{400};
  const KeptSpans kept(tree, matches);
  GanttRows rows(tree, nullptr, &kept);
  EXPECT_EQ(rows.rowCount(), 401U);
  rows.setCollapsed(NodeIndex(10), true);
  EXPECT_EQ(rows.rowCount(), 11U);
  EXPECT_EQ(rows.rowShowing(NodeIndex(999)), 10U) << "hidden, under one that is folded";
  rows.reveal(NodeIndex(400));
  EXPECT_EQ(rows.rowCount(), 401U);
}

// Each hidden span is asked for, from a chain as deep as it is long: this ends at once or never.
TEST(KeptSpans, FindWhatIsAboveAHiddenChainWithoutWalkingIt) {
  constexpr uint32_t kDepth = 200'000;
  const TraceTree tree = test::chain(kDepth);
  const std::vector<uint32_t> matches{kDepth / 2};
  const KeptSpans kept(tree, matches);
  for (uint32_t node = kDepth / 2; node < kDepth; ++node) {
    ASSERT_EQ(kept.nearestAbove(tree, NodeIndex(node)), NodeIndex(kDepth / 2));
  }
}

}  // namespace
}  // namespace waybill::layout
