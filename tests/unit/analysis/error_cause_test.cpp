// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "found.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

TEST(ErrorCause, IsTheDeepestFailureThatWentUpToTheRoot) {
  const auto analysis = analysisOf(R"(
    web GET /            0..100ms SERVER error {http.response.status_code=500}
      web GET            0..95ms  CLIENT error {http.response.status_code=500}
        cart GET /c      1..94ms  SERVER error {http.response.status_code=500}
          cart Price     5..90ms  CLIENT error {rpc.system=grpc, rpc.grpc.status_code=13}
            pricing Price 6..80ms SERVER error {exception.type=java.lang.NullPointerException}
              pricing db 7..20ms  CLIENT {db.system=mysql}
  )");
  const Finding* finding = found(*analysis, "B14");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->sentence,
            "The 500 of web (GET /) begins in pricing (Price): NullPointerException (it went up through 3 services).");
  EXPECT_EQ(finding->service, "pricing");
  EXPECT_EQ(finding->severity, Severity::High);
  EXPECT_EQ(finding->savingNs, 0);
  EXPECT_EQ(finding->evidence.size(), 5u);
}

TEST(ErrorCause, ReadsTheLastExceptionEvent) {
  std::vector<SpanSpec> spans = parseTrace(R"(
    web GET /  0..100ms SERVER error
      web load 5..20ms  error
  )");
  spans[1].events = {{"exception", kEpochNs + 6'000'000, {{"exception.type", "IOException"}}},
                     {"exception", kEpochNs + 7'000'000,
                      {{"exception.type", "app.errors.NotLoaded"}, {"exception.message", "no rows for 17"}}}};
  const auto analysis = analyzeTrace(snapshotOf(spans), kFirstTrace);
  EXPECT_THAT(sentenceOf(*analysis, "B14"), HasSubstr("begins in web (load): NotLoaded: no rows for 17"));
}

TEST(ErrorCause, IsTheFirstOfSeveralToEnd) {
  const auto analysis = analysisOf(R"(
    web GET /  0..100ms SERVER error
      web late 10..90ms error {error.type=Late}
      web soon 20..30ms error {error.type=Soon}
  )");
  EXPECT_THAT(sentenceOf(*analysis, "B14"), HasSubstr("begins in web (soon): Soon"));
  EXPECT_THAT(sentenceOf(*analysis, "B14"), HasSubstr("1 other failure came after it."));
  EXPECT_EQ(countOf(*analysis, "B14"), 1u);
}

TEST(ErrorCause, MayBeTheRootItself) {
  EXPECT_EQ(sentenceOf(*analysisOf("web GET / 0..10ms SERVER error {http.status_code=500, error.type=KeyError}"), "B14"),
            "The 500 of web (GET /) begins in itself: KeyError.");
}

TEST(ErrorCause, SaysWhenNoReasonIsRecorded) {
  EXPECT_THAT(sentenceOf(*analysisOf("web GET / 0..10ms SERVER error"), "B14"), HasSubstr("no reason is recorded"));
}

TEST(ErrorCause, GoesUpThroughStepsThatAreNotMarked) {
  const auto analysis = analysisOf(R"(
    web GET /      0..100ms SERVER error
      web handler  0..100ms
        web find   5..20ms  CLIENT error {db.system=mysql, error.type=DeadlockError}
  )");
  EXPECT_THAT(sentenceOf(*analysis, "B14"), HasSubstr("begins in the call from web to mysql (find): DeadlockError"));
  EXPECT_EQ(found(*analysis, "B14")->severity, Severity::High);
}

TEST(ErrorCause, OfAFailureThatSomebodyGotOverIsMinor) {
  const auto analysis = analysisOf(R"(
    web GET /      0..100ms SERVER
      web Ads      5..20ms  CLIENT error {rpc.system=grpc, rpc.service=Ads, rpc.grpc.status_code=14}
      web Ads      25..40ms CLIENT error {rpc.system=grpc, rpc.service=Ads, rpc.grpc.status_code=14}
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B14"),
            "The call from web to Ads (Ads) failed 2 times: gRPC UNAVAILABLE. web (GET /) went on all the same.");
  EXPECT_EQ(found(*analysis, "B14")->severity, Severity::Low);
}

TEST(ErrorCause, IsSilentAboutRetriesThatHelpedAndAnswersThatAreNoFault) {
  EXPECT_EQ(found(*analysisOf(R"(
    web GET /      0..100ms SERVER
      web GET      5..20ms  CLIENT error {http.request.method=GET, url.full=http://a/1, http.response.status_code=503}
      web GET      25..40ms CLIENT {http.request.method=GET, url.full=http://a/1, http.response.status_code=200}
      web HEAD     45..60ms CLIENT error {http.request.method=HEAD, url.full=http://a/2, http.response.status_code=404}
  )"), "B14"), nullptr);
}

TEST(ErrorCause, IsSilentAboutTimeoutsThatAreAFindingThemselves) {
  const auto analysis = analysisOf(R"(
    web GET /      0..1100ms SERVER
      web find     5..1005ms CLIENT error {db.system=mysql, error.type=timeout}
  )");
  EXPECT_NE(found(*analysis, "B12"), nullptr);
  EXPECT_EQ(found(*analysis, "B14"), nullptr);
}

TEST(ErrorCause, OfARootThatNothingMarkedLeadsToIsLikely) {
  const auto analysis = analysisOf(R"(
    web GET /       0..100ms SERVER error {http.response.status_code=502}
      web GET       0..95ms  CLIENT
        cart GET /c 1..94ms  SERVER
          cart find 5..90ms  CLIENT error {db.system=mysql, error.type=ConnectionRefused}
  )");
  EXPECT_THAT(sentenceOf(*analysis, "B14"), HasSubstr("most likely begins in the call from cart to mysql (find)"));
  EXPECT_EQ(found(*analysis, "B14")->confidence, Confidence::Medium);
}

TEST(ErrorCause, OfAHundredThousandDeepFailuresIsFoundAtTheBottom) {
  std::vector<SpanSpec> spans;
  constexpr uint64_t kDepth = 100'000;
  for (uint64_t i = 0; i < kDepth; ++i) {
    SpanSpec span;
    span.id = i + 1;
    span.parent = i;
    span.startNs = kEpochNs + i;
    span.endNs = kEpochNs + 10 * kDepth - i;
    span.name = i + 1 == kDepth ? "bottom" : "step";
    span.error = true;
    spans.push_back(span);
  }
  const auto analysis = analyzeTrace(snapshotOf(spans), kFirstTrace);
  EXPECT_THAT(sentenceOf(*analysis, "B14"), HasSubstr("begins in svc (bottom)"));
}

}  // namespace
}  // namespace waybill::analysis
