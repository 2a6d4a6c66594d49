// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/timeouts.h"
#include "found.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr int64_t kMs = 1'000'000;

// A request that waits for one call.
std::string call(int64_t ms, std::string_view options) {
  const std::string time = "0.." + std::to_string(ms) + "ms";
  return "orders GET /o " + time + " SERVER\n  orders find " + time + " CLIENT " + std::string(options) + "\n";
}

TEST(Timeout, IsARoundDurationOfACallThatFailed) {
  const auto analysis = analysisOf(call(30'020, "error {db.system=mongodb, db.operation=find, db.collection.name=o}"));
  const Finding* finding = found(*analysis, "B12");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->sentence, "orders gave up on mongodb (find) after 30.02 s: a 30 s timeout.");
  EXPECT_EQ(finding->confidence, Confidence::Medium);
  EXPECT_TRUE(finding->savingIsUpperBound);
}

TEST(Timeout, IsWhateverTheSpanCallsOne) {
  for (const std::string_view options :
       {"error {rpc.system=grpc, rpc.grpc.status_code=4}", "error {rpc.system.name=grpc, rpc.status_code=DEADLINE_EXCEEDED}",
        "error {error.type=timeout}", "error {error.type=java.net.SocketTimeoutException}",
        "error {http.status_code=504}"}) {
    const auto analysis = analysisOf(call(730, options));
    ASSERT_NE(found(*analysis, "B12"), nullptr) << options;
    EXPECT_EQ(found(*analysis, "B12")->confidence, Confidence::High) << options;
    EXPECT_THAT(sentenceOf(*analysis, "B12"), HasSubstr("after 730 ms: a time limit")) << options;
  }
}

TEST(Timeout, RoundValuesReachOnePerCentOrTwentyMilliseconds) {
  EXPECT_EQ(roundLimitNs(30'300 * kMs), 30'000 * kMs);
  EXPECT_EQ(roundLimitNs(30'301 * kMs), std::nullopt);
  EXPECT_EQ(roundLimitNs(520 * kMs), 500 * kMs);
  EXPECT_EQ(roundLimitNs(521 * kMs), std::nullopt);
  EXPECT_EQ(roundLimitNs(480 * kMs), 500 * kMs);
  EXPECT_EQ(roundLimitNs(479 * kMs), std::nullopt);
  EXPECT_EQ(roundLimitNs(96 * kMs), 100 * kMs);
  EXPECT_EQ(roundLimitNs(80 * kMs), std::nullopt);
  EXPECT_EQ(roundLimitNs(0), std::nullopt);
  EXPECT_EQ(roundLimitNs(INT64_MAX), std::nullopt);
}

TEST(Timeout, IsNoneWhereTheCallWentWell) {
  EXPECT_EQ(found(*analysisOf(call(30'000, "{http.request.method=GET, url.path=/poll}")), "B12"), nullptr);
}

TEST(Timeout, IsNoneWhereTheOtherSideSaidWhatWasWrong) {
  EXPECT_EQ(found(*analysisOf(call(1'000, "error {http.status_code=500}")), "B12"), nullptr);
  EXPECT_EQ(found(*analysisOf(call(1'000, "error {rpc.system=grpc, rpc.grpc.status_code=13}")), "B12"), nullptr);
}

TEST(Timeout, IsNoneWhereTheOtherSideAnsweredInTime) {
  EXPECT_EQ(found(*analysisOf(R"(
    web GET /   0..1000ms SERVER
      web load  0..1000ms CLIENT error
        db load 10..900ms SERVER
  )"), "B12"), nullptr);
}

TEST(Timeout, IsBlamedOnTheDeepestCall) {
  const auto analysis = analysisOf(R"(
    web GET /        0..1010ms  SERVER error
      web GET        0..1005ms  CLIENT error
        shop GET /o  1..1003ms  SERVER error
          shop find  2..1002ms  CLIENT error {db.system=mysql, error.type=timeout}
  )");
  EXPECT_EQ(countOf(*analysis, "B12"), 1u);
  EXPECT_EQ(sentenceOf(*analysis, "B12"), "shop gave up on mysql (find) after 1 s: a 1 s timeout.");
}

TEST(Timeout, OfAServerIsToldOfTheCallWhoseLimitItWas) {
  const auto analysis = analysisOf(R"(
    web GET /     0..2010ms  SERVER
      web Get     0..2001ms  CLIENT error {rpc.system=grpc, rpc.grpc.status_code=4}
        shop Get  1..2000ms  SERVER error {rpc.system=grpc, rpc.grpc.status_code=4}
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B12"), "web gave up on shop (Get) after 2.001 s: a 2 s timeout.");
}

TEST(Timeout, IsAPlateauAtTheLongestDuration) {
  const auto analysis = analysisOf(R"(
    web GET /   0..2400ms SERVER
      web Get   0..700ms      CLIENT error
      web Get   700..800ms    CLIENT
      web Get   800..1504ms   CLIENT error
      web Get   1504..2203ms  CLIENT error
  )");
  ASSERT_NE(found(*analysis, "B12"), nullptr);
  EXPECT_EQ(found(*analysis, "B12")->evidence.size(), 3u);
  EXPECT_THAT(sentenceOf(*analysis, "B12"), HasSubstr("3 times, first after 700 ms: a time limit"));
}

TEST(Timeout, IsNoPlateauOfTwo) {
  EXPECT_EQ(found(*analysisOf(R"(
    web GET /   0..1504ms SERVER
      web Get   0..700ms      CLIENT error
      web Get   800..1504ms   CLIENT error
  )"), "B12"), nullptr);
}

TEST(Timeout, SavesWhatIsUnusual) {
  const auto analysis = analysisAmong(call(3'005, "error {db.system=mongodb}"),
                                      {{"orders GET /o 0..20ms SERVER\n  orders find 0..20ms CLIENT {db.system=mongodb}\n", 40}});
  const Finding* finding = found(*analysis, "B12");
  ASSERT_NE(finding, nullptr);
  EXPECT_NEAR(static_cast<double>(finding->savingNs), 2985.0 * kMs, 1.0 * kMs);
  EXPECT_FALSE(finding->savingIsUpperBound);
  EXPECT_THAT(finding->sentence, HasSubstr("a 3 s timeout; such a call takes normally 20 ms"));
}

TEST(Timeout, ThatIsUsualStillCosts) {
  const std::string slow = call(3'005, "error {db.system=mongodb}");
  const auto analysis = analysisAmong(slow, {{slow, 40}});
  ASSERT_NE(found(*analysis, "B12"), nullptr);
  EXPECT_TRUE(found(*analysis, "B12")->savingIsUpperBound);
}

TEST(WorkAfterTimeout, IsACalleeThatGoesOnAfterItsCallerGaveUp) {
  const auto analysis = analysisOf(R"(
    payment POST /charge   0..1010ms SERVER
      payment POST         0..1000ms CLIENT error {error.type=timeout}
        bank POST /auth    2..3100ms SERVER
  )");
  const Finding* finding = found(*analysis, "B13");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->savingNs, 0);
  EXPECT_EQ(finding->service, "bank");
  EXPECT_EQ(finding->sentence,
            "bank kept working on POST /auth for 2.1 s after payment gave up after 1 s; nobody used the result.");
}

TEST(WorkAfterTimeout, BeginsAtTenMilliseconds) {
  const auto with = [](std::string_view end) {
    return analysisOf("a x 0..200ms SERVER\n  a y 0..100ms CLIENT error\n    b y 0.." + std::string(end) + " SERVER\n");
  };
  EXPECT_EQ(found(*with("109ms"), "B13"), nullptr);
  EXPECT_NE(found(*with("110ms"), "B13"), nullptr);
}

TEST(WorkAfterTimeout, IsNotSeenInClocksThatDiffer) {
  // 90 ms of work inside a failed call of 100 ms, by a clock that is 50 ms ahead.
  EXPECT_EQ(found(*analysisOf(R"(
    a x      0..200ms  SERVER
      a y    0..100ms  CLIENT error {error.type=timeout}
        b y  55..145ms SERVER
  )"), "B13"), nullptr);
}

TEST(WorkAfterTimeout, IsNoneWhereTheCallerGotItsAnswer) {
  EXPECT_EQ(found(*analysisOf(R"(
    a x      0..200ms  SERVER
      a y    0..100ms  CLIENT
        b y  0..190ms  SERVER
  )"), "B13"), nullptr);
}

}  // namespace
}  // namespace waybill::analysis
