// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "found.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr int64_t kMs = 1'000'000;

constexpr std::string_view kTwoTimeouts = R"(
  shop POST /buy        0..1400ms     SERVER
    shop POST           0..500ms      CLIENT error {http.request.method=POST, url.full=http://bank/pay, server.address=bank, error.type=timeout}
    shop POST           600..1100ms   CLIENT error {http.request.method=POST, url.full=http://bank/pay, server.address=bank, error.type=timeout, http.request.resend_count=1}
    shop POST           1250..1400ms  CLIENT {http.request.method=POST, url.full=http://bank/pay, server.address=bank, http.request.resend_count=2}
)";

TEST(Retry, SavesFailedTriesAndThePausesBetween) {
  const auto analysis = analysisOf(kTwoTimeouts);
  const Finding* finding = found(*analysis, "B10");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->savingNs, 1250 * kMs);
  EXPECT_EQ(finding->evidence.size(), 3u);
  EXPECT_EQ(finding->confidence, Confidence::High);
  EXPECT_EQ(finding->sentence,
            "shop called bank (POST) 3 times: 2 timeouts, together 1 s, plus 250 ms between the tries, before it went "
            "well.");
}

TEST(Retry, TellsOldConventionsToo) {
  const auto analysis = analysisOf(R"(
    shop POST /buy   0..300ms    SERVER
      shop HTTP POST 0..100ms    CLIENT error {http.method=POST, http.url=http://bank/pay, http.status_code=503}
      shop HTTP POST 150..300ms  CLIENT {http.method=POST, http.url=http://bank/pay, http.status_code=200}
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B10"),
            "shop called bank (HTTP POST) 2 times: 1 failure (HTTP 503) of 100 ms, plus 50 ms between the tries, before it "
            "went well.");
}

TEST(Retry, OfDifferentParametersIsNone) {
  const auto analysis = analysisOf(R"(
    shop GET /list  0..300ms    SERVER
      shop GET      0..100ms    CLIENT error {http.request.method=GET, url.full=http://items/1, http.response.status_code=500}
      shop GET      150..300ms  CLIENT {http.request.method=GET, url.full=http://items/2}
  )");
  EXPECT_EQ(found(*analysis, "B10"), nullptr);
}

TEST(Retry, InALoopOfCallsThatCannotBeToldApartIsNone) {
  const auto analysis = analysisOf(R"(
    shop list     0..500ms    SERVER
      shop Get    0..100ms    CLIENT {rpc.system=grpc, rpc.service=Items, rpc.method=Get}
      shop Get    100..200ms  CLIENT error {rpc.system=grpc, rpc.service=Items, rpc.method=Get, rpc.grpc.status_code=13}
      shop Get    200..300ms  CLIENT {rpc.system=grpc, rpc.service=Items, rpc.method=Get}
      shop Get    300..400ms  CLIENT {rpc.system=grpc, rpc.service=Items, rpc.method=Get}
  )");
  EXPECT_EQ(found(*analysis, "B10"), nullptr);
}

TEST(Retry, OfCallsWithErasedParametersIsLessSure) {
  const auto analysis = analysisOf(R"(
    shop list     0..500ms    SERVER
      shop Get    0..200ms    CLIENT error {rpc.system=grpc, rpc.service=Items, rpc.method=Get, rpc.grpc.status_code=14}
      shop Get    200..400ms  CLIENT {rpc.system=grpc, rpc.service=Items, rpc.method=Get}
  )");
  ASSERT_NE(found(*analysis, "B10"), nullptr);
  EXPECT_EQ(found(*analysis, "B10")->confidence, Confidence::Medium);
}

TEST(Retry, BesideALongerBranchSavesNothing) {
  const auto analysis = analysisOf(R"(
    shop GET /   0..1000ms  SERVER
      shop slow  0..1000ms
      shop GET   0..100ms    CLIENT error {http.request.method=GET, url.full=http://a/x}
      shop GET   150..300ms  CLIENT {http.request.method=GET, url.full=http://a/x}
  )");
  EXPECT_EQ(found(*analysis, "B10"), nullptr);
}

TEST(Retry, IsNoneWhereCallsRunSideBySide) {
  const auto analysis = analysisOf(R"(
    shop GET /  0..200ms  SERVER
      shop GET  0..100ms  CLIENT error {http.request.method=GET, url.full=http://a/x}
      shop GET  5..200ms  CLIENT {http.request.method=GET, url.full=http://a/x}
  )");
  EXPECT_EQ(found(*analysis, "B10"), nullptr);
}

TEST(Retry, IsNoneForRedirectsPollingAndSigningIn) {
  EXPECT_EQ(found(*analysisOf(R"(
    shop GET /  0..300ms SERVER
      shop GET  0..100ms   CLIENT {http.request.method=GET, url.full=http://a/x, http.response.status_code=302}
      shop GET  100..300ms CLIENT {http.request.method=GET, url.full=http://a/x, http.request.resend_count=1}
  )"), "B10"), nullptr);
  for (const std::string_view status : {"404", "401"}) {
    std::string text = R"(
      shop GET /  0..300ms SERVER
        shop GET  0..100ms   CLIENT error {http.request.method=GET, url.full=http://a/x, http.response.status_code=?}
        shop GET  100..300ms CLIENT {http.request.method=GET, url.full=http://a/x, http.response.status_code=200}
    )";
    text.replace(text.find('?'), 1, status);
    EXPECT_EQ(found(*analysisOf(text), "B10"), nullptr) << status;
  }
}

TEST(Retry, ThatNeverWentWellSaysSo) {
  const auto analysis = analysisOf(R"(
    shop POST /buy  0..300ms  SERVER error
      shop POST  0..100ms    CLIENT error {http.request.method=POST, url.full=http://b/p, http.response.status_code=503}
      shop POST  100..200ms  CLIENT error {http.request.method=POST, url.full=http://b/p, http.response.status_code=503}
      shop POST  200..300ms  CLIENT error {http.request.method=POST, url.full=http://b/p, http.response.status_code=503}
  )");
  ASSERT_NE(found(*analysis, "B10"), nullptr);
  EXPECT_EQ(found(*analysis, "B10")->savingNs, 200 * kMs);
  EXPECT_THAT(sentenceOf(*analysis, "B10"), HasSubstr("and the last try failed too"));
}

TEST(Retry, OfBranchesSideBySideAreKeptApart) {
  const auto analysis = analysisOf(R"(
    shop GET /  0..300ms  SERVER
      shop GET  0..100ms    CLIENT error {http.request.method=GET, url.full=http://a/x}
      shop GET  10..100ms   CLIENT error {http.request.method=GET, url.full=http://a/x}
      shop GET  110..200ms  CLIENT {http.request.method=GET, url.full=http://a/x}
      shop GET  120..300ms  CLIENT {http.request.method=GET, url.full=http://a/x}
  )");
  EXPECT_THAT(sentenceOf(*analysis, "B10"), HasSubstr("4 times for 2 calls"));
}

TEST(Retry, OfAHundredThousandCallsThatAllFailEndsSoon) {
  std::string text = "shop loop 0..200000ms SERVER\n";
  for (int i = 0; i < 100'000; ++i) {
    text += "  shop Get " + std::to_string(i) + ".." + std::to_string(i + 1) + "ms CLIENT error\n";
  }
  EXPECT_EQ(found(*analysisOf(text), "B11"), nullptr);
}

constexpr std::string_view kOnce = R"(
  shop POST /buy  0..100ms  SERVER
    shop Charge   0..100ms  CLIENT {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge}
)";
constexpr std::string_view kTwice = R"(
  shop POST /buy  0..200ms  SERVER
    shop Charge   0..100ms    CLIENT error {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge, rpc.grpc.status_code=14}
    shop Charge   100..200ms  CLIENT {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge}
)";

TEST(RetryStorm, IsSeenWhereOneRequestInTwentyRetries) {
  const auto analysis = analysisAmong(kTwice, {{kOnce, 38}, {kTwice, 1}});
  ASSERT_NE(found(*analysis, "B11"), nullptr);
  EXPECT_THAT(sentenceOf(*analysis, "B10"), HasSubstr("It is retried in 2 of the 40 requests that make this call."));
}

TEST(RetryStorm, IsNoneOfASingleRequest) {
  EXPECT_EQ(found(*analysisAmong(kTwice, {{kOnce, 99}}), "B11"), nullptr);
  EXPECT_EQ(found(*analysisAmong(kTwice, {{kOnce, 19}}), "B11"), nullptr);
}

TEST(RetryStorm, IsNoneWhereTheCallIsMadeOftenAnywayAndSeldomRetried) {
  constexpr std::string_view kThreeCalls = R"(
    shop POST /buy  0..300ms  SERVER
      shop GET      0..100ms    CLIENT {http.request.method=GET, url.full=http://a/x}
      shop GET      100..200ms  CLIENT {http.request.method=GET, url.full=http://a/y}
      shop GET      200..300ms  CLIENT {http.request.method=GET, url.full=http://a/z}
  )";
  constexpr std::string_view kOneRetried = R"(
    shop POST /buy  0..400ms  SERVER
      shop GET      0..100ms    CLIENT error {http.request.method=GET, url.full=http://a/x}
      shop GET      100..200ms  CLIENT {http.request.method=GET, url.full=http://a/x}
      shop GET      200..300ms  CLIENT {http.request.method=GET, url.full=http://a/y}
      shop GET      300..400ms  CLIENT {http.request.method=GET, url.full=http://a/z}
  )";
  const auto analysis = analysisAmong(kOneRetried, {{kThreeCalls, 99}});
  EXPECT_NE(found(*analysis, "B10"), nullptr);
  EXPECT_EQ(found(*analysis, "B11"), nullptr);
}

TEST(RetryStorm, OfRetriesWithinRetriesIsSeenInOneTrace) {
  const auto analysis = analysisOf(R"(
    web POST /buy      0..400ms  SERVER
      web Buy          0..200ms    CLIENT error {rpc.system=grpc, rpc.service=Shop, rpc.method=Buy, rpc.grpc.status_code=14}
        shop Buy       0..200ms    SERVER error
          shop Charge  0..100ms    CLIENT error {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge, rpc.grpc.status_code=14}
          shop Charge  100..200ms  CLIENT error {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge, rpc.grpc.status_code=14}
      web Buy          200..400ms  CLIENT {rpc.system=grpc, rpc.service=Shop, rpc.method=Buy}
        shop Buy       200..400ms  SERVER
          shop Charge  200..300ms  CLIENT error {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge, rpc.grpc.status_code=14}
          shop Charge  300..400ms  CLIENT {rpc.system=grpc, rpc.service=Bank, rpc.method=Charge}
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B11"),
            "This request called Bank (Charge) 4 times, because calls that are retried retry their own calls.");
  EXPECT_EQ(found(*analysis, "B11")->confidence, Confidence::Medium);
}

}  // namespace
}  // namespace waybill::analysis
