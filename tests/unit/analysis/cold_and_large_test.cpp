// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/payload_facts.h"
#include "found.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr int64_t kMs = 1'000'000;

TEST(ColdStart, IsWhatAFunctionSaysOfItself) {
  constexpr std::string_view kCold = "fn resize 0..900ms SERVER {faas.trigger=http, faas.coldstart=true}\n";
  constexpr std::string_view kWarm = "fn resize 0..40ms SERVER {faas.trigger=http, faas.coldstart=false}\n";
  const auto alone = analysisOf(kCold);
  ASSERT_NE(found(*alone, "B21"), nullptr);
  EXPECT_EQ(sentenceOf(*alone, "B21"), "fn (resize) started cold and spent 900 ms of its own time, start included.");
  EXPECT_TRUE(found(*alone, "B21")->savingIsUpperBound);
  EXPECT_EQ(found(*alone, "B21")->confidence, Confidence::Medium);
  const auto known = analysisAmong(kCold, {{kWarm, 40}});
  EXPECT_THAT(sentenceOf(*known, "B21"), HasSubstr("started cold and spent 900 ms of its own time, where 40 ms is usual."));
  EXPECT_NEAR(static_cast<double>(found(*known, "B21")->savingNs), 860.0 * kMs, 2.0 * kMs);
  EXPECT_EQ(found(*analysisOf(kWarm), "B21"), nullptr);
}

TEST(ColdStart, ThatCostsNothingIsNone) {
  constexpr std::string_view kCold = "fn resize 0..41ms SERVER {faas.trigger=http, faas.coldstart=true}\n";
  constexpr std::string_view kWarm = "fn resize 0..40ms SERVER {faas.trigger=http, faas.coldstart=false}\n";
  EXPECT_EQ(found(*analysisAmong(kCold, {{kWarm, 40}}), "B21"), nullptr);
}

TEST(ColdStart, OfAServerByAnotherClockIsTakenFromItsCaller) {
  const auto analysis = analysisOf(R"(
    web GET /     0..500ms  SERVER
      web Run     0..480ms  CLIENT
        fn Run    300..750ms SERVER {faas.coldstart=true}
  )");
  ASSERT_NE(found(*analysis, "B21"), nullptr);
  EXPECT_EQ(found(*analysis, "B21")->savingNs, 450 * kMs);
}

constexpr std::string_view kWarmOld = R"(
  shop GET /   0..40ms  SERVER instance=old
    shop load  10..30ms instance=old
)";
constexpr std::string_view kWarmNew = R"(
  shop GET /   0..40ms  SERVER instance=new
    shop load  10..30ms instance=new
)";
constexpr std::string_view kSlowNew = R"(
  shop GET /   0..900ms   SERVER instance=new
    shop load  300..700ms instance=new
)";

TEST(ColdStart, IsAFirstRequestWithSeveralSlowSteps) {
  const auto analysis = analysisAmong(kSlowNew, {{kWarmOld, 40}, {kWarmNew, 10}});
  ASSERT_NE(found(*analysis, "B21"), nullptr);
  EXPECT_EQ(sentenceOf(*analysis, "B21"),
            "This is one of the first requests of shop on instance new: 2 of its steps took 900 ms of their own time, "
            "where 40 ms is usual.");
}

TEST(ColdStart, NeedsTwoSlowOperations) {
  constexpr std::string_view kOneSlow = R"(
    shop GET /   0..900ms   SERVER instance=new
      shop load  10..30ms   instance=new
  )";
  EXPECT_EQ(found(*analysisAmong(kOneSlow, {{kWarmOld, 40}, {kWarmNew, 10}}), "B21"), nullptr);
}

