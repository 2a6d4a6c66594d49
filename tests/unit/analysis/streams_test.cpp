// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/telling_trace.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr uint64_t kMs = 1'000'000;

SpanSpec rpc(std::vector<std::pair<std::string, int>> messages, int lastsMs = 1000) {
  SpanSpec span{.id = 1, .startNs = 1'000'000 * kMs, .endNs = (1'000'000 + static_cast<uint64_t>(lastsMs)) * kMs,
                .service = "flags", .name = "Flags/Get", .kind = otlp::SpanKind::Server};
  for (const auto& [type, atMs] : messages) {
    span.events.push_back({"message", span.startNs + static_cast<uint64_t>(atMs) * kMs, {{"message.type", type}}});
  }
  return span;
}

bool isOne(const SpanSpec& span) {
  const auto snapshot = snapshotOf(std::span<const SpanSpec>(&span, 1));
  return saysStream(*snapshot, SpanRow(0));
}
bool isOne(std::string_view kindAndAttributes) {
  return saysStream(*snapshotOf("web step 0..5s " + std::string(kindAndAttributes)), SpanRow(0));
}

TEST(Streams, SendMessageAfterMessage) {
  EXPECT_TRUE(isOne(rpc({{"RECEIVED", 0}, {"SENT", 1}, {"SENT", 600}})));
  EXPECT_TRUE(isOne(rpc({{"RECEIVED", 10}, {"RECEIVED", 400}, {"RECEIVED", 800}, {"SENT", 990}})));
}

TEST(Streams, AreNotCallsWithAMessageEachWayNorAnswersInPieces) {
  EXPECT_FALSE(isOne(rpc({{"RECEIVED", 0}, {"SENT", 900}})));
  EXPECT_FALSE(isOne(rpc({{"RECEIVED", 0}, {"SENT", 900}, {"SENT", 920}, {"SENT", 950}})));
  EXPECT_FALSE(isOne(rpc({})));
}

TEST(Streams, AreToldByTheirAttributes) {
  for (const std::string_view says :
       {"SERVER {http.response.header.content-type=text/event-stream; charset=utf-8}", "CLIENT {url.scheme=wss}",
        "CLIENT {url.full=ws://chat/room}", "SERVER {http.response.status_code=101}", "SERVER {http.status_code=101}",
        "SERVER {http.request.header.upgrade=WebSocket}", "CONSUMER {messaging.operation=receive}",
        "CONSUMER {messaging.operation.type=receive}", "SERVER {rpc.grpc.method_type=server_streaming}",
        "SERVER {graphql.operation.type=subscription}"}) {
    EXPECT_TRUE(isOne(says)) << says;
  }
  for (const std::string_view says :
       {"SERVER {http.response.header.content-type=text/html}", "CLIENT {url.scheme=https}", "SERVER {http.status_code=200}",
        "CONSUMER {messaging.operation=process}", "SERVER {rpc.grpc.method_type=unary}", "SERVER {http.route=/streams}"}) {
    EXPECT_FALSE(isOne(says)) << says;
  }
}

TEST(Streams, AreNeverFoundItNorSevere) {
  const auto analysis = analysisOf("flags EventStream 0..40s SERVER {http.response.header.content-type=text/event-stream}\n"
                                   "  flags hello 0..1ms");
  EXPECT_FALSE(analysis->trail.culprit.has_value());
  EXPECT_EQ(analysis->headline, "flags EventStream is a stream: it lasted 40 s, as long as the two sides talked.");
  EXPECT_TRUE(analysis->findings.empty());
}

TEST(Streams, InsideARequestAreTold) {
  const auto analysis = analysisOf("web GET / 0..10s SERVER\n  web Rows 0..6s CLIENT {rpc.method_type=server_streaming}\n");
  EXPECT_FALSE(analysis->trail.culprit.has_value());
  ASSERT_FALSE(analysis->findings.empty());
  for (const Finding& finding : analysis->findings) {
    EXPECT_TRUE(finding.evidence.front() != NodeIndex(1) || finding.severity == Severity::Low) << finding.sentence;
  }
}

// So many lone requests of one operation, each that much longer than the one before.
std::string requests(std::string_view name, int count, double firstMs, double times) {
  std::string out;
  for (int i = 0; i < count; ++i, firstMs *= times) {
    out += "web " + std::string(name) + " 0.." + std::to_string(static_cast<int64_t>(firstMs * 1000)) + "us SERVER trace=" +
           std::to_string(1000 + i) + "\n";
  }
  return out;
}

