// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/critical_path.h"

#include <gtest/gtest.h>

#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

TEST(CriticalPath, BackToBackSiblingsAreBothOnThePath) {
  EXPECT_EQ(pathOf("s r 0..200ms\n  s a 0..100ms\n  s b 100..200ms\n"), "a 0..100 | b 100..200");
}

TEST(CriticalPath, OverlapIsTheParentsOwnTimeBesideTheSibling) {
  EXPECT_EQ(pathOf("s r 0..200ms\n  s a 10..110ms\n  s b 50..170ms\n"),
            "r 0..10 | r 10..50 beside a | b 50..170 | r 170..200");
}

TEST(CriticalPath, OverlapWithinTheToleranceIsClockNoise) {
  EXPECT_EQ(pathOf("s r 0..200ms\n  s a 0..101ms\n  s b 100..200ms\n"), "a 0..100 | b 100..200");
}

TEST(CriticalPath, OfParallelChildrenTheLastFinisherIsOnThePath) {
  EXPECT_EQ(pathOf("s r 0..100ms\n  s a 10..50ms\n  s b 10..90ms\n"), "r 0..10 | b 10..90 | r 90..100");
}

TEST(CriticalPath, ASiblingBesideThePathIsNamedWhereItRuns) {
  EXPECT_EQ(pathOf(R"(
    s r 0..100ms
      s long 5..95ms
      s a 20..40ms
      s last 60..100ms
  )"),
            "r 0..5 | r 5..20 beside long | a 20..40 | r 40..60 beside long | last 60..100");
}

TEST(CriticalPath, AnAsyncChildIsNotWaitedFor) {
  EXPECT_EQ(pathOf("s r 0..100ms\n  s a 10..50ms\n  s later 60..300ms\n"), "r 0..10 | a 10..50 | r 50..100");
}

TEST(CriticalPath, AProducersConsumerIsNotOnTheResponsePath) {
  EXPECT_EQ(pathOf("s r 0..100ms\n  s send 10..15ms PRODUCER\n    t work 30..400ms CONSUMER\n"),
            "r 0..10 | send 10..15 external | r 15..100");
}

TEST(CriticalPath, ARootWhoseParentIsMissingHasAPath) {
  EXPECT_EQ(pathOf("s r 0..100ms parent=99\n  s a 10..50ms\n"), "r 0..10 | a 10..50 | r 50..100");
}

TEST(CriticalPath, AnAdoptedSubtreeIsOnThePath) {
  EXPECT_EQ(pathOf("s r 0..100ms\ns lost 10..50ms parent=99\n  s a 20..40ms\n"),
            "r 0..10 | lost 10..20 | a 20..40 | lost 40..50 | r 50..100");
}

TEST(CriticalPath, OfTwoRootsTheFirstIsTheRequest) {
  EXPECT_EQ(pathOf("s r 0..100ms\ns other 50..300ms\n  s a 60..70ms\n"), "r 0..100");
}

TEST(CriticalPath, CopiesChangeNothing) {
  constexpr std::string_view kText = "s r 0..100ms id=1\n  s a 10..50ms id=2\n  s b 60..90ms id=3\n";
  const std::string once = pathOf(kText);
  for (const int times : {2, 3}) {
    std::vector<SpanSpec> spans;
    for (int i = 0; i < times; ++i) {
      for (const SpanSpec& span : parseTrace(kText)) spans.push_back(span);
    }
    EXPECT_EQ(pathText(buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace)), once);
  }
}

TEST(CriticalPath, ZipkinClientAndServerOfOneIdFollowEachOther) {
  EXPECT_EQ(pathOf(R"(
    web r 0..100ms SERVER id=1
      web call 10..90ms CLIENT id=2
      db query 20..85ms SERVER id=2
        db scan 30..80ms
  )"),
            "r 0..10 | call 10..20 edge query | query 20..30 | scan 30..80 | query 80..85 | call 85..90 edge "
            "query | "
            "r 90..100");
}

TEST(CriticalPath, ACircleHasAPath) {
  EXPECT_EQ(pathOf("s a 0..100ms id=1 parent=2\ns b 10..90ms id=2 parent=1\n"),
            "a 0..10 | b 10..90 | a 90..100");
}