TEST(ColdStart, IsNoneOfAnInstanceThatHasRunBefore) {
  // The slow request comes first in the file, and a hundred seconds after the instance's first one.
  std::vector<SpanSpec> spans = parseTrace(kSlowNew, kEpochNs + 100'000 * kMs);
  for (uint64_t i = 0; i < 40; ++i) {
    for (SpanSpec span : parseTrace(kWarmNew, kEpochNs + static_cast<int64_t>(i) * 1'000 * kMs)) {
      span.trace = {0, 100 + i};
      spans.push_back(span);
    }
  }
  const auto snapshot = snapshotOf(spans);
  const auto analysis = analyzeTrace(snapshot, kFirstTrace, buildPopulation(snapshot, {}, 1));
  EXPECT_EQ(found(*analysis, "B21"), nullptr);
  EXPECT_NE(found(*analysis, "B3"), nullptr);
}

std::string download(int64_t ms, int64_t bytes, std::string_view key = "http.response.body.size") {
  const std::string time = "0.." + std::to_string(ms) + "ms";
  return "web GET / " + time + " SERVER\n  web GET " + time + " CLIENT {http.request.method=GET, server.address=images, " +
         std::string(key) + "=" + std::to_string(bytes) + "}\n";
}

TEST(LargePayload, BeginsAtThreeHundredKilobytesAndAHundredMilliseconds) {
  const auto analysis = analysisOf(download(180, 2'400'000));
  ASSERT_NE(found(*analysis, "B22"), nullptr);
  EXPECT_EQ(sentenceOf(*analysis, "B22"), "The response of images (GET) is 2.4 MB and takes 180 ms.");
  EXPECT_TRUE(found(*analysis, "B22")->savingIsUpperBound);
  EXPECT_NE(found(*analysisOf(download(100, 300'000)), "B22"), nullptr);
  EXPECT_NE(found(*analysisOf(download(100, 300'000, "http.response_content_length")), "B22"), nullptr);
  EXPECT_EQ(found(*analysisOf(download(99, 300'000)), "B22"), nullptr);
  EXPECT_EQ(found(*analysisOf(download(100, 299'999)), "B22"), nullptr);
}

TEST(LargePayload, IsReadFromTheServerWhereTheCallerDoesNotSay) {
  const auto analysis = analysisOf(R"(
    web GET /       0..200ms SERVER
      web GET       5..195ms CLIENT {http.request.method=GET}
        shop GET /x 10..190ms SERVER {http.request.method=GET, http.response.body.size=900000}
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B22"), "The response of shop (GET /x) is 900 kB and takes 180 ms.");
  EXPECT_EQ(found(*analysis, "B22")->savingNs, 180 * kMs);
}

TEST(LargePayload, SavesWhatSmallCallsDoNotTake) {
  std::vector<std::string> texts;
  for (int64_t i = 1; i <= 24; ++i) texts.push_back(download(10 * i, 100'000 * i));
  std::vector<Others> others;
  for (const std::string& text : texts) others.push_back({text, 1});
  const std::string large = download(240, 2'400'000);
  const auto analysis = analysisAmong(large, others);
  const Finding* finding = found(*analysis, "B22");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->savingNs, 200 * kMs);
  EXPECT_FALSE(finding->savingIsUpperBound);
  EXPECT_THAT(finding->sentence, HasSubstr("its time grows by about 0.1 ms per kB (n = 25), and small ones take 40 ms."));
}

TEST(LargePayload, IsSeenThoughAllOthersAreTooSmallToTell) {
  std::vector<std::string> texts;
  for (int64_t i = 0; i < 30; ++i) texts.push_back(download(5 + (i * 7) % 10, 10'000 + (i * 13) % 30 * 1'000));
  std::vector<Others> others;
  for (const std::string& text : texts) others.push_back({text, 1});
  EXPECT_NE(found(*analysisAmong(download(180, 2'400'000), others), "B22"), nullptr);
}

TEST(LargePayload, IsNoneOfASizeThatIsUsual) {
  std::vector<std::string> texts;
  for (int64_t i = 1; i <= 30; ++i) texts.push_back(download(i, 1'000 * i));
  std::vector<Others> others;
  for (const std::string& text : texts) others.push_back({text, 1});
  EXPECT_EQ(found(*analysisAmong(download(30, 30'000), others), "B22"), nullptr);
  EXPECT_NE(found(*analysisAmong(download(90, 90'000), others), "B22"), nullptr);
  EXPECT_EQ(found(*analysisAmong(download(12, 3'000'000), others), "B22"), nullptr);  // quick in spite of its size
}

TEST(LargePayload, IsNoneWhereSizeHasNothingToDoWithTime) {
  std::vector<std::string> texts;
  for (int64_t i = 0; i < 40; ++i) texts.push_back(download(100 + (i * 7) % 40, 100'000 + (i * 13) % 40 * 100'000));
  std::vector<Others> others;
  for (const std::string& text : texts) others.push_back({text, 1});
  EXPECT_EQ(found(*analysisAmong(download(120, 2'000'000), others), "B22"), nullptr);
}

TEST(RankCorrelation, IsOneForAnyRisingAndMinusOneForAnyFallingRelation) {
  EXPECT_DOUBLE_EQ(rankCorrelation({{1, 1}, {2, 10}, {3, 1000}}), 1);
  EXPECT_DOUBLE_EQ(rankCorrelation({{1, 30}, {2, 10}, {3, 1}}), -1);
  EXPECT_DOUBLE_EQ(rankCorrelation({{1, 5}, {2, 5}, {3, 5}}), 0);
  EXPECT_NEAR(rankCorrelation({{1, 1}, {1, 2}, {2, 3}, {3, 4}}), 0.9487, 1e-4);
  EXPECT_EQ(rankCorrelation({}), 0);
}

}  // namespace
}  // namespace waybill::analysis
