// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/end_to_end_path.h"
#include "found.h"
#include "random_trace.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr int64_t kMs = 1'000'000;

EndToEndPath endToEnd(const TraceTree& tree) {
  OperationMemo memo;
  return endToEndPath(tree, criticalPath(tree), messageHops(tree, operationsOf(tree, memo)));
}

// "root 0..10 | queue 10..50 consume | consume 50..60": milliseconds from the root's start.
std::string endToEndText(std::string_view text) {
  const TraceTree tree = treeOf(text);
  const int64_t origin = tree.startNs[tree.primaryRoot.value];
  std::string out;
  for (const EndToEndSegment& part : endToEnd(tree).segments) {
    out += (out.empty() ? "" : " | ") +
           (part.isQueue ? "queue" : part.isWait ? "wait" : std::string(tree.name(part.segment.node))) + " " +
           std::to_string((part.segment.startNs - origin) / kMs) + ".." +
           std::to_string((part.segment.endNs - origin) / kMs);
  }
  return out;
}

constexpr std::string_view kOrder = R"(
  shop order        0..50ms    SERVER
    shop check      0..10ms
    shop send       10..15ms   PRODUCER {messaging.system=kafka, messaging.destination.name=orders}
      mailer take   900..950ms CONSUMER {messaging.system=kafka, messaging.destination.name=orders}
        mailer smtp 910..940ms CLIENT
)";

TEST(EndToEndPath, LeadsThroughTheQueueToTheLastEnd) {
  EXPECT_EQ(endToEndText(kOrder), "check 0..10 | send 10..15 | queue 15..900 | take 900..910 | smtp 910..940 | take 940..950");
}

