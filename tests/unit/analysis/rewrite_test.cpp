// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rewrites of one trace, replayed (ANALYSIS section 6.3).
#include <gtest/gtest.h>

#include "analysis/replay.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

constexpr int64_t kMs = 1'000'000;

struct Case {
  explicit Case(std::string_view text) : tree(treeOf(text)), replayer(tree) {}
  NodeIndex node(std::string_view name) const { return nodeOf(tree, name); }
  std::vector<NodeIndex> nodes(std::initializer_list<std::string_view> names) const {
    std::vector<NodeIndex> out;
    for (const std::string_view name : names) out.push_back(node(name));
    return out;
  }
  int64_t saved(const Rewrite& rewrite) { return replayer.savingNs(rewrite) / kMs; }
  // "a 10..20" in milliseconds of the new time.
  std::string placeOf(const ReplayedTimes& times, std::string_view name) const {
    const uint32_t i = node(name).value;
    const int64_t zero = tree.startNs[tree.primaryRoot.value];
    return std::to_string((times.startNs[i] - zero) / kMs) + ".." + std::to_string((times.endNs[i] - zero) / kMs);
  }

  TraceTree tree;
  Replayer replayer;
};

constexpr std::string_view kSerial = R"(
  s r 0..100ms
    s a 10..30ms
    s b 40..60ms
    s c 70..90ms
)";

TEST(Rewrite, OwnTimeIsScaledOrSet) {
  Case one(kSerial);
  EXPECT_EQ(one.saved(Rewrite().scaleOwn(one.node("a"), 0.5)), 10);
  EXPECT_EQ(one.saved(Rewrite().setOwn(one.node("a"), 5 * kMs)), 15);
  EXPECT_EQ(one.saved(Rewrite().scaleOwn(one.node("r"), 0)), 40);
  EXPECT_EQ(one.saved(Rewrite().setOwn(one.node("r"), 10 * kMs)), 30);
  EXPECT_EQ(one.saved(Rewrite().scaleOwn(one.node("a"), 3)), 0);  // slower saves nothing
  EXPECT_EQ(one.replayer.newRootDurationNs(Rewrite().scaleOwn(one.node("a"), 3)), 140 * kMs);
}

TEST(Rewrite, AnEdgeIsTheOwnTimeOfTheCall) {
  Case one("s r 0..100ms SERVER\n  s call 10..90ms CLIENT\n    t serve 50..60ms SERVER\n");
  EXPECT_EQ(one.saved(Rewrite().scaleOwn(one.node("call"), 0)), 70);
  EXPECT_EQ(one.saved(Rewrite().setOwn(one.node("call"), 7 * kMs)), 63);
}

TEST(Rewrite, ARemovedSpanTakesTheGapBeforeItAlong) {
  Case one(kSerial);
  EXPECT_EQ(one.saved(Rewrite().remove(one.node("b"))), 30);
}

TEST(Rewrite, OnlyTheLastTryStaysWithoutTheWaitsBetween) {
  Case one(kSerial);
  const auto tries = one.nodes({"a", "b", "c"});
  EXPECT_EQ(one.saved(Rewrite().keepOnly(tries, one.node("c"))), 60);
  const ReplayedTimes times = one.replayer.times(Rewrite().keepOnly(tries, one.node("c")));
  EXPECT_EQ(one.placeOf(times, "c"), "10..30");
  EXPECT_EQ(one.placeOf(times, "a"), "10..10");
}

TEST(Rewrite, ManyCallsBecomeOne) {
  Case one(kSerial);
  EXPECT_EQ(one.saved(Rewrite().collapse(one.tree, one.nodes({"a", "b", "c"}))), 80 - 24);
}

TEST(Rewrite, SiblingsStartTogether) {
  Case one(kSerial);
  const auto all = one.nodes({"a", "b", "c"});
  EXPECT_EQ(one.saved(Rewrite().startTogether(all)), 60);
  const ReplayedTimes times = one.replayer.times(Rewrite().startTogether(all));
  EXPECT_EQ(one.placeOf(times, "c"), "10..30");
  EXPECT_EQ(one.placeOf(times, "r"), "0..40");
}

TEST(Rewrite, LanesTakeTheNextWhenTheyAreFree) {
  Case one(kSerial);
  EXPECT_EQ(one.saved(Rewrite().runInLanes(one.nodes({"a", "b", "c"}), 2)), 40);
  EXPECT_EQ(one.saved(Rewrite().runInLanes(one.nodes({"a", "b", "c"}), 1)), 20);  // the gaps go
}

TEST(Rewrite, AStragglerEndsWithTheOthers) {
  Case one("s r 0..100ms\n  s a 10..90ms\n  s b 10..30ms\n  s c 10..40ms\n");
  const int64_t end = one.tree.endNs[one.node("c").value];
  EXPECT_EQ(one.saved(Rewrite().capEnd(one.tree, one.node("a"), end)), 50);
}

TEST(Rewrite, GapsAndTailsAreShortened) {
  Case one(kSerial);
  EXPECT_EQ(one.saved(Rewrite().shortenGapBefore(one.node("b"), 3 * kMs)), 7);
  EXPECT_EQ(one.saved(Rewrite().shortenGapBefore(one.node("b"), 30 * kMs)), 0);
  EXPECT_EQ(one.saved(Rewrite().shortenTail(one.node("r"), kMs)), 9);
}

TEST(Rewrite, AWholeSpanIsStretchedWithAllBelow) {
  Case one("s r 0..100ms\n  s a 10..50ms\n    s inner 20..40ms\n  s b 60..90ms\n");
  const ReplayedTimes times = one.replayer.times(Rewrite().scaleDuration(one.tree, one.node("a"), 0.5));
  EXPECT_EQ(one.placeOf(times, "a"), "10..30");
  EXPECT_EQ(one.placeOf(times, "inner"), "15..25");
  EXPECT_EQ(one.placeOf(times, "b"), "40..70");
}

TEST(Rewrite, WhatNobodyWaitsForMovesWithWhatBeganIt) {
  Case one("s r 0..100ms\n  s a 10..50ms\n  s later 60..300ms\n  s b 70..90ms\n  s after 120..130ms\n");
  const ReplayedTimes times = one.replayer.times(Rewrite().scaleOwn(one.node("a"), 0));
  EXPECT_EQ(one.placeOf(times, "later"), "20..260");
  EXPECT_EQ(one.placeOf(times, "after"), "80..90");
}

TEST(Replayer, ForgetsOneRewriteBeforeTheNext) {
  Case one(kSerial);
  EXPECT_EQ(one.saved(Rewrite().scaleOwn(one.node("a"), 0)), 20);
  EXPECT_EQ(one.saved(Rewrite()), 0);
  EXPECT_EQ(one.saved(Rewrite().remove(one.node("c"))), 30);
  EXPECT_EQ(one.saved(Rewrite().scaleOwn(one.node("a"), 0)), 20);
}

TEST(Replayer, ADeepChainIsNoTrouble) {
  std::vector<SpanSpec> spans(200'000);
  for (size_t i = 0; i < spans.size(); ++i) {
    spans[i].id = i + 1;
    spans[i].parent = i;
    spans[i].startNs = kEpochNs + i;
    spans[i].endNs = kEpochNs + 1'000'000 - i;
  }
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  Replayer replayer(tree);
  EXPECT_EQ(replayer.savingNs(Rewrite().scaleOwn(NodeIndex(199'999), 0)), 1'000'000 - 2 * 199'999);
}

}  // namespace
}  // namespace waybill::analysis
