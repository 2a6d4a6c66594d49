// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is learned over all loaded traces, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "analysis/excess_ranking.h"
#include "analysis/population.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kMs = 1'000'000;

TEST(LogHistogram, QuantilesAreRightWithinTwoPercent) {
  LogHistogram histogram;
  for (int64_t i = 1; i <= 100'000; ++i) histogram.add(i * 1'000);
  for (const double q : {0.01, 0.5, 0.9, 0.99}) {
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q)), q * 1e8, q * 2e6) << q;
  }
  EXPECT_NEAR(histogram.rankOf(25'000'000), 0.25, 0.01);
  EXPECT_NEAR(histogram.atLeast(75'000'000), 0.25, 0.03);  // with all of its bucket
}

TEST(LogHistogram, MergedIsAsIfAddedToOne) {
  LogHistogram a, b, both;
  for (int64_t i = 0; i < 5'000; ++i) {
    const int64_t value = i * i * i;
    (i % 3 == 0 ? a : b).add(value);
    both.add(value);
  }
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  for (const double q : {0.0, 0.3, 0.5, 0.99, 1.0}) EXPECT_EQ(a.quantile(q), both.quantile(q));
  EXPECT_EQ(a.logDeviation(), both.logDeviation());
}

TEST(LogHistogram, TakesAnything) {
  LogHistogram histogram;
  EXPECT_EQ(histogram.median(), 0);
  histogram.add(INT64_MAX);
  histogram.add(-5);
  histogram.add(0);
  EXPECT_EQ(histogram.quantile(0), 0);
  EXPECT_GT(histogram.quantile(1), INT64_MAX / 64 * 62);
}

// `count` traces, each of its own text.
std::shared_ptr<const store::Snapshot> manyOf(int count, const std::function<std::string(int)>& textOf) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::string one = textOf(i);
    for (size_t at = 0; (at = one.find('\n', at)) != std::string::npos; at += 1) {
      const std::string mark = " trace=" + std::to_string(i + 1);
      if (at > 0 && one[at - 1] != '\n') one.insert(at, mark), at += mark.size();
    }
    text += one;
  }
  return snapshotOf(text);
}

// A request whose query takes so long.
std::string request(int queryMs) {
  return "web GET / 0.." + std::to_string(queryMs + 20) + "ms SERVER\n  web \"SELECT orders\" 10.." +
         std::to_string(queryMs + 10) + "ms CLIENT {db.system=mysql}\n";
}

std::vector<std::string> findingsOf(const TraceAnalysis& analysis) {
  std::vector<std::string> out;
  for (const Finding& finding : analysis.findings) {
    out.push_back(std::string(finding.kind) + " " + finding.service + " " + std::to_string(finding.savingNs / kMs));
  }
  return out;
}

TEST(Population, ASlowQueryIsSlowerThanUsual) {
  const auto snapshot = manyOf(60, [](int i) { return request(i == 59 ? 412 : 11 + i % 3); });
  const auto population = buildPopulation(snapshot);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(59), population);
  ASSERT_THAT(findingsOf(*analysis), ElementsAre("B3 mysql 400"));
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("took 412 ms; normally 12 ms (p99 "));
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("n = 60)"));
  EXPECT_THAT(analysis->findings[0].alsoExplains, ElementsAre("B2"));
  EXPECT_FALSE(analysis->findings[0].savingIsUpperBound);
  const auto place = usualPlace(*analysis, nodeOf(analysis->tree, "SELECT orders"));
  ASSERT_TRUE(place.has_value());
  EXPECT_GT(place->rank, 0.97);
  EXPECT_EQ(place->count, 60u);
}

TEST(Population, WhatIsUsualHereIsNamedButNoAlarm) {
  const auto snapshot = manyOf(60, [](int i) { return request(100 + i % 3); });
  const auto analysis = analyzeTrace(snapshot, TraceIndex(7), buildPopulation(snapshot));
  ASSERT_THAT(findingsOf(*analysis), ElementsAre("B2 mysql 101"));
  EXPECT_EQ(analysis->findings[0].severity, Severity::Medium);
  EXPECT_TRUE(analysis->findings[0].savingIsUpperBound);
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("as in every request here (median 100 ms"));
}

