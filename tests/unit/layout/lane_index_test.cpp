// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/lane_index.h"

#include <gtest/gtest.h>

#include "base/rank_bits.h"
#include "support/generator_random.h"

namespace waybill::layout {
namespace {

LaneIndex::Fold slowFold(const std::vector<LaneIndex::Entry>& entries, uint32_t begin, uint32_t end,
                         int64_t untilNs, double wideNs) {
  LaneIndex::Fold fold{begin + 1, begin};
  for (; fold.end < end; ++fold.end) {
    const LaneIndex::Entry& entry = entries[fold.end];
    if (entry.startNs >= untilNs || static_cast<double>(entry.durationNs) >= wideNs) break;
    if (entry.durationNs > entries[fold.longest].durationNs) fold.longest = fold.end;
  }
  return fold;
}

TEST(LaneIndex, FoldsAsLookingAtEverySpanDoes) {
  test::Random random(3);
  for (const uint32_t size : {1U, 15U, 16U, 17U, 255U, 256U, 257U, 5000U}) {
    std::vector<LaneIndex::Entry> entries(size);
    int64_t now = 0;
    for (LaneIndex::Entry& entry : entries) {
      entry = {now += random.below(100), random.below(random.chance(0.02) ? 5000 : 40)};
      now += entry.durationNs + 1;
    }
    const LaneIndex index(entries);
    for (int i = 0; i < 4000; ++i) {
      const uint32_t begin = random.below(size);
      const uint32_t end = begin + 1 + random.below(size - begin);
      const int64_t untilNs = entries[begin].startNs + (int64_t{1} << random.below(20));
      const double wideNs = random.chance(0.5) ? 30 + random.below(20) : 1e9;
      const LaneIndex::Fold fold = index.fold(begin, end, untilNs, wideNs);
      const LaneIndex::Fold expected = slowFold(entries, begin, end, untilNs, wideNs);
      ASSERT_EQ(fold.end, expected.end) << size << " " << begin << " " << end;
      ASSERT_EQ(fold.longest, expected.longest) << size << " " << begin << " " << end;
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
