// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

std::string exampleOf(const TraceTree& tree, DiagnosticKind kind) {
  for (const Diagnostic& entry : tree.diagnostics.entries()) {
    if (entry.kind == kind) return entry.example;
  }
  return {};
}

constexpr std::string_view kBuy = R"(
  web "POST /buy"            0..155ms    SERVER id=1
    payment "POST /charge"   2..152ms    CLIENT
      bank-api "POST /auth"  7..147ms    SERVER
    email "POST /send"       152..155ms  CLIENT
)";

TEST(TraceTree, StandsInPreorderWithChildrenByStart) {
  const TraceTree tree = treeOf(kBuy);
  EXPECT_EQ(shapeOf(tree), "POST /buy(POST /charge(POST /auth) POST /send)");
  EXPECT_THAT(tree.subtreeEnd, testing::ElementsAre(4, 3, 3, 4));
  EXPECT_THAT(tree.parent, testing::ElementsAre(TraceTree::kNone, 0, 1, 0));
  EXPECT_THAT(tree.depth, testing::ElementsAre(0, 1, 2, 1));
  EXPECT_EQ(tree.serviceName(NodeIndex(2)), "bank-api");
  EXPECT_EQ(tree.primaryRoot, NodeIndex(0));
  EXPECT_TRUE(tree.diagnostics.empty());
}

TEST(TraceTree, ChildrenThatStartTogetherComeLongestFirst) {
  EXPECT_EQ(shapeOf(treeOf(R"(
    s r 0..9ms
      s short 1..2ms id=a
      s long 1..5ms id=c
      s twin 1..5ms id=b
  )")),
            "r(twin long short)");
}

TEST(TraceTree, HoldsOneTraceOnly) {
  const auto snapshot = snapshotOf("s a 0..9ms trace=1\ns b 0..9ms trace=2\n  s c 1..2ms link=1:101\n");
  ASSERT_EQ(snapshot->traceCount(), 2u);
  EXPECT_EQ(shapeOf(buildTraceTree(snapshot, TraceIndex(0))), "a");
  EXPECT_EQ(shapeOf(buildTraceTree(snapshot, TraceIndex(1))), "b(c)");
}

TEST(TraceTree, AnOrphanHangsUnderTheLatestSpanThatEnclosesIt) {
  const TraceTree tree = treeOf(R"(
    web r 0..100ms
      web a 10..60ms
      db b 20..50ms
    db lost 25..30ms parent=99 SERVER
      db below 26..27ms
  )");
  EXPECT_EQ(shapeOf(tree), "r(a b(lost?^(below)))");
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::MissingParent), 1u);
  EXPECT_EQ(exampleOf(tree, DiagnosticKind::MissingParent),
            "db lost (span 0000000000000104) names the parent 0000000000000099, which is not in the trace");
}

TEST(TraceTree, AnOrphanPrefersItsOwnServiceUnlessItWasCalled) {
  constexpr std::string_view kSpans = R"(
    web r 0..100ms
      web a 10..60ms
        db b 20..50ms
    web inner 25..30ms parent=99 INTERNAL
    web called 31..33ms parent=98 SERVER
  )";
  EXPECT_EQ(shapeOf(treeOf(kSpans)), "r(a(b(called?^) inner?^))");
}

TEST(TraceTree, AnOrphanThatNothingEnclosesIsARoot) {
  const TraceTree tree = treeOf("s r 0..10ms\ns late 5..20ms parent=99\n");
  EXPECT_EQ(shapeOf(tree), "r late?");
  EXPECT_EQ(tree.primaryRoot, NodeIndex(0));
}

TEST(TraceTree, AnOrphanIsNeverAdoptedByItsOwnSubtree) {
  EXPECT_EQ(shapeOf(treeOf("s r 0..10ms\ns lost 50..90ms parent=99\n  s wide 40..95ms\n")), "r lost?(wide~)");
}