TEST(Population, AboveAChosenNormalIsAnAlarmThoughAllThatIsLoadedIsSlow) {
  const auto slow = manyOf(60, [](int i) { return request(100 + i % 3); });
  const auto good = manyOf(30, [](int i) { return request(12 + i % 3); });
  const auto analysis = analyzeTrace(slow, TraceIndex(7), buildPopulation(slow, {}, 0, {}, learnNormal(good)));
  ASSERT_THAT(findingsOf(*analysis), ElementsAre("B3 mysql 88"));
  EXPECT_EQ(analysis->findings[0].severity, Severity::Critical);
  EXPECT_FALSE(analysis->findings[0].savingIsUpperBound);
  EXPECT_THAT(analysis->findings[0].sentence, HasSubstr("normally 13 ms"));
}

TEST(Population, WhatIsNotAboveAChosenNormalComesLast) {
  const auto text = [](int query, int gap) {
    return "web GET / 0.." + std::to_string(gap + query + 10) + "ms SERVER\n  web \"SELECT x\" " +
           std::to_string(gap) + ".." + std::to_string(gap + query) + "ms CLIENT {db.system=mysql}\n";
  };
  const auto good = manyOf(30, [&](int) { return text(300, 10); });
  const auto slow = manyOf(1, [&](int) { return text(300, 200); });
  const auto analysis = analyzeTrace(slow, TraceIndex(0), buildPopulation(slow, {}, 0, {}, learnNormal(good)));
  ASSERT_GE(analysis->findings.size(), 2u);
  EXPECT_EQ(analysis->findings.front().service, "web");
  const Finding& query = analysis->findings.back();
  EXPECT_EQ(query.service, "mysql");
  EXPECT_EQ(query.severity, Severity::Medium);
  EXPECT_THAT(query.sentence, HasSubstr("not above normal"));
}

TEST(Population, OneGoodRequestIsEnoughForANormal) {
  const auto good = manyOf(1, [](int) { return request(12); });
  const auto slow = manyOf(1, [](int) { return request(212); });
  const auto normal = learnNormal(good, std::vector{TraceIndex(0)});
  const auto analysis = analyzeTrace(slow, TraceIndex(0), buildPopulation(slow, {}, 0, {}, normal));
  ASSERT_THAT(findingsOf(*analysis), ElementsAre("B3 mysql 200"));
  EXPECT_EQ(analysis->findings[0].confidence, Confidence::Medium);
}

TEST(Population, AChosenNormalMayBeSomeOfTheTraces) {
  const auto snapshot = manyOf(60, [](int i) { return request(i < 20 ? 12 : 100); });
  std::vector<TraceIndex> fast;
  for (uint32_t i = 0; i < 20; ++i) fast.emplace_back(i);
  const auto normal = learnNormal(snapshot, fast);
  EXPECT_EQ(normal->traces, 20u);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(30), buildPopulation(snapshot, {}, 0, {}, normal));
  EXPECT_THAT(findingsOf(*analysis), ElementsAre("B3 mysql 88"));
}

TEST(Population, TwoWaysOfBeingUsualAreNotSlow) {
  const auto snapshot = manyOf(100, [](int i) { return request(i % 5 == 0 ? 60 : 12); });
  const auto judged = analyzeTrace(snapshot, TraceIndex(0), buildPopulation(snapshot));
  for (const Finding& finding : judged->findings) {
    EXPECT_NE(finding.kind, "B3");
  }
}

TEST(Population, ManyCallsOfOneTraceAreNotUsual) {
  const auto snapshot = manyOf(1, [](int) {
    std::string text = "web GET / 0..900ms SERVER\n";
    for (int i = 0; i < 30; ++i) {
      text += "  web \"step x\" " + std::to_string(30 * i) + ".." + std::to_string(30 * i + 30) + "ms\n";
    }
    return text;
  });
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), buildPopulation(snapshot));
  ASSERT_FALSE(analysis->findings.empty());
  EXPECT_TRUE(analysis->findings[0].savingIsUpperBound);
}

