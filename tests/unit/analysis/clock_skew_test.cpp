// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/clock_skew.h"

#include <gtest/gtest.h>

#include <map>

#include "analysis_support.h"
#include "random_trace.h"

namespace waybill::analysis {
namespace {

using test::nodeOf;
using test::SpanSpec;
using test::treeOf;

constexpr int64_t kMs = 1'000'000;

HostClock clockOf(const ClockSkew& skew, std::string_view name) {
  for (const HostClock& host : skew.hosts()) {
    if (host.name == name) return host;
  }
  ADD_FAILURE() << "no host " << name;
  return {};
}

ClockSkew skewOf(std::string_view text) { return estimateClockSkew(treeOf(text)); }

TraceTree adjusted(std::string_view text) {
  const TraceTree raw = treeOf(text);
  return buildTraceTree(raw.snapshot, raw.trace, {}, std::make_shared<const ClockSkew>(estimateClockSkew(raw)));
}

// cart's clock is 52 ms ahead: its span really ran from 13 to 17 ms.
const char* const kCartAhead = R"(
web GET /            0..100ms  SERVER
  web POST /cart     10..20ms  CLIENT
    cart POST /cart  65..69ms  SERVER
      cart lookup    66..68ms
)";

// Calls between hosts that nest, on clocks that are each off by something.
class SkewedSystem {
 public:
  explicit SkewedSystem(uint64_t seed) : m_random(seed) {
    const size_t hosts = 2 + m_random.below(5);
    for (size_t i = 0; i < hosts; ++i) {
      m_aheadNs.push_back(i == 0 ? 0 : static_cast<int64_t>(m_random.below(100)) * kMs - 50 * kMs);
    }
    add(0, 0, 1000 * kMs, 1000 * kMs + (100 + static_cast<int64_t>(m_random.below(400))) * kMs, 0);
    for (size_t calls = 1 + m_random.below(30); calls > 0; --calls) addCall();
  }

  const std::vector<SpanSpec>& recorded() const { return m_spans; }
  int64_t aheadNs(size_t host) const { return m_aheadNs[host]; }
  size_t hosts() const { return m_aheadNs.size(); }
  static std::string nameOf(size_t host) { return "s" + std::to_string(host); }

 private:
  struct True {
    size_t host;
    int64_t start, end;
  };

  void add(uint64_t parent, size_t host, int64_t start, int64_t end, int depth) {
    SpanSpec span;
    span.id = m_spans.size() + 1;
    span.parent = parent;
    span.service = nameOf(host);
    span.kind = depth % 2 == 0 ? otlp::SpanKind::Server : otlp::SpanKind::Client;
    span.startNs = static_cast<uint64_t>(test::kEpochNs + start + m_aheadNs[host]);
    span.endNs = static_cast<uint64_t>(test::kEpochNs + end + m_aheadNs[host]);
    m_spans.push_back(span);
    m_true.push_back({host, start, end});
    m_depth.push_back(depth);
  }

  // A moment of a stretch.
  int64_t within(int64_t from, int64_t to) { return from + static_cast<int64_t>(m_random.below(static_cast<uint64_t>(to - from) + 1)); }

  // A client span inside a server's, and the server that answers it, on another host or the same.
  void addCall() {
    size_t caller = m_random.below(m_spans.size());
    if (m_depth[caller] % 2 != 0) caller = 0;
    const True parent = m_true[caller];
    const int64_t a = within(parent.start, parent.end), b = within(a, parent.end);
    const int depth = m_depth[caller];
    add(caller + 1, parent.host, a, b, depth + 1);
    const int64_t c = within(a, b), d = within(c, b);
    add(m_spans.size(), m_random.below(m_aheadNs.size()), c, d, depth + 2);
  }

  test::RandomTrace m_random;
  std::vector<int64_t> m_aheadNs;
  std::vector<SpanSpec> m_spans;
  std::vector<True> m_true;
  std::vector<int> m_depth;
};

}  // namespace

TEST(ClockSkew, OneCallBoundsTheDifferenceOfTwoClocksFromBothSides) {
  const HostClock cart = clockOf(skewOf(kCartAhead), "cart");
  EXPECT_EQ(cart.aheadNs, 52 * kMs);
  EXPECT_EQ(cart.lowNs, 49 * kMs);
  EXPECT_EQ(cart.highNs, 55 * kMs);
  EXPECT_EQ(cart.calls, 1U);
  EXPECT_TRUE(cart.isCertain);
  EXPECT_EQ(clockText(cart), "cart's clock is 52 ms ahead, ± 3 ms");
}

