// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "repeated_spans.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr std::string_view kRoot = "web GET /orders 0..200ms SERVER\n";
constexpr std::string_view kQuery =
    "  web \"SELECT orders\" @ CLIENT {db.system=postgresql, db.query.text=SELECT * FROM orders WHERE id = #}";
constexpr std::string_view kErased =
    "  web \"SELECT orders\" @ CLIENT {db.system=postgresql, db.query.text=SELECT * FROM orders WHERE id = ?}";

std::string orders(std::string_view query, const std::vector<Lap>& laps) {
  return std::string(kRoot) + repeated(query, laps);
}

TEST(ManyQueries, FiveForDifferentThingsOneAfterAnotherAreNPlusOne) {
  const auto analysis = analysisOf(orders(kQuery, inSeries(5, 10'000, 10'000)));
  const auto findings = findingsOfKind(*analysis, "B5");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->confidence, Confidence::High);
  // One call of 10 ms and a tenth of the other 40 stay.
  EXPECT_EQ(findings[0]->savingNs, 36'000'000);
  EXPECT_EQ(findings[0]->evidence.size(), 5u);
  EXPECT_EQ(findings[0]->service, "web");
  EXPECT_EQ(findings[0]->peerService, "postgresql");
  EXPECT_EQ(findings[0]->sentence,
            "5 queries `SELECT * FROM orders WHERE id = ?` ran one after another in web GET /orders, 50 ms in all; one "
            "query for all of them would save about 36 ms.");
  EXPECT_THAT(findings[0]->advice, HasSubstr("N+1"));
}

TEST(ManyQueries, FourAreNot) {
  EXPECT_EQ(countIn(orders(kQuery, inSeries(4, 10'000, 20'000)), "B5"), 0u);
}