TEST(Population, DoesNotDependOnThreadsOrOrder) {
  const auto textOf = [](int i) { return request(10 + i * 7 % 40); };
  const auto snapshot = manyOf(900, textOf);
  const auto one = buildPopulation(snapshot, {}, 1), four = buildPopulation(snapshot, {}, 4);
  ASSERT_EQ(one->traces, four->traces);
  for (int i = 0; i < 900; i += 50) {
    const auto a = analyzeTrace(snapshot, TraceIndex(static_cast<uint32_t>(i)), one);
    const auto b = analyzeTrace(snapshot, TraceIndex(static_cast<uint32_t>(i)), four);
    ASSERT_EQ(findingsOf(*a), findingsOf(*b));
  }
}

TEST(Population, StopsWhenAskedAndTellsItsProgress) {
  const auto snapshot = manyOf(600, [](int) { return request(10); });
  std::stop_source stop;
  double last = 0;
  EXPECT_NE(buildPopulation(snapshot, stop.get_token(), 1, [&](double share) { last = share; }), nullptr);
  EXPECT_EQ(last, 1.0);
  stop.request_stop();
  EXPECT_EQ(buildPopulation(snapshot, stop.get_token()), nullptr);
}

TEST(Population, OfAnotherStoreIsNotUsed) {
  const auto snapshot = manyOf(60, [](int) { return request(100); });
  const auto other = buildPopulation(manyOf(60, [](int) { return request(1); }));
  EXPECT_EQ(analyzeTrace(snapshot, TraceIndex(0), other)->population, nullptr);
}

TEST(Population, AnUnrelatedTraceChangesNothing) {
  const auto textOf = [](int i) { return request(i == 59 ? 412 : 11 + i % 3); };
  const auto a = manyOf(60, textOf);
  const auto b = manyOf(61, [&](int i) {
    return i == 60 ? std::string("other work 0..900ms\n  other rest 0..800ms\n") : textOf(i);
  });
  const auto inA = analyzeTrace(a, TraceIndex(59), buildPopulation(a));
  const auto inB = analyzeTrace(b, TraceIndex(59), buildPopulation(b));
  ASSERT_EQ(inA->findings.size(), inB->findings.size());
  for (size_t i = 0; i < inA->findings.size(); ++i) EXPECT_EQ(inA->findings[i].sentence, inB->findings[i].sentence);
}

TEST(HappensBefore, OverlapInAnotherTraceRefutesAnOrder) {
  const std::string serial = "web r 0..100ms\n  web a 10..40ms\n  web b 40..90ms\n";
  const std::string together = "web r 0..100ms\n  web a 10..40ms\n  web b 20..70ms\n";
  const auto snapshot = manyOf(2, [&](int i) { return i == 0 ? serial : together; });
  const auto population = buildPopulation(snapshot);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), population);
  const NodeIndex root = analysis->tree.primaryRoot, a = nodeOf(analysis->tree, "a"), b = nodeOf(analysis->tree, "b");
  const auto refuted = [&](std::optional<TraceIndex> in) {
    const auto& step = analysis->operations.step;
    return population->happensBefore.overlapElsewhere(analysis->operations.path[root.value],
                                                      siblingKey(step[a.value], 0), siblingKey(step[b.value], 0), in);
  };
  EXPECT_TRUE(refuted(TraceIndex(0)));
  EXPECT_FALSE(refuted(TraceIndex(1)));  // it has only itself for a witness
  // b does not wait for a, so a faster a saves nothing.
  EXPECT_EQ(Replayer(analysis->tree).savingNs(Rewrite().scaleOwn(a, 0)), 30 * kMs);
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(a, 0)).rootDurationNs(analysis->tree), 100 * kMs);
}