TEST(TraceTree, ARootWhoseParentIsMissingIsTheRequest) {
  const TraceTree tree = treeOf("s r 0..100ms parent=99\n  s a 1..50ms\ns gap 5..10ms parent=98\n");
  EXPECT_EQ(shapeOf(tree), "r?(a(gap?^))");
  EXPECT_EQ(tree.primaryRoot, nodeOf(tree, "r"));
}

TEST(TraceTree, OrphansOfOneMissingParentStaySiblings) {
  EXPECT_EQ(shapeOf(treeOf("s a 0..100ms parent=99\ns b 5..10ms parent=99\n")), "(missing span)(a? b?)");
}

TEST(TraceTree, TheRequestIsTheEarliestRootWithoutAParentId) {
  const TraceTree tree = treeOf("s early 0..1ms parent=99\ns second 9..20ms\ns first 5..8ms\n  s x 5..6ms\n");
  EXPECT_EQ(shapeOf(tree), "early? first(x) second");
  EXPECT_EQ(tree.primaryRoot, nodeOf(tree, "first"));
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::SeveralRoots), 1u);
}

TEST(TraceTree, OfRootsThatStartTogetherTheLargerTreeIsTheRequest) {
  const TraceTree tree = treeOf("s long 0..9ms\ns big 0..5ms\n  s x 1..2ms\n");
  EXPECT_EQ(tree.primaryRoot, nodeOf(tree, "big"));
}

TEST(TraceTree, IdenticalCopiesAreShownOnceAndCounted) {
  const auto spans = parseTrace("s r 0..9ms id=1\n  s a 1..2ms id=2\n    s b 1..2ms id=3\n");
  std::vector<SpanSpec> thrice;
  for (int i = 0; i < 3; ++i) thrice.insert(thrice.end(), spans.begin(), spans.end());
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(thrice)), kFirstTrace);
  EXPECT_EQ(shapeOf(tree), "r(a(b))");
  EXPECT_THAT(tree.copies, testing::ElementsAre(std::pair(NodeIndex(0), 2u), std::pair(NodeIndex(1), 2u),
                                                std::pair(NodeIndex(2), 2u)));
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::DuplicateSpan), 6u);
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::SharedSpanId), 0u);
  for (uint32_t row = 0; row < 9; ++row) EXPECT_EQ(tree.find(SpanRow(row)), NodeIndex(row % 3)) << row;
}

TEST(TraceTree, DifferentSpansOfOneIdAreAllShown) {
  for (const int times : {2, 3}) {
    std::string text = "s r 0..9ms\n";
    for (int i = 0; i < times; ++i)
      text += "  s a" + std::to_string(i) + " 1.." + std::to_string(8 - i) + "ms id=5\n";
    text += "    s below 2..3ms\n";
    const TraceTree tree = treeOf(text);
    EXPECT_EQ(shapeOf(tree), times == 2 ? "r(a0= a1=(below))" : "r(a0= a1= a2=(below))");
    EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::SharedSpanId), 1u);
    EXPECT_TRUE(tree.copies.empty());
  }
}

TEST(TraceTree, ZipkinServerSpanHangsUnderTheClientSpanOfItsId) {
  const TraceTree tree = treeOf(R"(
    web r 0..100ms id=1 SERVER
      db query 12..88ms id=2 SERVER
        db step 20..30ms
      web call 10..90ms id=2 CLIENT
  )");
  EXPECT_EQ(shapeOf(tree), "r(call=(query=(step)))");
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::SharedSpanId), 1u);
}

TEST(TraceTree, ZipkinRootSharedByClientAndServer) {
  EXPECT_EQ(shapeOf(treeOf("a c 0..9ms id=1 CLIENT\nb s 1..8ms id=1 SERVER\n  b x 2..3ms\n")), "c=(s=(x))");
  EXPECT_EQ(shapeOf(treeOf("a c 0..9ms id=1 CLIENT\nb s 1..8ms id=1 parent=1 SERVER\n")), "c=(s=)");
}

