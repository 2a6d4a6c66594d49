// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/lane_index.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/rank_bits.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

// Spans of one lane as a tree of roots, one after another.
analysis::TraceTree laneOf(test::Random& random, uint32_t size) {
  std::vector<test::TreeSpan> spans(size);
  int64_t now = 0;
  for (test::TreeSpan& span : spans) {
    span.startNs = now += random.below(100);
    span.endNs = now += random.below(random.chance(0.02) ? 5000 : 40);
    ++now;
  }
  return test::treeOf(spans);
}

LaneIndex indexOf(const analysis::TraceTree& tree) {
  std::vector<uint32_t> nodes(tree.size());
  std::iota(nodes.begin(), nodes.end(), 0U);
  return {tree, nodes, nodes.size()};
}

LaneIndex::Fold slowFold(const LaneIndex& index, uint32_t begin, uint32_t end, int64_t untilNs, double wideNs) {
  LaneIndex::Fold fold{begin + 1, {0, begin}};
  int64_t longestNs = index.durationNs(begin);
  for (; fold.end < end; ++fold.end) {
    const int64_t ns = index.durationNs(fold.end);
    if (index.startNs(fold.end) >= untilNs || static_cast<double>(ns) >= wideNs) break;
    if (ns <= longestNs) continue;
    fold.longest.node = fold.end;
    longestNs = ns;
  }
  return fold;
}

TEST(LaneIndex, FoldsAsLookingAtEverySpanDoes) {
  test::Random random(3);
  for (const uint32_t size : {1U, 7U, 8U, 9U, 31U, 32U, 33U, 5000U}) {
    const analysis::TraceTree tree = laneOf(random, size);
    const LaneIndex index = indexOf(tree);
    for (int i = 0; i < 4000; ++i) {
      const uint32_t begin = random.below(size);
      const uint32_t end = begin + 1 + random.below(size - begin);
      const int64_t untilNs = index.startNs(begin) + (int64_t{1} << random.below(20));
      const double narrow = static_cast<double>(index.durationNs(begin)) + 1;
      const double wideNs = random.chance(0.5) ? std::max(narrow, 30.0 + random.below(20)) : 1e9;
      const LaneIndex::Fold fold = index.fold(begin, end, {untilNs, 0, wideNs});
      const LaneIndex::Fold expected = slowFold(index, begin, end, untilNs, wideNs);
      ASSERT_EQ(fold.end, expected.end) << size << " " << begin << " " << end;
      ASSERT_EQ(fold.longest.node, expected.longest.node) << size << " " << begin << " " << end;
      ASSERT_EQ(fold.longest.ns, static_cast<float>(index.durationNs(fold.longest.node)));
    }
  }
}

TEST(LaneIndex, CutsAColumnNoFurtherFromItsBorderThanTheTolerance) {
  test::Random random(4);
  const analysis::TraceTree tree = laneOf(random, 5000);
  const LaneIndex index = indexOf(tree);
  for (int i = 0; i < 20'000; ++i) {
    const uint32_t begin = random.below(5000);
    const uint32_t end = begin + 1 + random.below(5000 - begin);
    const int64_t untilNs = index.startNs(begin) + 1 + random.below(1U << random.below(19));
    const int64_t toleranceNs = random.below(2000);
    const double wideNs = std::max(static_cast<double>(index.durationNs(begin)) + 1, 40.0 + random.below(6000));
    const LaneIndex::Fold fold = index.fold(begin, end, {untilNs, toleranceNs, wideNs});
    ASSERT_GT(fold.end, begin);
    ASSERT_LE(fold.end, end);
    uint32_t longest = begin;
    for (uint32_t at = begin; at < fold.end; ++at) {
      ASSERT_TRUE(at == begin || index.startNs(at) < untilNs + toleranceNs);
      ASSERT_LT(static_cast<double>(index.durationNs(at)), wideNs);
      if (index.durationNs(at) > index.durationNs(longest)) longest = at;
    }
    ASSERT_EQ(fold.longest.node, index.node(longest));
    if (fold.end < end && static_cast<double>(index.durationNs(fold.end)) < wideNs) {
      ASSERT_GE(index.startNs(fold.end), untilNs - toleranceNs);
    }
  }
}

TEST(RankBits, SayWhetherAnyOfAStretchIsSet) {
  test::Random random(8);
  std::vector<bool> set(700);
  for (size_t i = 0; i < set.size(); ++i) set[i] = random.chance(0.02);
  const RankBits bits(700, [&](uint32_t i) { return set[i]; });
  for (uint32_t begin = 0; begin <= 700; ++begin) {
    bool any = false;
    for (uint32_t end = begin; end <= 700; ++end) {
      ASSERT_EQ(bits.any(begin, end), any);
      any = any || (end < 700 && set[end]);
    }
  }
  EXPECT_FALSE(RankBits(0, [](uint32_t) { return true; }).any(0, 0));
}

}  // namespace
}  // namespace waybill::layout