TEST(HappensBefore, TheOtherOrderShowsThatTheyAreIndependentButEachWaitedForTheFirst) {
  const auto snapshot = manyOf(2, [&](int i) {
    return std::string("web r 0..100ms\n") +
           (i == 0 ? "  web a 10..40ms\n  web b 50..90ms\n" : "  web b 10..40ms\n  web a 50..90ms\n");
  });
  const auto population = buildPopulation(snapshot);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), population);
  const NodeIndex a = nodeOf(analysis->tree, "a"), b = nodeOf(analysis->tree, "b");
  const CallPathKey root = analysis->operations.path[analysis->tree.primaryRoot.value];
  const auto& step = analysis->operations.step;
  EXPECT_TRUE(population->happensBefore.independent(root, step[a.value], step[b.value], TraceIndex(0)));
  EXPECT_FALSE(population->happensBefore.overlapElsewhere(root, siblingKey(step[a.value], 0),
                                                          siblingKey(step[b.value], 0), TraceIndex(0)));
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(a, 0)).rootDurationNs(analysis->tree), 70 * kMs);
}

// First a alone, then another a beside b: only the second a is not waited for.
TEST(HappensBefore, TellsTheSecondCallOfAStepFromTheFirst) {
  const auto snapshot = manyOf(9, [&](int i) {
    const int late = i == 0 ? 20 : 10;  // in the first trace b starts when the second a has ended
    return "web r 0..100ms\n  web a 0..10ms\n  web a 10..20ms\n  web b " + std::to_string(late) + "..90ms\n";
  });
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), buildPopulation(snapshot));
  const NodeIndex first = nodeOf(analysis->tree, "a"), second(first.value + 1);
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(first, 0)).rootDurationNs(analysis->tree), 90 * kMs);
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(second, 0)).rootDurationNs(analysis->tree), 100 * kMs);
}

TEST(HappensBefore, OfManyChildrenOnlyTheFirstAreToldApart) {
  const auto snapshot = manyOf(2, [&](int i) {
    std::string text = "web r 0..2000ms\n";
    for (int k = 0; k < 40; ++k) {  // in the second trace each overlaps the next
      text += "  web call" + std::string(1, static_cast<char>('a' + k % 20)) + " " + std::to_string(20 * k) + ".." +
              std::to_string(20 * k + (i == 0 ? 20 : 35)) + "ms\n";
    }
    return text;
  });
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), buildPopulation(snapshot));
  const NodeIndex second(analysis->tree.primaryRoot.value + 2), last(analysis->tree.primaryRoot.value + 40);
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(second, 0)).rootDurationNs(analysis->tree), 2000 * kMs);
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(NodeIndex(last.value - 1), 0)).rootDurationNs(analysis->tree),
            1980 * kMs);
}

TEST(HappensBefore, ALoopIsNoOtherOrder) {
  const auto snapshot = manyOf(3, [&](int) {
    return std::string(
        "web r 0..100ms\n  web a 0..10ms\n  web b 10..20ms\n  web a 20..30ms\n  web b 30..40ms\n  web a 40..50ms\n");
  });
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), buildPopulation(snapshot));
  EXPECT_EQ(whatIf(*analysis, Rewrite().scaleOwn(nodeOf(analysis->tree, "a"), 0)).rootDurationNs(analysis->tree),
            90 * kMs);
}

TEST(HappensBefore, WhatOutlivesItsParentElsewhereIsNotWaitedFor) {
  const auto snapshot = manyOf(40, [&](int i) {
    return "web r 0..100ms\n  web mail 10.." + std::to_string(i < 3 ? 300 : 95) + "ms\n";
  });
  const auto alone = analyzeTrace(snapshot, TraceIndex(20));
  const auto known = analyzeTrace(snapshot, TraceIndex(20), buildPopulation(snapshot));
  EXPECT_EQ(alone->path.selfNs[nodeOf(alone->tree, "mail").value], 85 * kMs);
  EXPECT_EQ(known->path.selfNs[nodeOf(known->tree, "mail").value], 0);
}