TEST(TraceTree, AClientAndAServerThatBelongElsewhereOnlyShareTheId) {
  EXPECT_EQ(shapeOf(treeOf(R"(
    a r 0..9ms id=1
      a c 1..4ms id=7 CLIENT
      a other 5..9ms id=2
        b s 5..8ms id=7 SERVER
  )")),
            "r(c= other(s=))");
}

TEST(TraceTree, ACircleIsCutAtItsEarliestSpan) {
  const TraceTree tree = treeOf(
      "s b 2..9ms id=2 parent=1\ns c 3..9ms id=3 parent=2\ns a 1..9ms id=1 parent=3\n"
      "s tail 4..5ms parent=2\n");
  EXPECT_EQ(shapeOf(tree), "a%(b(c tail))");
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::ParentCycle), 1u);
}

TEST(TraceTree, ASpanThatNamesItselfIsARoot) {
  const TraceTree tree = treeOf("s a 1..9ms id=1 parent=1\n  s b 2..3ms\n");
  EXPECT_EQ(shapeOf(tree), "a%(b)");
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::SelfParent), 1u);
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::ParentCycle), 0u);
}

TEST(TraceTree, SpansWithoutIdsAreKept) {
  const TraceTree tree = treeOf("s r 0..9ms id=1\n  s a 1..2ms id=0\n  s b 3..4ms id=0\n");
  EXPECT_EQ(shapeOf(tree), "r(a b)");
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::SharedSpanId), 0u);
}

TEST(TraceTree, AMissingEndIsTheLatestEndBelow) {
  const TraceTree tree = treeOf("s r 0..?\n  s a 1ms..?\n    s b 2..7ms\n  s c 3ms..?\n");
  EXPECT_EQ(shapeOf(tree), "r…(a…(b) c…)");
  EXPECT_EQ(tree.durationNs(nodeOf(tree, "r")), 7'000'000);
  EXPECT_EQ(tree.durationNs(nodeOf(tree, "a")), 6'000'000);
  EXPECT_EQ(tree.durationNs(nodeOf(tree, "c")), 0);
}

TEST(TraceTree, ChildrenStayInOrderWhenEndsAreFilledIn) {
  EXPECT_EQ(shapeOf(treeOf("s r 0..9ms\n  s a 1..3ms\n  s b 1ms..?\n    s c 2..8ms\n")), "r(b…(c) a)");
}

TEST(TraceTree, AMissingStartIsTheEarliestStartBelow) {
  const TraceTree tree = treeOf("s r 0..9ms\n  s a ?..5ms\n    s b 2..4ms\n  s leaf ?..3ms\n");
  EXPECT_EQ(shapeOf(tree), "r(a(b) leaf)");
  EXPECT_EQ(tree.durationNs(nodeOf(tree, "a")), 3'000'000);
  EXPECT_EQ(tree.durationNs(nodeOf(tree, "leaf")), 0);
  EXPECT_TRUE(tree.has(nodeOf(tree, "leaf"), NodeBits::kNoStart));
}

TEST(TraceTree, AStartOfZeroIsATimeWhereTimesAreNotDates) {
  const TraceTree tree = treeOf("s r 0..9ms\n  s a 1..5ms\n", 0);
  EXPECT_EQ(tree.durationNs(tree.primaryRoot), 9'000'000);
  EXPECT_FALSE(tree.has(tree.primaryRoot, NodeBits::kNoStart));
}

TEST(TraceTree, ASpanThatEndsBeforeItStartsLastsNoTime) {
  const TraceTree tree = treeOf("s r 0..9ms\n  s a 5..3ms\n");
  EXPECT_EQ(tree.durationNs(nodeOf(tree, "a")), 0);
  EXPECT_TRUE(tree.has(nodeOf(tree, "a"), NodeBits::kNegative));
}

TEST(TraceTree, TimesNearTheEndOfTimeHold) {
  constexpr uint64_t kMax = INT64_MAX;
  const std::vector<SpanSpec> spans{{.id = 1, .startNs = 1, .endNs = UINT64_MAX, .name = "r"},
                                    {.id = 2, .parent = 1, .startNs = kMax - 5, .endNs = kMax, .name = "a"},
                                    {.id = 3, .parent = 1, .startNs = UINT64_MAX, .endNs = 5, .name = "b"}};
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  EXPECT_EQ(shapeOf(tree), "r(a b)");
  EXPECT_EQ(tree.durationNs(NodeIndex(0)), INT64_MAX - 1);
  const CriticalPath path = criticalPath(tree);
  EXPECT_EQ(path.totalNs[0], INT64_MAX - 1);
}