TEST(CriticalPath, ASelfParentHasAPath) {
  EXPECT_EQ(pathOf("s a 0..100ms id=1 parent=1\n  s b 10..90ms\n"), "a 0..10 | b 10..90 | a 90..100");
}

TEST(CriticalPath, ARootWithoutDurationHasNone) {
  EXPECT_EQ(pathOf("s r 0..0ms\n  s a 0..5ms\n"), "");
  EXPECT_EQ(pathOf("s r 9..0ms\n  s a 0..5ms\n"), "");
}

TEST(CriticalPath, MomentsAndNegativeSpansTakeNothing) {
  EXPECT_EQ(pathOf("s r 0..100ms\n  s zero 50..50ms\n  s negative 70..60ms\n  s edge 100..100ms\n"),
            "r 0..100");
}

TEST(CriticalPath, AMissingEndReachesToItsLastDescendant) {
  EXPECT_EQ(pathOf("s r 0..100ms\n  s a 10ms..?\n    s b 20..80ms\n"),
            "r 0..10 | a 10..20 | b 20..80 | r 80..100");
}

TEST(CriticalPath, AStartOfZeroIsATime) {
  EXPECT_EQ(pathText(treeOf("s r 0..100ms\n  s a 0..50ms\n", 0)), "a 0..50 | r 50..100");
}

TEST(CriticalPath, SubMicrosecondSpansAreExact) {
  EXPECT_EQ(pathOf("s r 0..900ns\n  s a 100..300ns\n  s b 300..301ns\n"),
            "r 0..0.0001 | a 0.0001..0.0003 | b 0.0003..0.000301 | r 0.000301..0.0009");
}

TEST(CriticalPath, LinksAndEventsElsewhereChangeNothing) {
  EXPECT_EQ(pathOf("s r 0..100ms link=7:1 event=before@-5ms event=after@500ms\n  s a 10..50ms\n"),
            "r 0..10 | a 10..50 | r 50..100");
}

TEST(CriticalPath, AChildThatStartsBeforeItsParentIsClipped) {
  EXPECT_EQ(pathOf("s r 10..100ms\n  s a 5..50ms\n"), "a 0..40 | r 40..90");
}

TEST(CriticalPath, AChildOverTheEndByClockNoiseIsClipped) {
  EXPECT_EQ(pathOf("s r 0..100ms\n  s a 5..100.5ms\n"), "r 0..5 | a 5..100");
}

TEST(CriticalPath, TimeBetweenClientAndServerIsTheEdges) {
  EXPECT_EQ(pathOf("a r 0..100ms SERVER\n  a call 10..90ms CLIENT\n    b work 30..70ms SERVER\n"),
            "r 0..10 | call 10..30 edge work | work 30..70 | call 70..90 edge work | r 90..100");
}

TEST(CriticalPath, AClientWithTwoServersIsNoEdge) {
  EXPECT_EQ(pathOf("a r 0..100ms CLIENT\n  b x 10..40ms SERVER\n  c y 50..90ms SERVER\n"),
            "r 0..10 | x 10..40 | r 40..50 | y 50..90 | r 90..100");
}

TEST(CriticalPath, ALeafClientWaitsForSomebodyUnknown) {
  EXPECT_EQ(pathOf("a r 0..100ms SERVER\n  a call 10..90ms CLIENT\n"),
            "r 0..10 | call 10..90 external | r 90..100");
}

TEST(CriticalPath, AServerSeenByAnotherClockIsStillTheOtherEnd) {
  EXPECT_EQ(pathOf("a call 0..100ms CLIENT\n  b work 40..130ms SERVER\n"), "call 0..40 edge work | work 40..100");
  EXPECT_EQ(pathOf("a call 0..100ms CLIENT\n  b work 60..130ms SERVER\n"), "call 0..100 edge work");
}

TEST(CriticalPath, TotalsAddUpTheTree) {
  const TraceTree tree = treeOf("s r 0..100ms\n  s a 10..90ms\n    s b 20..60ms\n");
  const CriticalPath path = criticalPath(tree);
  EXPECT_EQ(path.totalNs[nodeOf(tree, "r").value], 100'000'000);
  EXPECT_EQ(path.totalNs[nodeOf(tree, "a").value], 80'000'000);
  EXPECT_EQ(path.selfNs[nodeOf(tree, "a").value], 40'000'000);
}

}  // namespace
}  // namespace waybill::analysis
