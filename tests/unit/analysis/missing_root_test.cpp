// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Requests whose root was lost, and spans whose times are not known.
#include <gtest/gtest.h>

#include "analysis/population.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

constexpr int64_t kMs = 1'000'000;

constexpr std::string_view kLost = R"(
  cart validate 0..20ms    SERVER parent=99
  pay charge    25..925ms  SERVER parent=99
    pay check   30..40ms
)";

TEST(MissingRoot, OfSeveralSpansIsOneRequest) {
  const TraceTree tree = treeOf(kLost);
  EXPECT_EQ(shapeOf(tree), "(missing span)(validate? charge?(check))");
  ASSERT_TRUE(tree.missing);
  EXPECT_EQ(tree.primaryRoot, *tree.missing);
  EXPECT_EQ(tree.durationNs(tree.primaryRoot), 925 * kMs);
  EXPECT_EQ(tree.spanCount(), 3u);
  EXPECT_EQ(tree.spanId(tree.primaryRoot), SpanId{0x99});
  EXPECT_EQ(tree.serviceName(tree.primaryRoot), "");
  EXPECT_TRUE(tree.isPartlyUnknown(tree.primaryRoot));
  EXPECT_EQ(pathText(tree), "validate 0..20 | (missing span) 20..25 | charge 25..30 | check 30..40 | charge 40..925");
}

TEST(MissingRoot, IsNamedInNoSentenceButTheStepBelow) {
  const auto analysis = analysisOf(kLost);
  EXPECT_NE(analysis->headline.find("pay charge"), std::string::npos) << analysis->headline;
  EXPECT_NE(analysis->headline.find("of 925 ms"), std::string::npos) << analysis->headline;
}

TEST(MissingRoot, IsNotFoundByRow) {
  const TraceTree tree = treeOf(kLost);
  for (uint32_t i = 1; i < tree.size(); ++i) EXPECT_EQ(tree.find(tree.row[i]), NodeIndex(i));
}

TEST(MissingRoot, TakesInOtherOrphans) {
  const TraceTree tree = treeOf("s a 0..20ms parent=99\ns b 25..90ms parent=99\ns c 85..120ms parent=77\n");
  EXPECT_EQ(shapeOf(tree), "(missing span)(a? b? c?^)");
  EXPECT_EQ(tree.durationNs(tree.primaryRoot), 120 * kMs);
}

TEST(MissingRoot, IsThatWhichMostSpansName) {
  const TraceTree tree = treeOf("s a 0..20ms parent=77\ns b 25..90ms parent=99\ns c 85..120ms parent=99\n");
  EXPECT_EQ(shapeOf(tree), "(missing span)(a?^ b? c?)");
  EXPECT_EQ(tree.spanId(tree.primaryRoot), SpanId{0x99});
}

TEST(MissingRoot, IsNoneWhereARootIsThereOrSpansNameDifferentParents) {
  EXPECT_FALSE(treeOf("s r 0..100ms\ns a 0..20ms parent=99\ns b 25..190ms parent=99\n").missing);
  EXPECT_FALSE(treeOf("s a 0..20ms parent=99\ns b 25..90ms parent=98\n").missing);
  EXPECT_FALSE(treeOf("s a 0..20ms parent=99\n  s b 5..10ms\n").missing);
}

TEST(MissingRoot, GoesWhenTheRootComes) {
  std::vector<SpanSpec> spans = parseTrace(kLost);
  const auto early = snapshotOf(std::span<const SpanSpec>(spans));
  EXPECT_TRUE(buildTraceTree(early, kFirstTrace).missing);
  spans.push_back({.id = 0x99, .startNs = kEpochNs, .endNs = kEpochNs + 930 * kMs, .name = "root"});
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  EXPECT_FALSE(tree.missing);
  EXPECT_EQ(shapeOf(tree), "root(validate charge(check))");
}

TEST(MissingRoot, SurvivesAWholeAnalysisWithAPopulation) {
  std::string text;
  for (int trace = 1; trace <= 30; ++trace) {
    const std::string in = " trace=" + std::to_string(trace) + "\n";
    text += "cart validate 0..20ms SERVER parent=99" + in + "pay charge 25..925ms SERVER parent=99" + in;
  }
  const auto snapshot = snapshotOf(text);
  const auto known = buildPopulation(snapshot, {}, 2);
  const auto analysis = analyzeTrace(snapshot, TraceIndex(29), known);
  EXPECT_EQ(analysis->tree.durationNs(analysis->tree.primaryRoot), 925 * kMs);
}

TEST(UnknownTimes, MakeTheParentPartlyUnknown) {
  for (const char* child : {"s a ?..80ms", "s a 20ms..?", "s a 80..20ms"}) {
    const TraceTree tree = treeOf("s r 0..100ms\n  " + std::string(child) + "\n  s b 30..40ms\n");
    EXPECT_TRUE(tree.isPartlyUnknown(nodeOf(tree, "r"))) << child;
    EXPECT_TRUE(tree.isPartlyUnknown(nodeOf(tree, "a"))) << child;
    EXPECT_FALSE(tree.isPartlyUnknown(nodeOf(tree, "b"))) << child;
  }
}

TEST(UnknownTimes, OfTheRootAreWhatItsChildrenSay) {
  const TraceTree tree = treeOf("s r ?..900ms\n  s a 20..80ms\n  s b 90..870ms\n");
  EXPECT_EQ(tree.durationNs(tree.primaryRoot), 880 * kMs);
  EXPECT_TRUE(tree.isPartlyUnknown(tree.primaryRoot));
  EXPECT_EQ(tree.snapshot->trace(kFirstTrace).durationNs(), 880 * kMs);
}

TEST(Durations, OfTheListAreThoseOfTheRequest) {
  for (const std::string_view text :
       {std::string_view("s r 0..100ms\n  s late 60..300ms\n"), std::string_view("s r 0..100ms\ns other 50..300ms\n"),
        std::string_view("s r 90..20ms\n  s a 30..80ms\n"), std::string_view("s r 0ms..?\n  s a 30..80ms\n"), kLost}) {
    const TraceTree tree = treeOf(text);
    EXPECT_EQ(tree.snapshot->trace(kFirstTrace).durationNs(), tree.durationNs(tree.primaryRoot)) << text;
  }
}

TEST(SharedIds, AChildGoesToTheSpanThatEnclosesIt) {
  EXPECT_EQ(shapeOf(treeOf(R"(
    s root        0..100ms id=1
      s first     10..30ms id=2
      s second    40..60ms id=2
    s below       45..55ms id=3 parent=2
    s above       12..18ms id=4 parent=2
  )")),
            "root(first=(above) second=(below))");
}

TEST(SharedIds, AChildThatSticksOutGoesToTheSpanThatRanWhenItBegan) {
  EXPECT_EQ(shapeOf(treeOf(R"(
    s root        0..100ms id=1
      s first     10..30ms id=2
      s second    40..60ms id=2
    s late        50..65ms id=3 parent=2
    s nowhere     70..80ms id=4 parent=2
  )")),
            "root(first=(nowhere!) second=(late~))");
}

}  // namespace
}  // namespace waybill::analysis
