// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/answers.h"

#include <gtest/gtest.h>

#include "analysis/population.h"
#include "analysis/replay.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

constexpr int64_t kMs = 1'000'000;

constexpr std::string_view kGaveUp = R"(
  web GET /      0..510ms  SERVER
    web pay      5..505ms  CLIENT error
      bank auth  10..3010ms SERVER
        bank work 20..3000ms
)";

TEST(Answers, AServerThatOutlivesItsClientIsWaitedForAsLongAsTheClientDid) {
  EXPECT_EQ(pathOf(kGaveUp), "GET / 0..5 | pay 5..10 edge auth | auth 10..20 | work 20..505 | GET / 505..510");
  const TraceTree tree = treeOf(kGaveUp);
  EXPECT_FALSE(tree.has(nodeOf(tree, "auth"), NodeBits::kAsync));
}

TEST(Answers, AServerWithoutAKindInAnotherServiceAnswersToo) {
  EXPECT_EQ(pathOf("a call 0..100ms CLIENT\n  b work 20..900ms\n"), "call 0..20 edge work | work 20..100");
  EXPECT_EQ(pathOf("a call 0..100ms CLIENT\n  a work 20..900ms\n"), "call 0..100 external");
}

TEST(Answers, AFasterServerThanItsClientsPatienceSavesTime) {
  const TraceTree tree = treeOf(kGaveUp);
  Replayer replayer(tree);
  const NodeIndex work = nodeOf(tree, "work");
  EXPECT_EQ(replayer.savingNs(Rewrite().setOwn(work, 100 * kMs)), 485 * kMs - 100 * kMs - 10 * kMs);
  // Still longer than the client waits: nobody is served sooner.
  EXPECT_EQ(replayer.savingNs(Rewrite().setOwn(work, 2'000 * kMs)), 0);
}

TEST(Answers, ALittleOverlapIsNoWait) {
  EXPECT_EQ(pathOf("a call 0..100ms CLIENT\n  b work 60..900ms SERVER\n"), "call 0..100 edge work");
}

TEST(Answers, AServerHalfOutsideItsClientIsItsAnswer) {
  constexpr std::string_view kHalf = "a r 0..120ms SERVER\n  a call 10..110ms CLIENT\n    b work 70..150ms SERVER\n";
  EXPECT_EQ(pathOf(kHalf), "r 0..10 | call 10..110 edge work | r 110..120");
  const TraceTree tree = treeOf(kHalf);
  EXPECT_TRUE(isSkewedAnswer(tree, nodeOf(tree, "work")));
  EXPECT_EQ(edgeNs(tree, nodeOf(tree, "call"), nodeOf(tree, "work")), 20 * kMs);
}

TEST(Answers, AServerWhollyOutsideItsClientIsItsAnswerWhenItIsNear) {
  constexpr std::string_view kNear = "a r 0..40ms SERVER\n  a call 10..30ms CLIENT\n    b work 32..48ms\n";
  EXPECT_EQ(pathOf(kNear), "r 0..10 | call 10..30 edge work | r 30..40");
  constexpr std::string_view kFar = "a r 0..40ms SERVER\n  a call 10..30ms CLIENT\n    b work 62..78ms\n";
  EXPECT_EQ(pathOf(kFar), "r 0..10 | call 10..30 external | r 30..40");
}

TEST(Answers, NoSkewMakesALongerServerTheAnswer) {
  const TraceTree tree = treeOf("a call 0..100ms CLIENT\n  b work 60..900ms\n");
  EXPECT_FALSE(isSkewedAnswer(tree, nodeOf(tree, "work")));
  EXPECT_EQ(answeringServer(tree, nodeOf(tree, "call")), std::nullopt);
}

TEST(Answers, TheEdgeIsWhatTheServerDoesNotShare) {
  const TraceTree tree = treeOf(kGaveUp);
  EXPECT_EQ(edgeNs(tree, nodeOf(tree, "pay"), nodeOf(tree, "auth")), 5 * kMs);
}

TEST(Answers, OfAPopulationAreNeverTakenForAsyncWork) {
  std::string text;
  for (int trace = 1; trace <= 6; ++trace) {
    const std::string in = " trace=" + std::to_string(trace);
    const std::string end = trace < 4 ? "900" : "90";
    text += "a call 0..100ms CLIENT" + in + "\n  b work 20.." + end + "ms" + in + "\n";
  }
  const auto snapshot = snapshotOf(text);
  const auto known = buildPopulation(snapshot, {}, 1);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(5), known);
  EXPECT_EQ(pathText(analysis->tree, analysis->path), "call 0..20 edge work | work 20..90 | call 90..100 edge work");
}

}  // namespace
}  // namespace waybill::analysis