// A log line sent at the end outlives the request; two calls of the same step before it do not.
TEST(HappensBefore, OnlyTheCallThatOutlivesItsParentIsNotWaitedFor) {
  const auto snapshot = manyOf(30, [&](int i) {
    return "web r 0..50ms\n  web GET 0..10ms\n  web GET 12..20ms\n  web GET 46.." + std::to_string(i == 0 ? 49 : 60) +
           "ms\n";
  });
  const auto analysis = analyzeTrace(snapshot, TraceIndex(0), buildPopulation(snapshot));
  const uint32_t first = analysis->tree.primaryRoot.value + 1;
  EXPECT_EQ(analysis->path.selfNs[first], 10 * kMs);
  EXPECT_EQ(analysis->path.selfNs[first + 1], 8 * kMs);
  EXPECT_EQ(analysis->path.selfNs[first + 2], 0);
}

TEST(IdleGap, SaysWhereNothingIsRecorded) {
  const auto analysis = analysisOf(R"(
    web GET / 0..200ms SERVER
      web auth 2..15ms CLIENT {peer.service=auth}
      web "SELECT x" 100..198ms CLIENT {db.system=mysql}
  )");
  const auto found = std::find_if(analysis->findings.begin(), analysis->findings.end(),
                                  [](const Finding& f) { return f.kind == "B15"; });
  ASSERT_NE(found, analysis->findings.end());
  EXPECT_THAT(found->sentence, HasSubstr("85 ms nothing is recorded in web GET / between auth and SELECT x"));
  EXPECT_EQ(found->savingNs, 85 * kMs);
  EXPECT_THAT(found->alsoExplains, ElementsAre("B1"));
}

TEST(IdleGap, AUsualGapIsNone) {
  const auto snapshot = manyOf(60, [](int) {
    return std::string("web GET / 0..200ms SERVER\n  web auth 5..15ms\n  web load 100..195ms\n");
  });
  const auto usual = analyzeTrace(snapshot, TraceIndex(3), buildPopulation(snapshot));
  for (const Finding& finding : usual->findings) {
    EXPECT_NE(finding.kind, "B15") << finding.sentence;
  }
}

TEST(DataQuality, AMissingServerIsAHole) {
  const auto snapshot = manyOf(60, [](int i) {
    std::string text = "web r 0..100ms SERVER\n  web GET 5..95ms CLIENT {peer.service=cart}\n";
    return i == 5 ? text : text + "    cart GET 10..90ms SERVER\n";
  });
  const auto population = buildPopulation(snapshot);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(5), population);
  ASSERT_FALSE(analysis->findings.empty());
  const Finding& finding = analysis->findings.back();
  EXPECT_EQ(finding.kind, "B24");
  EXPECT_EQ(finding.sentence, "The server side of 1 call is missing (sampled out?). Times there are a guess.");
  EXPECT_EQ(finding.savingNs, 0);
  for (const Finding& other : analysis->findings) {
    if (other.kind != "B24") {
      EXPECT_EQ(other.confidence, Confidence::Low) << other.sentence;
    }
  }
  const auto whole = analyzeTrace(snapshot, TraceIndex(6), population);
  for (const Finding& other : whole->findings) {
    EXPECT_NE(other.kind, "B24") << other.sentence;
  }
}

TEST(ExcessRanking, NamesWhatTakesLongerThanUsualPerRequest) {
  const auto snapshot = manyOf(100, [](int i) { return request(i < 10 ? 112 : 12); });
  const auto population = buildPopulation(snapshot);
  ExcessRanking ranking, other;
  for (uint32_t i = 0; i < 100; ++i) (i % 2 == 0 ? ranking : other).add(*analyzeTrace(snapshot, TraceIndex(i), population));
  ranking.merge(other);
  const auto ranked = ranking.ranked(*snapshot);
  ASSERT_EQ(ranked.size(), 1u);
  EXPECT_EQ(ranked[0].operation, "SELECT orders");
  EXPECT_EQ(ranked[0].requests, 100u);
  EXPECT_EQ(ranked[0].slowRequests, 10u);
  EXPECT_NEAR(static_cast<double>(ranked[0].excessNs), 10e6, 3e5);
  EXPECT_EQ(ranked[0].worstTrace, TraceIndex(0));
}

}  // namespace
}  // namespace waybill::analysis