TEST(EndToEndPath, FollowsLinksToSpansThatHaveNoParent) {
  EXPECT_EQ(endToEndText(R"(
    shop order    0..50ms    SERVER
      shop send   10..15ms   PRODUCER id=5
    mailer take   900..950ms CONSUMER link=5
  )"), "order 0..10 | send 10..15 | queue 15..900 | take 900..950");
}

TEST(EndToEndPath, OfSeveralMessagesWaitsForTheLast) {
  EXPECT_EQ(endToEndText(R"(
    shop order    0..50ms    SERVER
      shop send1  10..15ms   PRODUCER id=5
      shop send2  20..25ms   PRODUCER id=6
    mailer take   90..95ms   CONSUMER link=5 link=6
  )"), "order 0..10 | send1 10..15 | order 15..20 | send2 20..25 | queue 25..90 | take 90..95");
}

TEST(EndToEndPath, FollowsWorkAfterTheResponse) {
  EXPECT_EQ(endToEndText(R"(
    shop order  0..50ms  SERVER
      shop a    0..20ms
      shop log  30..90ms
  )"), "a 0..20 | order 20..30 | log 30..90");
}

TEST(EndToEndPath, IsTheResponsePathWhereNothingGoesOn) {
  const TraceTree tree = treeOf("a x 0..10ms SERVER\n  a y 2..8ms\n");
  EXPECT_FALSE(endToEnd(tree).outlivesResponse);
  EXPECT_EQ(endToEnd(tree).segments.size(), criticalPath(tree).segments.size());
}

TEST(EndToEndPath, IgnoresLinksIntoTheFuture) {
  EXPECT_EQ(endToEndText(R"(
    shop order   0..50ms SERVER link=7
      shop work  10..20ms
    other late   60..90ms id=7
  )"), "order 0..10 | work 10..20 | order 20..50");
}

TEST(EndToEndPath, EndsThoughSpansLinkInACircle) {
  EXPECT_THAT(endToEndText(R"(
    shop order     0..50ms  SERVER
      shop send    0..10ms  PRODUCER id=5
        a take     60..60ms CONSUMER id=6 link=7
          a send   60..60ms PRODUCER id=7 link=6
            b took 60..90ms CONSUMER id=8 link=7 link=6
  )"), HasSubstr("took 60..90"));
}

TEST(EndToEndPath, OfRandomTracesHasNoGapAndReachesTheLastEnd) {
  onEachTrace(kTrees / 4, 77'000'000, [](RandomTrace& random) {
    Spans spans = random.make();
    for (SpanSpec& span : spans) {
      if (random.oneIn(3)) span.links.push_back({span.trace, 1 + random.below(spans.size())});
    }
    const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
    OperationMemo memo;
    const std::vector<MessageHop> hops = messageHops(tree, operationsOf(tree, memo));
    const CriticalPath response = criticalPath(tree);
    const EndToEndPath path = endToEndPath(tree, response, hops);
    int64_t now = tree.startNs[tree.primaryRoot.value];
    for (const EndToEndSegment& part : path.segments) {
      ASSERT_EQ(part.segment.startNs, now);
      ASSERT_LT(part.segment.startNs, part.segment.endNs);
      now = part.segment.endNs;
    }
    ASSERT_EQ(now, lastEndNs(tree, hops));
    std::vector<EarlierStart> earlier;
    for (const MessageHop& hop : hops) earlier.push_back({hop.consumer, std::max<int64_t>(0, hop.waitNs(tree))});
    const int64_t saving = endToEndSavingNs(tree, hops, earlier);
    ASSERT_GE(saving, 0);
    ASSERT_LE(saving, path.durationNs());
  });
}

TEST(QueueDelay, CostsTimeOfTheWholeNotOfTheResponse) {
  const auto analysis = analysisOf(kOrder);
  const Finding* finding = found(*analysis, "B17");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->sentence, "The message waited 885 ms in orders before mailer took it.");
  EXPECT_EQ(finding->savingNs, 0);
  EXPECT_EQ(finding->endToEndSavingNs, 885 * kMs);
  EXPECT_TRUE(finding->savingIsUpperBound);
  EXPECT_EQ(finding->severity, Severity::Critical);
}

std::shared_ptr<const TraceAnalysis> waiting(int64_t ms, int64_t workMs = 10) {
  return analysisOf("a x 0..10ms SERVER\n  a send 0..10ms PRODUCER\n    b take " + std::to_string(10 + ms) + ".." +
                    std::to_string(10 + ms + workMs) + "ms CONSUMER\n");
}

TEST(QueueDelay, BeginsAtFiftyMillisecondsAndAFifthOfTheWhole) {
  EXPECT_EQ(found(*waiting(49), "B17"), nullptr);
  EXPECT_NE(found(*waiting(50), "B17"), nullptr);
  EXPECT_EQ(found(*waiting(100, 391), "B17"), nullptr);
  EXPECT_NE(found(*waiting(100, 390), "B17"), nullptr);
}

TEST(QueueDelay, OfAShortWaitAloneMayBeTheClocks) {
  EXPECT_EQ(found(*waiting(60), "B17")->confidence, Confidence::Low);
  EXPECT_EQ(found(*waiting(600), "B17")->confidence, Confidence::High);
}

TEST(QueueDelay, IsNoneWhereMessagesAlwaysWaitSoLong) {
  constexpr std::string_view kSlow = "a x 0..10ms SERVER\n  a send 0..10ms PRODUCER\n    b take 310..320ms CONSUMER\n";
  constexpr std::string_view kFast = "a x 0..10ms SERVER\n  a send 0..10ms PRODUCER\n    b take 20..30ms CONSUMER\n";
  EXPECT_EQ(found(*analysisAmong(kSlow, {{kSlow, 40}}), "B17"), nullptr);
  const auto analysis = analysisAmong(kSlow, {{kFast, 40}});
  ASSERT_NE(found(*analysis, "B17"), nullptr);
  EXPECT_FALSE(found(*analysis, "B17")->savingIsUpperBound);
  EXPECT_THAT(sentenceOf(*analysis, "B17"), HasSubstr("normally 10 ms"));
}

TEST(QueueDelay, IsNoneBesideLongerWork) {
  EXPECT_EQ(found(*analysisOf(R"(
    a x         0..10ms SERVER
      a send    0..5ms   PRODUCER
        b take  500..510ms CONSUMER
      a job     5..2000ms
  )"), "B17"), nullptr);
}

TEST(QueueDelay, OfAMessageFromAnotherTraceIsKnownWhenThatIsLoaded) {
  std::vector<SpanSpec> spans = parseTrace(R"(
    b take   900..950ms CONSUMER trace=1 link=2:5 {messaging.destination.name=orders}
    a order  0..50ms SERVER trace=2 id=4
      a send 10..20ms PRODUCER id=5
  )");
  const auto snapshot = snapshotOf(spans);
  const auto analysis = analyzeTrace(snapshot, kFirstTrace, buildPopulation(snapshot, {}, 1));
  EXPECT_EQ(sentenceOf(*analysis, "B17"), "The message waited 880 ms in orders before b took it.");
}

TEST(BatchWait, IsTheFirstMessageWaitingForTheLast) {
  const auto analysis = analysisOf(R"(
    a job     0..900ms SERVER
      a send  0..10ms     PRODUCER id=5
      a send  800..810ms  PRODUCER id=6
    b take    850..900ms  CONSUMER link=5 link=6
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B18"),
            "The first of the 2 messages that b took together in take waited 840 ms, 800 ms longer than the last: it waited "
            "for the batch.");
}

TEST(BatchWait, IsNoneOfMessagesSentTogetherHoweverLongTheyWait) {
  EXPECT_EQ(found(*analysisOf(R"(
    a job     0..900ms SERVER
      a send  0..10ms   PRODUCER id=5
      a send  45..59ms  PRODUCER id=6
    b take    850..900ms  CONSUMER link=5 link=6
  )"), "B18"), nullptr);
}

TEST(WorkAfterResponse, IsToldOfWithoutASaving) {
  const auto analysis = analysisOf(R"(
    shop order  0..50ms  SERVER
      shop log  30..90ms
  )");
  EXPECT_EQ(sentenceOf(*analysis, "B23"),
            "The response came after 50 ms, but shop (log) went on until 40 ms later; the caller did not wait for it.");
  EXPECT_EQ(found(*analysis, "B23")->savingNs, 0);
}

TEST(WorkAfterResponse, BeginsAtAFifthOfTheRoot) {
  EXPECT_EQ(found(*analysisOf("a x 0..100ms SERVER\n  a y 30..119ms\n"), "B23"), nullptr);
  EXPECT_NE(found(*analysisOf("a x 0..100ms SERVER\n  a y 30..120ms\n"), "B23"), nullptr);
}

TEST(WorkAfterResponse, IsNoneOfAMessageThatIsMeantForLater) {
  EXPECT_EQ(found(*analysisOf(kOrder), "B23"), nullptr);
}

TEST(WorkAfterResponse, IsNotSeenInClocksThatDiffer) {
  EXPECT_EQ(found(*analysisOf("a x 0..100ms SERVER\n  a y 0..95ms CLIENT\n    b y 45..140ms SERVER\n"), "B23"), nullptr);
  EXPECT_EQ(found(*analysisOf("a x 0..100ms SERVER\n  b y 45..140ms SERVER\n"), "B23"), nullptr);
}

}  // namespace
}  // namespace waybill::analysis
