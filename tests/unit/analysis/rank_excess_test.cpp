// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rank_excess.h"

#include <gtest/gtest.h>

#include <string>

#include "support/trace_dsl.h"

namespace waybill::analysis {
namespace {

// Requests of which every tenth waits 100 ms longer for its database.
std::shared_ptr<const store::Snapshot> requests(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const int ms = i % 10 == 0 ? 112 : 12;
    const std::string trace = " trace=" + std::to_string(1000 + i) + "\n";
    text += "web GET /cart 0.." + std::to_string(ms + 4) + "ms SERVER" + trace;
    text += "  db SELECT 2.." + std::to_string(ms + 2) + "ms CLIENT" + trace;
  }
  return test::snapshotOf(text);
}

}  // namespace

TEST(RankExcess, IsTheSameOnAnyNumberOfThreadsAndAsTraceByTrace) {
  const auto snapshot = requests(300);
  const auto population = buildPopulation(snapshot);
  ExcessRanking byHand;
  for (uint32_t i = 0; i < 300; ++i) byHand.add(*analyzeTrace(snapshot, TraceIndex(i), population));
  const auto expected = byHand.ranked(*snapshot);
  ASSERT_EQ(expected.size(), 1U);
  for (const unsigned threads : {1U, 3U}) {
    const auto ranked = rankExcess(snapshot, std::nullopt, population, {}, threads);
    ASSERT_TRUE(ranked);
    ASSERT_EQ(ranked->size(), 1U);
    EXPECT_EQ(ranked->front().service, "db");
    EXPECT_EQ(ranked->front().requests, 300U);
    EXPECT_EQ(ranked->front().slowRequests, 30U);
    EXPECT_EQ(ranked->front().excessNs, expected.front().excessNs);
    EXPECT_EQ(ranked->front().worstSpan, expected.front().worstSpan);
  }
}

TEST(RankExcess, LooksOnlyAtTheTracesGiven) {
  const auto snapshot = requests(50);
  const auto population = buildPopulation(snapshot);
  double progress = 0;
  const auto ranked = rankExcess(snapshot, std::vector{TraceIndex(10), TraceIndex(11)}, population, {}, 1,
                                 [&](double share) { progress = share; });
  ASSERT_EQ(ranked.value().size(), 1U);
  EXPECT_EQ(ranked->front().requests, 2U);
  EXPECT_EQ(ranked->front().worstTrace, TraceIndex(10));
  EXPECT_EQ(progress, 1);
  EXPECT_TRUE(rankExcess(snapshot, std::vector<TraceIndex>(), population)->empty());
}

TEST(RankExcess, IsNoneWhenStopped) {
  std::stop_source stop;
  stop.request_stop();
  const auto snapshot = requests(50);
  EXPECT_FALSE(rankExcess(snapshot, std::nullopt, buildPopulation(snapshot), stop.get_token()));
}

}  // namespace waybill::analysis