TEST(TraceTree, AChildThatOutlivesItsParentIsAsync) {
  const TraceTree tree =
      treeOf("s r 0..100ms\n  s hair 50..100.5ms\n  s a 60..120ms\n  s after 130..140ms\n");
  EXPECT_EQ(shapeOf(tree), "r(hair a~ after!)");
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::EndsAfterParent), 2u);
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::OutsideParent), 1u);
  EXPECT_EQ(exampleOf(tree, DiagnosticKind::EndsAfterParent),
            "s hair (span 0000000000000102) ends 500 µs after s r (span 0000000000000101)");
}

TEST(TraceTree, AChildThatStartsBeforeItsParentIsMarked) {
  const TraceTree tree = treeOf("s r 10..100ms\n  s a 5..20ms\n  s before 1..10ms\n");
  EXPECT_EQ(shapeOf(tree), "r(before! a)");
  EXPECT_TRUE(tree.has(nodeOf(tree, "a"), NodeBits::kStartsEarly));
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::StartsBeforeParent), 1u);
  EXPECT_EQ(tree.diagnostics.count(DiagnosticKind::OutsideParent), 1u);
}

TEST(TraceTree, AConsumerMayOutliveItsProducer) {
  const TraceTree tree = treeOf(
      "s r 0..100ms\n  s send 1..5ms PRODUCER\n    t work 50..90ms CONSUMER\n    t now 3..30ms CONSUMER\n");
  EXPECT_EQ(shapeOf(tree), "r(send(now~ work!))");
  EXPECT_TRUE(tree.diagnostics.empty());
}

TEST(TraceTree, FindsRowsAndNothingElse) {
  const auto snapshot = snapshotOf("s a 0..9ms trace=1\ns b 0..9ms trace=2\n");
  const TraceTree tree = buildTraceTree(snapshot, TraceIndex(1));
  EXPECT_EQ(tree.find(SpanRow(1)), NodeIndex(0));
  EXPECT_EQ(tree.find(SpanRow(0)), std::nullopt);
}

TEST(TraceTree, KeepsAtMostFortyBytesASpan) {
  const TraceTree tree = treeOf(kBuy);
  const size_t perSpan = sizeof(tree.row[0]) + sizeof(tree.startNs[0]) + sizeof(tree.endNs[0]) +
                         sizeof(tree.parent[0]) + sizeof(tree.subtreeEnd[0]) + sizeof(tree.depth[0]) +
                         sizeof(tree.service[0]) + sizeof(tree.bits[0]);
  EXPECT_LE(perSpan, 40u);
  EXPECT_EQ(tree.row.capacity(), tree.row.size());
}

TEST(SelfTimes, AreWhatNoChildCovers) {
  const TraceTree tree =
      treeOf("s r 0..100ms\n  s a 10..40ms\n  s b 30..60ms\n  s c 20..35ms\n  s d 90..130ms\n");
  const auto self = selfTimes(tree);
  EXPECT_EQ(self[nodeOf(tree, "r").value], 40'000'000);
  EXPECT_EQ(self[nodeOf(tree, "a").value], 30'000'000);
}

TEST(Tolerance, IsSmallAgainstParentAndChildren) {
  EXPECT_EQ(toleranceNs(100'000'000, 80'000'000, 60'000'000), 1'000'000);  // 1 % of the parent
  EXPECT_EQ(toleranceNs(100'000'000, 80'000'000, 400'000), 100'000);       // a quarter of the shorter
  EXPECT_EQ(toleranceNs(100'000'000, 80'000'000, 10), 2'000);              // twice the clock's resolution
  EXPECT_EQ(toleranceNs(100, 50, 50), 1);
  EXPECT_EQ(toleranceNs(0, 0, 0), 0);
}

}  // namespace
}  // namespace waybill::analysis
