// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "repeated_spans.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

// user 40 ms, cart 30 ms and ads 20 ms, beginning at those milliseconds of a request.
std::string page(int trace, int user, int cart, int ads) {
  const std::string id = " trace=" + std::to_string(trace);
  const auto call = [&](const std::string& name, int at, int lasts) {
    return "  web " + name + " " + std::to_string(at) + ".." + std::to_string(at + lasts) +
           "ms CLIENT {rpc.system=grpc, rpc.service=" + name + ", rpc.method=Get}\n";
  };
  return "web GET / 0..200ms SERVER" + id + "\n" + call("user", user, 40) + call("cart", cart, 30) + call("ads", ads, 20);
}

std::string always(int traces, const std::string& first, int user, int cart, int ads) {
  std::string text = first;
  for (int i = 2; i <= traces; ++i) text += page(i, user, cart, ads);
  return text;
}

// With 5 ms of own code between: nothing to guess at.
const std::string kInARow = page(1, 10, 55, 90);

TEST(CouldBeParallel, CallsThatOverlapInOtherTraces) {
  const auto analysis = analysisAmongOthers(always(9, kInARow, 10, 11, 12));
  const auto findings = findingsOfKind(*analysis, "B8");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 50'000'000);
  EXPECT_EQ(findings[0]->confidence, Confidence::High);
  EXPECT_EQ(findings[0]->sentence,
            "web GET / calls user `Get`, cart `Get` and ads `Get` one after another; of 9 traces 8 have them overlapping or "
            "in another order, so they do not need each other's results: starting them together would save about 50 ms.");
}

TEST(CouldBeParallel, CallsInAnotherOrderInASingleTraceAreLessSure) {
  const auto analysis = analysisAmongOthers(kInARow + page(2, 120, 70, 20));
  ASSERT_EQ(findingsOfKind(*analysis, "B8").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B8")[0]->confidence, Confidence::Medium);
}

TEST(CouldBeParallel, CallsAlwaysInThisOrderAreNot) {
  EXPECT_EQ(count(*analysisAmongOthers(always(30, kInARow, 10, 55, 90)), "B8"), 0u);
  EXPECT_EQ(countIn(kInARow, "B8"), 0u);
}

TEST(CouldBeParallel, OnlyThoseWhoseOrderIsRefutedStartTogether) {
  // The user always comes first; the other two in any order.
  const auto analysis = analysisAmongOthers(always(9, kInARow, 10, 110, 60));
  const auto findings = findingsOfKind(*analysis, "B8");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->evidence.size(), 2u);
  EXPECT_EQ(findings[0]->savingNs, 20'000'000);
}

TEST(CouldBeParallel, LessThanTenMillisecondsIsNot) {
  const std::string text = R"(
    web GET / 0..100ms SERVER
      web a 10..50ms CLIENT
      web b 60..69ms CLIENT
    web GET / 0..100ms SERVER trace=2
      web b 10..19ms CLIENT
      web a 20..60ms CLIENT
  )";
  EXPECT_EQ(count(*analysisAmongOthers(text), "B8"), 0u);
}

TEST(CouldBeParallel, WithoutOtherTracesItIsAGuess) {
  const auto analysis = analysisOf(page(1, 10, 50, 80));  // no pauses
  const auto findings = findingsOfKind(*analysis, "B8");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->confidence, Confidence::Low);
  EXPECT_EQ(findings[0]->severity, Severity::Low);
  EXPECT_THAT(findings[0]->sentence, HasSubstr("if none needs another's result"));
}

TEST(CouldBeParallel, WhatChangesSomethingHasItsPlace) {
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web "UPDATE a" 10..50ms CLIENT {db.system=mysql, db.statement=UPDATE a SET b = 1}
      web "SELECT a" 50..90ms CLIENT {db.system=mysql, db.statement=SELECT b FROM a}
  )", "B8"), 0u);
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web POST 10..50ms CLIENT {http.method=POST, http.url=http://auth/login}
      web GET 50..90ms CLIENT {http.method=GET, http.url=http://users/me}
  )", "B8"), 0u);
}