bool lastIsStream(std::string_view name, double firstMs, double times) {
  const auto snapshot = snapshotOf(requests(name, 30, firstMs, times));
  const auto population = buildPopulation(snapshot, {}, 1);
  return isStream(buildTraceTree(snapshot, TraceIndex(29)), NodeIndex(0), population.get());
}

TEST(Streams, HaveNoUsualDuration) {
  EXPECT_TRUE(lastIsStream("GET /updates", 1, 1.4));
  EXPECT_FALSE(lastIsStream("GET /updates", 2000, 1.02));
  // A name is a hint, no more.
  EXPECT_FALSE(lastIsStream("GET /stream", 2000, 1.02));
  EXPECT_TRUE(lastIsStream("GET /stream", 2000, 1.1));
  EXPECT_FALSE(lastIsStream("GET /updates", 2000, 1.1));
}

TEST(Streams, AreNoCachesThatHitOrMiss) {
  std::string text = requests("GET /page", 15, 5, 1.01);
  for (int i = 0; i < 15; ++i) text += "web \"GET /page\" 0.." + std::to_string(3000 + i) + "ms SERVER trace=" + std::to_string(2000 + i) + "\n";
  const auto snapshot = snapshotOf(text);
  const auto population = buildPopulation(snapshot, {}, 1);
  EXPECT_FALSE(isStream(buildTraceTree(snapshot, TraceIndex(29)), NodeIndex(0), population.get()));
}

TEST(Streams, AreRequestsWhenTheyAreAllThereIs) {
  const auto snapshot = snapshotOf(
      "web GET 0..10s CLIENT trace=1\n  flags Watch 1..9900ms SERVER {url.scheme=ws} trace=1\n"
      "web GET 0..10s SERVER trace=2\n  flags Watch 1..5000ms CLIENT {url.scheme=ws} trace=2\n");
  EXPECT_TRUE(isStreamRequest(*snapshot, TraceIndex(0)));
  EXPECT_FALSE(isStreamRequest(*snapshot, TraceIndex(1)));
}

TraceId tellingOf(std::string_view text, bool compares) {
  const auto snapshot = snapshotOf(text);
  const auto population = compares ? buildPopulation(snapshot, {}, 1) : nullptr;
  return snapshot->trace(*mostTellingTrace(*snapshot, population.get())).id;
}

TEST(MostTellingTrace, OfFewIsTheLongestThatIsNoStreamAndNoLoneSpan) {
  EXPECT_EQ(tellingOf("web a 0..9s SERVER trace=1\n"
                      "web b 0..8s SERVER {url.scheme=ws} trace=2\n  web c 0..7s trace=2\n"
                      "web b 0..2s SERVER trace=3\n  web c 0..1s trace=3\n"
                      "web b 0..3s SERVER trace=4\n  web c 0..1s trace=4\n", false),
            (TraceId{0, 4}));
}

TEST(MostTellingTrace, IsALoneSpanOrAStreamOnlyWhereThereIsNothingElse) {
  EXPECT_EQ(tellingOf("web a 0..9s SERVER {url.scheme=ws} trace=1\nweb b 0..2s SERVER trace=2\n", false), (TraceId{0, 2}));
  EXPECT_EQ(tellingOf("web a 0..9s SERVER {url.scheme=ws} trace=1\nweb a 0..8s SERVER {url.scheme=ws} trace=2\n", false),
            (TraceId{0, 1}));
}

TEST(MostTellingTrace, TakesMostTimeAboveWhatIsUsualForItsKind) {
  std::string text;
  // Reports take ten seconds each, pages ten milliseconds; one page took two seconds.
  for (int i = 1; i <= 30; ++i) {
    const std::string trace = " trace=" + std::to_string(i) + "\n", page = " trace=1" + std::to_string(100 + i) + "\n";
    text += "web report 0.." + std::to_string(10'000 + i) + "ms SERVER" + trace + "  web query 0..9s" + trace;
    text += "web page 0.." + std::string(i == 17 ? "2000" : "10") + "ms SERVER" + page + "  web query 0..9ms" + page;
  }
  for (const bool compares : {false, true}) EXPECT_EQ(tellingOf(text, compares), (TraceId{0, 0x1117}));
}

TEST(MostTellingTrace, OfNoneIsNone) { EXPECT_FALSE(mostTellingTrace(*snapshotOf(""), nullptr).has_value()); }

}  // namespace
}  // namespace waybill::analysis
