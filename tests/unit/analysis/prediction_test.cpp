// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/prediction.h"

#include <gtest/gtest.h>

#include "analysis/service_shares.h"
#include "analysis_support.h"
#include "random_trace.h"

namespace waybill::analysis {
namespace {

using test::analysisOf;
using test::nodeOf;

constexpr int64_t kMs = 1'000'000;

const char* const kTwoCalls = R"(
web GET /           0..100ms  SERVER
  web call          10..50ms  CLIENT
    db SELECT       20..40ms  SERVER
  web call          50..90ms  CLIENT
    db SELECT       60..80ms  SERVER
)";

std::shared_ptr<const TraceAnalysis> predicted(const TraceAnalysis& measured, std::string_view name, FasterPart part,
                                               int percent, bool everywhere) {
  const NodeIndex node = nodeOf(measured.tree, name);
  const std::vector<NodeIndex> spans = everywhere ? spansLike(measured.tree, node) : std::vector{node};
  return predictTrace(measured, fasterSpans(measured.tree, spans, part, percent));
}

int64_t rootMs(const TraceAnalysis& analysis) { return analysis.tree.durationNs(analysis.tree.primaryRoot) / kMs; }

}  // namespace

TEST(Prediction, OneSpanFasterMovesWhatComesAfterIt) {
  const auto measured = analysisOf(kTwoCalls);
  const auto after = predicted(*measured, "SELECT", FasterPart::Whole, 50, false);
  EXPECT_EQ(rootMs(*after), 90);
  EXPECT_EQ(test::pathText(after->tree, after->path),
            "GET / 0..10 | call 10..20 edge SELECT | SELECT 20..30 | call 30..40 edge SELECT | call 40..50 edge SELECT | "
            "SELECT 50..70 | call 70..80 edge SELECT | GET / 80..90");
}

TEST(Prediction, AnOperationIsFasterWhereverItOccurs) {
  const auto measured = analysisOf(kTwoCalls);
  EXPECT_EQ(spansLike(measured->tree, nodeOf(measured->tree, "SELECT")).size(), 2U);
  EXPECT_EQ(rootMs(*predicted(*measured, "SELECT", FasterPart::Whole, 50, true)), 80);
}

TEST(Prediction, OwnTimeLeavesWhatIsBelowAsItIs) {
  const auto measured = analysisOf(kTwoCalls);
  EXPECT_EQ(rootMs(*predicted(*measured, "call", FasterPart::OwnTime, 100, false)), 80);
  EXPECT_EQ(rootMs(*predicted(*measured, "call", FasterPart::Whole, 100, false)), 60);
}

TEST(Prediction, KeepsNodesAndTheirOddities) {
  const auto measured = analysisOf(kTwoCalls);
  const auto after = predicted(*measured, "call", FasterPart::Whole, 30, true);
  EXPECT_EQ(after->tree.row, measured->tree.row);
  EXPECT_EQ(after->tree.parent, measured->tree.parent);
  EXPECT_EQ(after->tree.bits, measured->tree.bits);
  EXPECT_TRUE(after->findings.empty());
}

TEST(ServiceShares, TheOneThatIsWaitedForLongestComesFirst) {
  const auto measured = analysisOf(kTwoCalls);
  const std::vector<ServiceShare> shares = serviceShares(measured->tree, measured->path);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_EQ(measured->tree.snapshot->text(shares[0].service), "web");
  EXPECT_EQ(shares[0].criticalNs, 60 * kMs);
  EXPECT_EQ(shares[0].spans, 3U);
  EXPECT_EQ(shares[1].criticalNs, 40 * kMs);
}

TEST(LogHistogram, ColumnsHoldEveryValueOnALogarithmicScale) {
  LogHistogram histogram;
  for (const int64_t value : {10, 100, 100, 1000}) histogram.add(value * kMs);
  const LogHistogram::Columns columns = histogram.logColumns(3);
  EXPECT_EQ(columns.counts, (std::vector<uint64_t>{1, 2, 1}));
  EXPECT_NEAR(columns.placeOf(100 * kMs), 0.5, 0.02);
  EXPECT_EQ(columns.placeOf(1), 0);
  EXPECT_EQ(columns.placeOf(INT64_MAX), 1);
}

TEST(PredictionProperty, NothingFasterIsTheTraceItselfAndFasterIsNeverLonger) {
  test::onEachTrace(5'000, 91'000'000, [](test::RandomTrace& random) {
    const auto measured = analyzeTrace(test::snapshotOf(random.make()), test::kFirstTrace);
    const NodeIndex node(static_cast<uint32_t>(random.below(measured->tree.size())));
    const std::vector<NodeIndex> spans = spansLike(measured->tree, node);
    const FasterPart part = random.oneIn(2) ? FasterPart::Whole : FasterPart::OwnTime;
    const auto same = predictTrace(*measured, fasterSpans(measured->tree, spans, part, 0));
    EXPECT_EQ(same->tree.startNs, measured->tree.startNs);
    EXPECT_EQ(same->tree.endNs, measured->tree.endNs);
    const auto faster = predictTrace(*measured, fasterSpans(measured->tree, spans, part, 1 + static_cast<int>(random.below(100))));
    const NodeIndex root = measured->tree.primaryRoot;
    EXPECT_LE(faster->tree.durationNs(root), measured->tree.durationNs(root));
    int64_t onPath = 0;
    for (const PathSegment& segment : faster->path.segments) onPath += segment.durationNs();
    EXPECT_EQ(onPath, faster->tree.durationNs(root));
  });
}

}  // namespace waybill::analysis