TEST(CouldBeParallel, CallsOfOneNameAreToldApartByWhatTheyCall) {
  // In the other traces the second "GET" is beside the first, but goes elsewhere.
  std::string text = R"(
    web GET / 0..100ms SERVER
      web GET 10..50ms CLIENT {http.method=GET, http.url=http://users/me}
      web GET 55..95ms CLIENT {http.method=GET, http.url=http://cart/mine}
  )";
  for (int i = 2; i < 9; ++i) {
    text += "web GET / 0..100ms SERVER trace=" + std::to_string(i) + R"(
      web GET 10..50ms CLIENT {http.method=GET, http.url=http://users/me}
      web GET 12..40ms CLIENT {http.method=GET, http.url=http://ads/best}
      web GET 55..95ms CLIENT {http.method=GET, http.url=http://cart/mine}
)";
  }
  EXPECT_EQ(count(*analysisAmongOthers(text), "B8"), 0u);
}

TEST(Straggler, TheLastOfAFanOutIsFound) {
  std::vector<Lap> laps(16, Lap{10'000, 40'000});
  laps[6] = {10'000, 280'000};
  const auto analysis = analysisOf("web GET /search 0..300ms SERVER\n" +
                                   repeated("  web Query @ CLIENT {rpc.system=grpc, rpc.service=shard, rpc.method=Query, server.address=shard-#}", laps));
  const auto findings = findingsOfKind(*analysis, "B9");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 240'000'000);
  EXPECT_EQ(findings[0]->sentence,
            "One of 16 parallel calls `Query` in web GET /search answered 240 ms after all the others at shard-7 (it took "
            "270 ms, the others typically 30 ms); the request waited only for it.");
}

TEST(Straggler, NeedsThreeAndFiveMillisecondsAndHalfOfTheOthers) {
  const auto counted = [](const std::vector<Lap>& laps) {
    return countIn("web GET /search 0..100ms SERVER\n" + repeated("  web Query @ CLIENT", laps), "B9");
  };
  EXPECT_EQ(counted({{1'000, 9'000}, {1'000, 60'000}}), 0u);
  EXPECT_EQ(counted({{1'000, 9'000}, {1'000, 9'000}, {1'000, 13'900}}), 0u);
  EXPECT_EQ(counted({{1'000, 9'000}, {1'000, 9'000}, {1'000, 14'000}}), 1u);
  EXPECT_EQ(counted({{1'000, 41'000}, {1'000, 41'000}, {1'000, 60'900}}), 0u);
  EXPECT_EQ(counted({{1'000, 41'000}, {1'000, 41'000}, {1'000, 61'000}}), 1u);
}

TEST(Straggler, OneThatOnlyBeganLateIsNone) {
  EXPECT_EQ(countIn("web GET /search 0..100ms SERVER\n" +
                    repeated("  web Query @ CLIENT", {{1'000, 31'000}, {1'000, 31'000}, {1'000, 31'000}, {30'000, 60'000}}), "B9"), 0u);
}

TEST(Straggler, OfDifferentCallsNoneIs) {
  EXPECT_EQ(countIn("web GET /search 0..100ms SERVER\n" +
                    repeated("  web GET @ CLIENT {http.method=GET, http.url=http://host/part#x}",
                             {{1'000, 9'000}, {1'000, 9'000}, {1'000, 60'000}}), "B9"), 0u);
}

TEST(Straggler, ThatNobodyWaitsForIsNone) {
  EXPECT_EQ(countIn("web GET /search 0..100ms SERVER\n  web main 1..99ms\n" +
                    repeated("  web Query @ CLIENT", {{1'000, 9'000}, {1'000, 9'000}, {1'000, 60'000}}), "B9"), 0u);
}

TEST(PoolSaturation, ACeilingIsFound) {
  std::vector<Lap> laps;  // four at once, 20 to 23 ms each
  std::vector<int> freeAt(4, 10'000);
  for (int i = 0; i < 16; ++i) {
    auto lane = std::min_element(freeAt.begin(), freeAt.end());
    laps.push_back({*lane, *lane + 20'000 + 1'000 * (i % 4)});
    *lane = laps.back().endUs;
  }
  const auto analysis = analysisOf("web GET /report 0..120ms SERVER\n" +
                                   repeated("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE c = #}", laps));
  const auto findings = findingsOfKind(*analysis, "B16");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0]->sentence, HasSubstr("only 4 ever ran at once; 12 waited up to"));
  EXPECT_EQ(count(*analysis, "B5"), 0u);
}

TEST(PoolSaturation, AllAtOnceOrInWavesOrInARowIsNone) {
  const std::string query = "  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE c = #}";
  const std::string root = "web GET /report 0..200ms SERVER\n";
  EXPECT_EQ(countIn(root + repeated(query, std::vector<Lap>(12, Lap{10'000, 100'000})), "B16"), 0u);
  EXPECT_EQ(countIn(root + repeated(query, inSeries(12, 10'000, 10'000)), "B16"), 0u);
  std::vector<Lap> waves;
  for (int wave = 0; wave < 4; ++wave) {
    for (int i = 0; i < 4; ++i) waves.push_back({10'000 + 40'000 * wave, 30'000 + 40'000 * wave + 2'000 * i});
  }
  EXPECT_EQ(countIn(root + repeated(query, waves), "B16"), 0u);
}

TEST(PoolSaturation, WhatSpansSayOfTheirWaitIsBelieved) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER
      web SELECT 10..90ms CLIENT {db.system=mysql, db.client.connection.wait_time=60}
  )");
  const auto findings = findingsOfKind(*analysis, "B16");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 60'000'000);
  EXPECT_EQ(findings[0]->sentence, "web waited 60 ms for a connection to mysql before it could even ask; without the wait the "
                                   "request would be about 60 ms faster.");
}

TEST(PoolSaturation, AWaitLongerThanTheTraceIsNotBelieved) {
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web SELECT 10..90ms CLIENT {db.system=mysql, db.client.connection.wait_time=9000000}
  )", "B16"), 0u);
}

}  // namespace
}  // namespace waybill::analysis
