// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "repeated_spans.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr std::string_view kRoot = "web GET / 0..100ms SERVER\n";

std::string calls(std::string_view call, int count, int pauseUs = 0) {
  return std::string(kRoot) + repeated(call, inSeries(count, 5'000, 8'000, pauseUs));
}

TEST(DuplicateCalls, TheSameKeyAgainIsFound) {
  const auto analysis = analysisOf(calls("  web GET @ CLIENT {db.system=redis, db.statement=GET config:flags}", 9));
  const auto findings = findingsOfKind(*analysis, "B19");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 64'000'000);
  EXPECT_EQ(findings[0]->sentence,
            "web asked 9 times for the same thing, `GET config:flags`; asking once would save about 64 ms.");
}

TEST(DuplicateCalls, TwoAreEnoughAndMayBeFarApart) {
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web authorize 5..30ms
        web SELECT 10..25ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}
      web render 30..90ms
        web SELECT 40..60ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}
  )", "B19"), 1u);
}

TEST(DuplicateCalls, OfASmallTraceAreTold) {
  const auto analysis = analysisOf("web GET / 0..1000ms SERVER\n" +
                                   repeated("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}",
                                            inSeries(2, 5'000, 300, 40'000)));
  const auto findings = findingsOfKind(*analysis, "B19");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->severity, Severity::Low);
  EXPECT_EQ(findings[0]->savingNs, 300'000);
  EXPECT_EQ(findings[0]->sentence, "web asked 2 times for the same thing, `SELECT * FROM users WHERE id = 7`; asking once would "
                                   "save about 300 µs.");
}

TEST(DuplicateCalls, OfALibraryAndItsDriverCountOnce) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER
      web User.find 5..30ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}
        web SELECT 10..25ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}
      web User.find 35..60ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}
        web SELECT 40..55ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = 7}
  )");
  EXPECT_EQ(count(*analysis, "B19"), 1u);
}

TEST(DuplicateCalls, WithAnErasedValueBesideALiteralAreNone) {
  EXPECT_EQ(countIn(calls("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE id = ? LIMIT 1}", 3), "B19"), 0u);
  EXPECT_EQ(countIn(calls("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE id = %(id_1)s}", 3), "B19"), 0u);
}

TEST(DuplicateCalls, OtherParametersAreNone) {
  EXPECT_EQ(countIn(calls("  web GET @ CLIENT {http.method=GET, http.url=http://users/1#}", 4), "B19"), 0u);
  EXPECT_EQ(countIn(calls("  web GET @ CLIENT {http.method=GET, http.url=http://users/17}", 4), "B19"), 1u);
}

TEST(DuplicateCalls, UnknownParametersAreNone) {
  EXPECT_EQ(countIn(calls("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = ?}", 4), "B19"), 0u);
  EXPECT_EQ(countIn(calls("  web Get @ CLIENT {rpc.system=grpc, rpc.service=users, rpc.method=Get}", 4), "B19"), 0u);
}

TEST(DuplicateCalls, WritesAreNone) {
  EXPECT_EQ(countIn(calls("  web POST @ CLIENT {http.method=POST, http.url=http://users/17}", 4), "B19"), 0u);
  EXPECT_EQ(countIn(calls("  web INSERT @ CLIENT {db.system=mysql, db.statement=INSERT INTO a VALUES (1)}", 4), "B19"), 0u);
  EXPECT_EQ(countIn(calls("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b FOR UPDATE}", 4), "B19"), 0u);
  EXPECT_EQ(countIn(calls("  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT 1}", 4), "B19"), 0u);
}

TEST(DuplicateCalls, OfOtherServicesAreNone) {
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web GET 5..30ms CLIENT {http.method=GET, http.url=http://flags/all}
      web call 30..90ms CLIENT
        cart Get 31..89ms SERVER
          cart GET 40..60ms CLIENT {http.method=GET, http.url=http://flags/all}
  )", "B19"), 0u);
}

TEST(DuplicateCalls, PollingIsNone) {
  EXPECT_EQ(countIn("web GET / 0..2000ms SERVER\n" +
                    repeated("  web GET @ CLIENT {http.method=GET, http.url=http://jobs/17/state}", inSeries(9, 5'000, 20'000, 200'000)),
                    "B19"), 0u);
}

TEST(DuplicateCalls, RetriesAreNone) {
  EXPECT_EQ(countIn(calls("  web GET @ CLIENT error {http.method=GET, http.url=http://users/17}", 4), "B19"), 0u);
}

TEST(DuplicateCalls, ACacheAskedInVainIsFound) {
  const auto analysis = analysisOf(R"(
    web GET / 0..100ms SERVER
      web "cache get" 5..6ms CLIENT {db.system=redis, db.statement=GET user:7, cache.hit=false}
      web SELECT 10..60ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = ?}
  )");
  const auto findings = findingsOfKind(*analysis, "B19");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 50'000'000);
  EXPECT_EQ(findings[0]->confidence, Confidence::Medium);
  EXPECT_EQ(findings[0]->sentence, "web asked its cache (cache get) in vain and then ran `SELECT * FROM users WHERE id = ?`; a hit "
                                   "would save about 50 ms.");
}

TEST(DuplicateCalls, AWriteAfterAMissIsNone) {
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web "cache get" 5..6ms CLIENT {db.system=redis, db.statement=GET user:7, cache.hit=false}
      web UPDATE 10..60ms CLIENT {db.system=mysql, db.statement=UPDATE users SET a = ?}
  )", "B19"), 0u);
}