TEST(ManyQueries, LessThanTenMillisecondsInAllAreOfSeverityLow) {
  const std::string root = "web GET /orders 0..30ms SERVER\n";
  const auto severityOf = [&](int eachUs) {
    const auto analysis = analysisOf(root + repeated(kQuery, inSeries(5, 1'000, eachUs)));
    const auto findings = findingsOfKind(*analysis, "B5");
    return findings.size() == 1 ? findings[0]->severity : Severity::Critical;
  };
  EXPECT_EQ(severityOf(1'990), Severity::Low);
  EXPECT_EQ(severityOf(2'000), Severity::High);
}

// Six queries of 0.8 ms on somebody's desk.
std::vector<Lap> sixSmall(int pauseUs) { return inSeries(6, 2'000, 800, pauseUs); }

TEST(ManyQueries, InASmallTraceAreTold) {
  const auto analysis = analysisOf("web GET /orders 0..1000ms SERVER\n" + repeated(kQuery, sixSmall(100)));
  const auto findings = findingsOfKind(*analysis, "B5");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->severity, Severity::Low);
  EXPECT_EQ(findings[0]->savingNs, 4'100'000);  // with the pauses of 100 µs, less than a fiftieth of the request
  EXPECT_EQ(findings[0]->sentence,
            "6 queries `SELECT * FROM orders WHERE id = ?` ran one after another in web GET /orders, 4.8 ms in all, and more "
            "with every row; one query for all of them would save about 4.1 ms.");
}

TEST(ManyQueries, FarApartAreOneFindingAndTheirPausesNone) {
  const auto analysis = analysisOf("web GET /orders 0..300ms SERVER\n" + repeated(kQuery, sixSmall(45'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->evidence.size(), 6u);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence, HasSubstr("4.8 ms in all with 225 ms between them, and more"));
  EXPECT_EQ(count(*analysis, "B15"), 0u);
}

TEST(ManyQueries, UnequallyFarApartAreOneLoop) {
  std::vector<Lap> laps = sixSmall(100);
  for (size_t i = 3; i < laps.size(); ++i) laps[i] = {laps[i].startUs + 60'000, laps[i].endUs + 60'000};
  const auto analysis = analysisOf("web GET /orders 0..300ms SERVER\n" + repeated(kQuery, laps));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence, testing::StartsWith("6 queries"));
}

TEST(ManyQueries, OfWhichTwoOverlapAreTold) {
  std::vector<Lap> laps = sixSmall(100);
  laps[3].startUs -= 600;
  const auto analysis = analysisOf("web GET /orders 0..20ms SERVER\n" + repeated(kQuery, laps));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence, testing::StartsWith("6 queries"));
}

TEST(ManyQueries, BesideOrAfterTheirParentsTimeAreTold) {
  for (const std::string_view parent : {"web GET /orders 0..1ms SERVER\n", "web GET /orders 0..4ms SERVER\n"}) {
    const auto analysis = analysisOf(std::string(parent) + repeated(kQuery, sixSmall(100)));
    const auto findings = findingsOfKind(*analysis, "B5");
    ASSERT_EQ(findings.size(), 1u) << parent;
    EXPECT_EQ(findings[0]->evidence.size(), 6u);
    EXPECT_EQ(findings[0]->severity, Severity::Low);
    EXPECT_LE(findings[0]->savingNs, 4'000'000);
  }
}

TEST(ManyQueries, WhoseParentIsMissingAreTold) {
  const std::string query = std::string(kQuery).substr(2);
  const auto at = query.find(" {");
  const auto analysis = analysisOf(repeated(query.substr(0, at) + " parent=99" + query.substr(at), sixSmall(100)));
  const auto findings = findingsOfKind(*analysis, "B5");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0]->sentence, testing::StartsWith("6 queries `SELECT * FROM orders WHERE id = ?`"));
}

TEST(ManyQueries, AtTheSameTimeAreNot) {
  EXPECT_EQ(countIn(orders(kQuery, std::vector<Lap>(12, Lap{10'000, 60'000})), "B5"), 0u);
}

TEST(ManyQueries, ForTheSameThingAreNot) {
  const std::string same =
      "  web \"SELECT orders\" @ CLIENT {db.system=postgresql, db.query.text=SELECT * FROM orders WHERE id = 7}";
  EXPECT_EQ(countIn(orders(same, inSeries(8, 10'000, 10'000)), "B5"), 0u);
}

TEST(ManyQueries, OfErasedParametersAreLowUnlessThereAreMany) {
  const auto fewAnalysis = analysisOf(orders(kErased, inSeries(14, 10'000, 5'000)));
  const auto manyAnalysis = analysisOf(orders(kErased, inSeries(15, 10'000, 5'000)));
  const auto few = findingsOfKind(*fewAnalysis, "B5"), many = findingsOfKind(*manyAnalysis, "B5");
  ASSERT_EQ(few.size(), 1u);
  EXPECT_EQ(few[0]->severity, Severity::Low);
  EXPECT_EQ(few[0]->confidence, Confidence::Low);
  ASSERT_EQ(many.size(), 1u);
  EXPECT_EQ(many[0]->severity, Severity::Critical);
  EXPECT_EQ(many[0]->confidence, Confidence::Medium);
  EXPECT_EQ(countIn(orders(kErased, inSeries(4, 10'000, 5'000)), "B5"), 0u);
}

TEST(ManyQueries, OnePlaceholderBesideALiteralMakesTheValuesUnknown) {
  const std::string limited =
      "  web SELECT @ CLIENT {db.system=postgresql, db.statement=SELECT * FROM orders WHERE id = $1 LIMIT 1}";
  const auto analysis = analysisOf(orders(limited, inSeries(6, 10'000, 5'000)));
  EXPECT_EQ(count(*analysis, "B5"), 1u);
  EXPECT_EQ(count(*analysis, "B19"), 0u);
}

TEST(ManyQueries, OfErasedParametersAndUnlikeDurationsAskForDifferentThings) {
  std::vector<Lap> laps{{10'000, 12'000}, {12'000, 42'000}, {42'000, 43'000}, {43'000, 60'000}, {60'000, 62'000}};
  EXPECT_EQ(countIn(orders(kErased, laps), "B5"), 1u);
}

TEST(ManyQueries, WithParametersInAttributesAreTold) {
  const std::string query = std::string(kErased.substr(0, kErased.size() - 1)) + ", db.query.parameter.0=#}";
  EXPECT_EQ(countIn(orders(query, inSeries(5, 10'000, 10'000)), "B5"), 1u);
  const std::string same = std::string(kErased.substr(0, kErased.size() - 1)) + ", db.query.parameter.0=7}";
  EXPECT_EQ(countIn(orders(same, inSeries(5, 10'000, 10'000)), "B5"), 0u);
}

TEST(ManyQueries, OldNamesOfAttributesDo) {
  const std::string query = "  web query @ CLIENT {db.system=mysql, db.statement=select name from orders where id=#}";
  EXPECT_EQ(countIn(orders(query, inSeries(6, 10'000, 10'000)), "B5"), 1u);
}

TEST(ManyQueries, OfACacheAreToldByTheirKeys) {
  const std::string query = "  web GET @ CLIENT {db.system=redis, db.statement=GET session:user:#}";
  const auto analysis = analysisOf(orders(query, inSeries(6, 10'000, 10'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence, HasSubstr("`GET session:user:?`"));
}

TEST(ManyQueries, BatchesAreNot) {
  const std::string query =
      "  web \"INSERT orders\" @ CLIENT {db.system=mysql, db.operation.batch.size=50, db.query.text=INSERT INTO orders VALUES (#)}";
  EXPECT_EQ(countIn(orders(query, inSeries(9, 10'000, 10'000)), "B5"), 0u);
}

TEST(ManyQueries, EachInAFunctionOfItsOwnAreFound) {
  std::string text(kRoot);
  for (int i = 0; i < 6; ++i) {
    const std::string from = std::to_string(10 + 20 * i), to = std::to_string(29 + 20 * i);
    text += "  web loadOrder " + from + ".." + to + "ms\n    web check " + from + ".." + std::to_string(11 + 20 * i) +
            "ms\n    web SELECT " + std::to_string(12 + 20 * i) + ".." + to +
            "ms CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE c = " + std::to_string(i) + "}\n";
  }
  const auto analysis = analysisOf(text);
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->evidence.size(), 6u);
}

TEST(ManyQueries, ThatNobodyWaitsForSaveNothing) {
  const std::string text = "web GET / 0..100ms SERVER\n  web work 0..99ms\n  web background 1..90ms\n" +
                           repeated("    web q @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE c = #}",
                                    inSeries(8, 2'000, 10'000));
  const auto analysis = analysisOf(text);
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->severity, Severity::Low);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->savingNs, 0);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence, testing::EndsWith("this request did not wait for them."));
}

TEST(ManyQueries, OfASlowDatabaseAreNotAllToBlame) {
  // One in five takes nearly all of the time: the number costs 2 ms a call.
  const std::vector<Lap> laps{{10'000, 12'000}, {12'000, 14'000}, {14'000, 134'000}, {134'000, 136'000}, {136'000, 138'000}};
  const auto analysis = analysisOf(orders(kQuery, laps));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_LT(findingsOfKind(*analysis, "B5")[0]->savingNs, 80'000'000);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence,
              HasSubstr("most of it because calls are slow (usually about 2 ms), not because of their number"));
}

TEST(ManyQueries, ThatOnlyConnectOrCommitAreNot) {
  for (const std::string_view name : {"connect", "pg-pool.connect", "BEGIN", "COMMIT", "ping"}) {
    EXPECT_EQ(countIn(orders("  web " + std::string(name) + " @ CLIENT {db.system=postgresql}", inSeries(8, 10'000, 10'000)), "B5"), 0u)
        << name;
  }
}

TEST(ManyQueries, OtherWorkBetweenThemIsNotSaved) {
  // 5 × 10 ms with 20 ms of own work between each: the work stays.
  const auto analysis = analysisOf(orders(kQuery, inSeries(5, 10'000, 10'000, 20'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->savingNs, 36'000'000);
}

TEST(ManyQueries, PageAfterPageMakesItLessSure) {
  const std::string query =
      "  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT * FROM orders LIMIT 50 OFFSET #00}";
  const auto analysis = analysisOf(orders(query, inSeries(6, 10'000, 10'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->confidence, Confidence::Low);
}

TEST(ManyQueries, WithAnErasedOffsetAreNoPages) {
  const std::string query = "  web SELECT @ CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE c = ? LIMIT ? OFFSET ?}";
  const auto analysis = analysisOf(orders(query, inSeries(15, 10'000, 5'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B5").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B5")[0]->confidence, Confidence::Medium);
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->advice, HasSubstr("N+1"));
}

TEST(ManyQueries, OfOneStatementPreparedAndRunCountOnce) {
  std::string text(kRoot);
  for (int i = 0; i < 8; ++i) {
    const std::string statement =
        "ms CLIENT {db.system=mysql, db.statement=SELECT a FROM b WHERE c = " + std::to_string(i) + "}\n";
    text += "  web prepare " + std::to_string(10 * i) + ".." + std::to_string(10 * i + 1) + statement;
    text += "  web execute " + std::to_string(10 * i + 1) + ".." + std::to_string(10 * i + 10) + statement;
  }
  const auto analysis = analysisOf(text);
  ASSERT_FALSE(findingsOfKind(*analysis, "B5").empty());
  EXPECT_THAT(findingsOfKind(*analysis, "B5")[0]->sentence, testing::StartsWith("8 queries"));
}

TEST(ManyCalls, OfOneMethodInARowCouldRunTogether) {
  const std::string call = "  web catalog.Catalog/GetProduct @ CLIENT {rpc.system=grpc, rpc.service=catalog.Catalog, rpc.method=GetProduct}";
  const auto analysis = analysisOf("web GET /cart 0..100ms SERVER\n" + repeated(call, inSeries(6, 10'000, 13'000)));
  const auto findings = findingsOfKind(*analysis, "B6");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->savingNs, 65'000'000);
  EXPECT_EQ(findings[0]->sentence,
            "web GET /cart calls catalog.Catalog `GetProduct` 6 times one after another, 78 ms in all; at the same time "
            "would save about 65 ms.");
  EXPECT_EQ(findings[0]->confidence, Confidence::Medium);
  EXPECT_EQ(count(*analysis, "B5"), 0u);
}

TEST(ManyCalls, RunEightAtATime) {
  const std::string call = "  web GET @ CLIENT {http.request.method=GET, url.full=http://users/users/10#}";
  const auto analysis = analysisOf("web GET /cart 0..200ms SERVER\n" + repeated(call, inSeries(16, 10'000, 10'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B6").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B6")[0]->savingNs, 140'000'000);
  EXPECT_EQ(findingsOfKind(*analysis, "B6")[0]->confidence, Confidence::High);
}

TEST(ManyCalls, FourAreNotNorThoseAtOnceNorThoseInLanes) {
  const std::string call = "  web GET @ CLIENT {http.request.method=GET, url.full=http://users/users/10#}";
  const std::string root = "web GET /cart 0..200ms SERVER\n";
  EXPECT_EQ(countIn(root + repeated(call, inSeries(4, 10'000, 20'000)), "B6"), 0u);
  EXPECT_EQ(countIn(root + repeated(call, std::vector<Lap>(12, Lap{10'000, 60'000})), "B6"), 0u);
  std::vector<Lap> lanes;
  for (int i = 0; i < 5; ++i) {
    for (int lane = 0; lane < 6; ++lane) lanes.push_back({20'000 * i + 100 * lane, 20'000 * i + 19'900 + 100 * lane});
  }
  EXPECT_EQ(countIn(root + repeated(call, lanes), "B6"), 0u);
}

TEST(ManyCalls, PollingIsNot) {
  const std::string root = "web GET /job 0..2000ms SERVER\n";
  const std::string poll = "  web GET @ CLIENT {http.request.method=GET, url.full=http://jobs/poll/10#}";
  EXPECT_EQ(countIn(root + repeated(poll, inSeries(10, 10'000, 150'000)), "B6"), 0u);
  const std::string status = "  web GetStatus @ CLIENT {rpc.system=grpc, rpc.service=Jobs, rpc.method=GetStatus}";
  EXPECT_EQ(countIn(root + repeated(status, inSeries(10, 10'000, 40'000, 100'000)), "B6"), 0u);
}

TEST(ManyCalls, RetriesAreNot) {
  const std::string call = "  web Pay @ CLIENT error {rpc.system=grpc, rpc.service=Bank, rpc.method=Pay}";
  EXPECT_EQ(countIn("web GET /cart 0..200ms SERVER\n" + repeated(call, inSeries(6, 10'000, 13'000)), "B6"), 0u);
}

TEST(ManyCalls, WhoseClientsRecordNothingAreFound) {
  const auto analysis = analysisOf("web GET /cart 0..100ms SERVER\n" +
                                   repeated("  catalog GetProduct @ SERVER", inSeries(6, 10'000, 13'000)));
  ASSERT_EQ(findingsOfKind(*analysis, "B6").size(), 1u);
  EXPECT_EQ(findingsOfKind(*analysis, "B6")[0]->peerService, "catalog");
}

TEST(ManyCalls, OfASmallTraceAreTold) {
  const std::string call = "  web GET @ CLIENT {http.request.method=GET, url.full=http://users/users/10#}";
  const auto analysis = analysisOf("web GET /cart 0..500ms SERVER\n" + repeated(call, inSeries(6, 10'000, 700, 40'000)));
  const auto findings = findingsOfKind(*analysis, "B6");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0]->severity, Severity::Low);
  EXPECT_THAT(findings[0]->sentence, HasSubstr("calls `GET users/users/{id}` 6 times one after another, 4.2 ms in all with 200 ms between them"));
  EXPECT_EQ(count(*analysis, "B15"), 0u);
}

TEST(ManyCalls, PostsToOneAddressMayAskForDifferentThings) {
  const std::string call = "  web POST @ CLIENT {http.request.method=POST, url.full=http://pay/charge}";
  EXPECT_EQ(countIn("web GET /cart 0..100ms SERVER\n" + repeated(call, inSeries(6, 10'000, 10'000)), "B6"), 1u);
}

TEST(ManyCalls, ClaimTheirNumberAndTheCalleeItsSlowness) {
  // Usually 2 ms a call; in the first trace 40.
  const std::string call = "GetProduct @ CLIENT {rpc.system=grpc, rpc.service=Catalog, rpc.method=GetProduct}";
  std::string text = "web GET /cart 0..300ms SERVER\n" + repeated("  web " + call, inSeries(5, 10'000, 40'000));
  for (int trace = 2; trace < 12; ++trace) {
    std::string other = repeated("  web " + call + " trace=" + std::to_string(trace), inSeries(5, 10'000, 2'000));
    text += "web GET /cart 0..300ms SERVER trace=" + std::to_string(trace) + "\n" + other;
  }
  const auto analysis = analysisAmongOthers(text);
  for (const Finding* finding : findingsOfKind(*analysis, "B6")) EXPECT_LE(finding->savingNs, 9'000'000);
  EXPECT_EQ(count(*analysis, "B6"), 1u);  // on its own, or explained by the slow calls
  ASSERT_FALSE(analysis->findings.empty());
  EXPECT_NE(analysis->findings[0].kind, "B6");
}

std::string starving(int callees) {
  std::string text = "web GET /cart 0..1000ms SERVER\n";
  int at = 10;
  for (int callee = 0; callee < callees; ++callee) {
    const std::string name = "s" + std::to_string(callee);
    for (int i = 0; i < 6; ++i, at += 30) {
      text += "  web Get" + name + " " + std::to_string(at) + ".." + std::to_string(at + 30) + "ms CLIENT\n    " + name +
              " Get " + std::to_string(at + 14) + ".." + std::to_string(at + 16) + "ms SERVER\n";
    }
  }
  return text;
}

TEST(ManyCalls, OfAStarvedCallerClaimOnlyWhatPassesInTheCallee) {
  const auto one = analysisOf(starving(1)), three = analysisOf(starving(3));
  // Of one callee the way there explains the calls, and of three the caller does; their number claims no more.
  EXPECT_EQ(count(*one, "B6"), 1u);
  ASSERT_FALSE(one->findings.empty());
  EXPECT_GE(one->findings[0].savingNs, 150'000'000);
  for (const Finding* finding : findingsOfKind(*three, "B6")) EXPECT_LE(finding->savingNs, 12'000'000);
  EXPECT_EQ(count(*three, "B20"), 0u);
}

TEST(ManyCalls, HostileShapesAreSurvived) {
  // Very many calls of one parent, of many kinds.
  std::vector<SpanSpec> spans{{.id = 1, .startNs = 1, .endNs = 2'000'000'001, .service = "web", .name = "root"}};
  for (uint64_t i = 0; i < 100'000; ++i) {
    spans.push_back({.id = i + 2, .parent = 1, .startNs = 1 + i * 20'000, .endNs = 1 + (i + 1) * 20'000, .service = "web",
                     .name = i % 2 == 0 ? "same" : "kind" + std::string(i % 26, 'a' + static_cast<char>(i % 26)),
                     .kind = otlp::SpanKind::Client});
  }
  const auto analysis = analyzeTrace(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  EXPECT_GE(analysis->findings.size(), 1u);
}

}  // namespace
}  // namespace waybill::analysis