TEST(ClockSkew, MoreCallsMakeTheBoundTighter) {
  const HostClock cart = clockOf(skewOf(R"(
web GET /            0..100ms  SERVER
  web POST /cart     10..20ms  CLIENT
    cart POST /cart  65..69ms  SERVER
  web GET /cart      30..34ms  CLIENT
    cart GET /cart   83..85ms  SERVER
)"),
                                 "cart");
  EXPECT_EQ(cart.lowNs, 51 * kMs);
  EXPECT_EQ(cart.highNs, 53 * kMs);
  EXPECT_EQ(cart.boundNs(), kMs);
}

TEST(ClockSkew, ClocksThatMayAgreeAreLeftAlone) {
  const ClockSkew skew = skewOf(R"(
web GET /            0..100ms  SERVER
  web POST /cart     10..30ms  CLIENT
    cart POST /cart  12..14ms  SERVER
)");
  EXPECT_FALSE(skew.isAnyApart()) << "most of the time may have been spent on the way back";
  EXPECT_EQ(clockOf(skew, "cart").lowNs, -16 * kMs);
  EXPECT_EQ(clockOf(skew, "cart").highNs, 2 * kMs);
}

TEST(ClockSkew, AClockBehindIsSaidToBeBehind) {
  const ClockSkew skew = skewOf("web GET / 100..200ms CLIENT\n  db query 20..60ms SERVER\n");
  EXPECT_EQ(clockText(skew.apart()[0]), "db's clock is 110 ms behind, ± 30 ms");
}

TEST(ClockSkew, IsCarriedOverFromHostToHost) {
  const ClockSkew skew = skewOf(R"(
web GET /              0..100ms   SERVER
  web POST /cart       10..60ms   CLIENT
    cart POST /cart    110..150ms SERVER
      cart SELECT      120..130ms CLIENT
        db SELECT      122..128ms SERVER
)");
  EXPECT_EQ(clockOf(skew, "cart").aheadNs, 95 * kMs);
  EXPECT_EQ(clockOf(skew, "db").aheadNs, 95 * kMs) << "the database agrees with the one that called it";
  EXPECT_EQ(clockOf(skew, "db").boundNs(), 7 * kMs);
}

TEST(ClockSkew, AMessageBoundsFromOneSideOnly) {
  const ClockSkew skew = skewOf(R"(
web send         100..110ms PRODUCER
  mail process   60..90ms   CONSUMER
)");
  const HostClock mail = clockOf(skew, "mail");
  EXPECT_EQ(mail.aheadNs, -40 * kMs) << "as little as possible";
  EXPECT_FALSE(mail.isBounded());
  EXPECT_EQ(clockText(mail), "mail's clock is 40 ms behind at least");
}

TEST(ClockSkew, WhatOutlivesItsCallIsNoClock) {
  const ClockSkew skew = skewOf(R"(
web GET /            0..100ms   SERVER
  web POST /a        10..20ms   CLIENT
    cart POST /a     12..18ms   SERVER
  web POST /b        30..40ms   CLIENT
    cart POST /b     32..38ms   SERVER
  web POST /audit    50..60ms   CLIENT
    cart POST /audit 52..500ms  SERVER
)");
  EXPECT_FALSE(skew.isAnyApart());
  EXPECT_TRUE(clockOf(skew, "cart").isCertain);
}

TEST(ClockSkew, AClockThatContradictsItselfIsNotCertain) {
  const ClockSkew skew = skewOf(R"(
web GET /          0..100ms  SERVER
  web POST /a      10..20ms  CLIENT
    cart POST /a   12..400ms SERVER
  web POST /b      30..40ms  CLIENT
    cart POST /b   32..410ms SERVER
)");
  EXPECT_FALSE(clockOf(skew, "cart").isCertain);
}

