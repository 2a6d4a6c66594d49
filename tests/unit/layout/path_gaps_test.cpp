// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/path_gaps.h"

#include <gtest/gtest.h>

#include "layout/slack.h"
#include "support/trace_dsl.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;

constexpr int64_t kMs = 1'000'000;

// A small trace with its path; spans go by their names.
struct Trace {
  analysis::TraceTree tree;
  analysis::CriticalPath path;
  SegmentOrder segments;

  explicit Trace(std::string_view text)
      : tree(analysis::buildTraceTree(test::snapshotOf(text), TraceIndex(0))),
        path(analysis::criticalPath(tree)),
        segments(tree, path) {}

  NodeIndex node(std::string_view name) const {
    for (uint32_t i = 0; i < tree.size(); ++i) {
      if (tree.name(NodeIndex(i)) == name) return NodeIndex(i);
    }
    ADD_FAILURE() << "no span " << name;
    return {};
  }

  // "network 10..20", in milliseconds.
  std::string gaps(std::string_view name, int64_t leastMs = 1, TimeRange rangeMs = {0, 100'000}) const {
    std::string out;
    const TimeRange range{test::kEpochNs + rangeMs.startNs * kMs, test::kEpochNs + rangeMs.endNs * kMs};
    for (const PathGap& gap : gapsOnPath(tree, segments, node(name), range, leastMs * kMs)) {
      if (!out.empty()) out += " | ";
      out += text(gap);
    }
    return out;
  }
  static std::string text(const PathGap& gap) {
    constexpr const char* kNames[] = {"network", "queue", "waiting", "nothing recorded"};
    return kNames[static_cast<size_t>(gap.kind)] + std::string(" ") +
           std::to_string((gap.startNs - test::kEpochNs) / kMs) + ".." +
           std::to_string((gap.endNs - test::kEpochNs) / kMs);
  }

  // Milliseconds after the span's end; -1 when it has none.
  int64_t slackMs(std::string_view name) const {
    const auto until = slackEndNs(tree, path, segments, node(name));
    return until ? (*until - tree.endNs[node(name).value]) / kMs : -1;
  }
};

TEST(PathGaps, BetweenAClientAndItsServerIsTheNetworkBothWays) {
  const Trace trace("web r 0..100ms\n  web call 10..90ms CLIENT\n    api serve 30..80ms SERVER\n");
  EXPECT_EQ(trace.gaps("call"), "network 10..30 | network 80..90");
}

TEST(PathGaps, ALeafClientWaits) {
  const Trace trace("web r 0..100ms\n  web query 10..90ms CLIENT\n");
  EXPECT_EQ(trace.gaps("query"), "waiting 10..90");
}

TEST(PathGaps, InOwnTimeBeforeBetweenAndAfterChildrenNothingIsRecorded) {
  const Trace trace("web r 0..100ms\n  web a 20..30ms\n  web b 60..70ms\n");
  EXPECT_EQ(trace.gaps("r"), "nothing recorded 0..20 | nothing recorded 30..60 | nothing recorded 70..100");
  EXPECT_EQ(trace.gaps("r", 30), "nothing recorded 30..60 | nothing recorded 70..100");
  EXPECT_EQ(trace.gaps("a"), "");
}

TEST(PathGaps, OnlyWhatIsPartlyInTheRangeIsNamed) {
  const Trace trace("web r 0..100ms\n  web a 20..30ms\n  web b 60..70ms\n");
  EXPECT_EQ(trace.gaps("r", 1, {50, 65}), "nothing recorded 30..60");
  EXPECT_EQ(trace.gaps("r", 1, {60, 70}), "");
  EXPECT_EQ(trace.gaps("r", 1, {0, 10}), "nothing recorded 0..20");
}

TEST(PathGaps, LongOnesAreFoundAmongManyShortOnes) {
  std::string text = "web r 0..90000ms\n";
  std::string expected;
  for (int i = 0; i < 3'000; ++i) {
    const int start = i * 30, gap = i % 100 == 7 ? 20 : 1;
    text += "  web c" + std::to_string(i) + " " + std::to_string(start + gap) + ".." + std::to_string(start + 30) + "ms\n";
    if (gap == 1) continue;
    if (!expected.empty()) expected += " | ";
    expected += "nothing recorded " + std::to_string(start) + ".." + std::to_string(start + gap);
  }
  EXPECT_EQ(Trace(text).gaps("r", 20), expected);
  EXPECT_EQ(Trace(text).gaps("r", 13), expected);
}

TEST(PathGaps, AMessageLiesInTheQueueFromTheProducersEndToTheConsumersStart) {
  const Trace trace("s r 0..100ms\n  s send 10..15ms PRODUCER\n    t work 30..400ms CONSUMER\n    t odd 30..40ms\n");
  const auto gap = queueBefore(trace.tree, trace.node("work"));
  ASSERT_TRUE(gap);
  EXPECT_EQ(Trace::text(*gap), "queue 15..30");
  EXPECT_FALSE(queueBefore(trace.tree, trace.node("odd")));
  EXPECT_FALSE(queueBefore(trace.tree, trace.node("r")));
}

TEST(Slack, OfParallelChildrenTheShorterCouldEndAsLateAsTheLonger) {
  const Trace trace("s r 0..100ms\n  s a 10..50ms\n  s b 10..90ms\n");
  EXPECT_EQ(trace.slackMs("a"), 40);
  EXPECT_EQ(trace.slackMs("b"), -1);
  EXPECT_EQ(trace.slackMs("r"), -1);
}

TEST(Slack, EndsWhereTheNextSiblingBeginsBecauseItMayNeedTheResult) {
  const Trace trace("s r 0..100ms\n  s a 0..50ms\n  s side 20..40ms\n  s b 50..100ms\n");
  EXPECT_EQ(trace.slackMs("side"), 10);
}

TEST(Slack, OfABranchBesideADeepOneIsUntilThatIsBack) {
  const Trace trace(R"(
    s r 0..100ms
      s long 10..80ms CLIENT
        t serve 20..70ms SERVER
          t deep 30..60ms
      s side 15..40ms
        s below 20..30ms
  )");
  EXPECT_EQ(trace.slackMs("side"), 40);
  EXPECT_EQ(trace.slackMs("below"), -1);  // the branch's is drawn
  EXPECT_EQ(trace.slackMs("deep"), -1);
}

TEST(Slack, NobodyWaitsForWhatOutlivesItsParent) {
  const Trace trace("s r 0..100ms\n  s a 10..50ms\n  s later 60..300ms\n");
  EXPECT_EQ(trace.slackMs("later"), -1);
}

TEST(Slack, EndingLaterByLessThanItDoesNotChangeTheTotalAndByMoreItDoes) {
  for (const int64_t longer : {0, 39, 41, 49}) {
    const Trace trace("s r 0..100ms\n  s a 10.." + std::to_string(50 + longer) + "ms\n  s b 10..90ms\n");
    EXPECT_EQ(trace.path.totalNs[trace.node("b").value] > 0, longer < 40) << longer;
  }
}

}  // namespace
}  // namespace waybill::layout