TEST(DuplicateCalls, ACacheThatAnswersIsNone) {
  EXPECT_EQ(countIn(R"(
    web GET / 0..100ms SERVER
      web "cache get" 5..6ms CLIENT {db.system=redis, db.statement=GET user:7, cache.hit=true}
      web SELECT 10..60ms CLIENT {db.system=mysql, db.statement=SELECT * FROM users WHERE id = ?}
  )", "B19"), 0u);
}

// One iteration of a block: three calls of 2 ms.
std::string blocks(int count, int atOnce = 1) {
  std::string text(kRoot);
  for (int i = 0; i < count; ++i) {
    const int at = 2 + 7 * (i / atOnce);
    const auto call = [&](const std::string& name, int offset) {
      text += "  web " + name + " " + std::to_string(at + offset) + ".." + std::to_string(at + offset + 2) +
              "ms CLIENT {rpc.system=grpc, rpc.service=" + name + ", rpc.method=Get}\n";
    };
    call("auth", 0);
    call("price", 2);
    call("stock", 4);
  }
  return text;
}

TEST(RepeatingBlock, ThreeTimesIsFound) {
  const auto analysis = analysisOf(blocks(12));
  const auto findings = findingsOfKind(*analysis, "B7");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->evidence.size(), 36u);
  EXPECT_EQ(findings[0]->sentence, "The block {auth `Get`, price `Get`, stock `Get`} repeats 12 times in web "
                                   "GET /, 72 ms in all; doing it once for all items would save about 70 ms.");
  EXPECT_EQ(countIn(blocks(3), "B7"), 1u);
  EXPECT_EQ(countIn(blocks(2), "B7"), 0u);
}

TEST(RepeatingBlock, AtOnceIsNone) { EXPECT_EQ(countIn(blocks(12, 4), "B7"), 0u); }

TEST(RepeatingBlock, OfFunctionsIsNone) {
  std::string text(kRoot);
  for (int i = 0; i < 9; ++i) {
    text += "  web parse " + std::to_string(10 * i) + ".." + std::to_string(10 * i + 5) + "ms\n  web check " +
            std::to_string(10 * i + 5) + ".." + std::to_string(10 * i + 9) + "ms\n";
  }
  EXPECT_EQ(countIn(text, "B7"), 0u);
}

TEST(RepeatingBlock, AStepThatMakesSeveralCallsIsOne) {
  std::string text(kRoot);
  for (int i = 0; i < 4; ++i) {
    const auto at = [&](int ms) { return std::to_string(20 * i + ms); };
    text += "  web item " + at(0) + ".." + at(19) + "ms\n    web price " + at(1) + ".." + at(9) +
            "ms CLIENT\n    web stock " + at(9) + ".." + at(18) + "ms CLIENT\n";
  }
  const auto analysis = analysisOf(text);
  ASSERT_EQ(findingsOfKind(*analysis, "B7").size(), 1u);
  EXPECT_THAT(findingsOfKind(*analysis, "B7")[0]->sentence, HasSubstr("The step {item} repeats 4 times"));
}

std::string trips(int count, int edgeUs) {
  std::string text(kRoot);
  for (int i = 0; i < count; ++i) {
    const int at = 1'000 + i * 1'500;
    const bool isA = std::popcount(static_cast<unsigned>(i)) % 2 == 0;  // no period
    text += "  web " + std::string(isA ? "A" : "B") + " " + std::to_string(at) + ".." + std::to_string(at + 1'400) +
            "us CLIENT\n    cart " + (isA ? "A" : "B") + " " + std::to_string(at + edgeUs / 2) + ".." +
            std::to_string(at + 1'400 - edgeUs / 2) + "us SERVER\n";
  }
  return text;
}

TEST(Chatty, ManyRoundTripsThatLoseTimeAreFound) {
  const auto analysis = analysisOf(trips(60, 800));
  const auto findings = findingsOfKind(*analysis, "B20");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 59 * 800'000);
  EXPECT_THAT(findings[0]->sentence, HasSubstr("web made 60 round trips to cart; 48 ms of this 100 ms request passed between"));
}

TEST(Chatty, FourteenOrATenthLessIsNone) {
  EXPECT_EQ(countIn(trips(14, 1'200), "B20"), 0u);
  EXPECT_EQ(countIn(trips(15, 1'200), "B20"), 1u);
  EXPECT_EQ(countIn(trips(60, 160), "B20"), 0u);
}

}  // namespace
}  // namespace waybill::analysis