TEST(ClockSkew, HostsAreWhatTheResourceCallsThem) {
  const std::string text = R"(
web GET /            0..100ms  SERVER
  web POST /cart     10..20ms  CLIENT
    cart POST /cart  65..69ms  SERVER
)";
  std::vector<SpanSpec> spans = test::parseTrace(text);
  for (SpanSpec& span : spans) span.resource = {{"host.name", "node-1"}};
  const ClockSkew one = estimateClockSkew(buildTraceTree(test::snapshotOf(spans), test::kFirstTrace));
  EXPECT_TRUE(one.empty()) << "one host has one clock";
  spans[2].resource = {{"host.name", "node-2"}};
  const ClockSkew two = estimateClockSkew(buildTraceTree(test::snapshotOf(spans), test::kFirstTrace));
  EXPECT_EQ(clockOf(two, "cart").aheadNs, 52 * kMs);
}

TEST(ClockSkew, AdjustedTimesNestAndTheRecordedOnesStay) {
  const TraceTree raw = treeOf(kCartAhead), tree = adjusted(kCartAhead);
  EXPECT_GT(raw.diagnostics.count(DiagnosticKind::OutsideParent), 0U);
  EXPECT_TRUE(tree.diagnostics.empty());
  const NodeIndex cart = nodeOf(tree, "POST /cart");
  const NodeIndex server(cart.value + 1);
  EXPECT_EQ(tree.startNs[server.value] - tree.startNs[0], 13 * kMs);
  EXPECT_EQ(tree.snapshot->spans().startNs(tree.row[server.value]) - tree.startNs[0], 65 * kMs);
}

TEST(ClockSkew, TheAnalysisReadsAdjustedTimes) {
  const TraceTree raw = treeOf(kCartAhead);
  const auto analysis = startAnalysis(raw.snapshot, raw.trace, nullptr, {}, nullptr,
                                      std::make_shared<const ClockSkew>(estimateClockSkew(raw)));
  ASSERT_TRUE(finishAnalysis(*analysis));
  EXPECT_EQ(test::pathText(analysis->tree, analysis->path),
            "GET / 0..10 | POST /cart 10..13 edge POST /cart | POST /cart 13..14 | lookup 14..16 | POST /cart 16..17 | "
            "POST /cart 17..20 edge POST /cart | GET / 20..100");
}

TEST(ClockSkewProperty, TheTrueSkewIsInsideTheBoundAndCallsNestOnceAdjusted) {
  for (uint64_t seed = 0; seed < 5'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const SkewedSystem system(seed);
    const TraceTree raw = buildTraceTree(test::snapshotOf(system.recorded()), test::kFirstTrace);
    const auto skew = std::make_shared<const ClockSkew>(estimateClockSkew(raw));
    for (size_t host = 0; host < system.hosts(); ++host) {
      for (const HostClock& clock : skew->hosts()) {
        if (clock.name != SkewedSystem::nameOf(host)) continue;
        EXPECT_LE(clock.lowNs, system.aheadNs(host));
        EXPECT_GE(clock.highNs, system.aheadNs(host));
        EXPECT_TRUE(clock.isCertain);
      }
    }
    const TraceTree tree = buildTraceTree(raw.snapshot, raw.trace, {}, skew);
    for (uint32_t i = 0; i < tree.size(); ++i) {
      if (tree.parent[i] == TraceTree::kNone) continue;
      EXPECT_GE(tree.startNs[i], tree.startNs[tree.parent[i]]);
      EXPECT_LE(tree.endNs[i], tree.endNs[tree.parent[i]]);
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(ClockSkewProperty, WhateverTheInputEverySpanStaysAndEstimatesLieInTheirBounds) {
  test::onEachTrace(20'000, 77'000'000, [](test::RandomTrace& random) {
    const TraceTree raw = buildTraceTree(test::snapshotOf(random.make()), test::kFirstTrace);
    const auto skew = std::make_shared<const ClockSkew>(estimateClockSkew(raw));
    for (const HostClock& clock : skew->hosts()) EXPECT_LE(clock.lowNs, clock.highNs);
    ASSERT_FALSE(skew->hosts().empty());
    EXPECT_EQ(skew->hosts()[0].aheadNs, 0);
    const TraceTree tree = buildTraceTree(raw.snapshot, raw.trace, {}, skew);
    EXPECT_EQ(tree.spanCount(), raw.spanCount());
    for (uint32_t i = 0; i < tree.size(); ++i) EXPECT_LE(tree.startNs[i], tree.endNs[i]);
  });
}

}  // namespace waybill::analysis
