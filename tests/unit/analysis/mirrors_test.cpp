// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/mirrors.h"

#include <gtest/gtest.h>

#include "analysis/replay.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

constexpr int64_t kMs = 1'000'000;

constexpr std::string_view kGateway = R"(
  gate /*            0..1172ms       SERVER
    gate handle      0.56..1171.9ms
    gate "HTTP GET"  1.65..1172ms    CLIENT
      shop list      20..1150ms      SERVER
)";

bool isMirror(std::string_view text, std::string_view name) {
  const TraceTree tree = treeOf(text);
  return tree.has(nodeOf(tree, name), NodeBits::kMirror);
}

TEST(Mirrors, AreNotOnThePathWhereTheSiblingDoesTheWork) {
  EXPECT_EQ(pathOf(kGateway),
            "/* 0..0.56 | /* 0.56..1.65 beside handle | HTTP GET 1.65..20 edge list | list 20..1150 | "
            "HTTP GET 1150..1172 edge list");
}

TEST(Mirrors, HaveNoTimeOfTheirOwn) {
  const TraceTree tree = treeOf(kGateway);
  const CriticalPath path = criticalPath(tree);
  const NodeIndex mirror = nodeOf(tree, "handle");
  EXPECT_EQ(selfTimes(tree)[mirror.value], 0);
  EXPECT_EQ(SelfTimes(tree)[mirror.value], 0);
  EXPECT_EQ(path.selfNs[mirror.value], 0);
  Replayer replayer(tree);
  EXPECT_EQ(replayer.savingNs(Rewrite().scaleOwn(mirror, 0)), 0);
}

TEST(Mirrors, EndSoonerWithWhatTheyMirror) {
  const TraceTree tree = treeOf(kGateway);
  const NodeIndex mirror = nodeOf(tree, "handle"), call = nodeOf(tree, "HTTP GET");
  Replayer replayer(tree);
  const Rewrite rewrite = Rewrite().setOwn(nodeOf(tree, "list"), 130 * kMs);
  EXPECT_EQ(replayer.savingNs(rewrite), 1000 * kMs);
  const ReplayedTimes times = replayer.times(rewrite);
  EXPECT_EQ(times.endNs[mirror.value] - times.endNs[call.value], tree.endNs[mirror.value] - tree.endNs[call.value]);
}

TEST(Mirrors, MayStartALittleLaterOrEarlierThanTheSibling) {
  EXPECT_TRUE(isMirror("g r 0..67ms SERVER\n  g handle 0.5..66.9ms\n  g call 1.6..67ms CLIENT\n    s x 4..65ms SERVER\n",
                       "handle"));
  EXPECT_TRUE(isMirror("g r 0..67ms SERVER\n  g call 0.5..67ms CLIENT\n    s x 4..65ms SERVER\n  g handle 1.6..66.9ms\n",
                       "handle"));
  EXPECT_TRUE(isMirror("g r 0..67ms\n  g filter 0.5..67ms\n    g work 4..65ms\n  g handle 1.6..66.9ms\n", "handle"));
}

TEST(Mirrors, AreNoTwoLeavesOfEqualLength) {
  EXPECT_FALSE(isMirror("s r 0..100ms\n  s a 10..90ms\n  s b 10..90ms\n", "a"));
  EXPECT_FALSE(isMirror("s r 0..100ms\n  s a 10..90ms\n  s b 10..90ms\n", "b"));
}

TEST(Mirrors, AreNoCalls) {
  constexpr std::string_view kTwoClients =
      "s r 0..100ms\n  s a 10..90ms CLIENT\n  s b 10..90ms CLIENT\n    t x 12..88ms SERVER\n";
  EXPECT_FALSE(isMirror(kTwoClients, "a"));
  constexpr std::string_view kDatabase =
      "s r 0..100ms\n  s SELECT 10..90ms CLIENT {db.system=mysql}\n  s call 10..90ms CLIENT\n    t x 12..88ms SERVER\n";
  EXPECT_FALSE(isMirror(kDatabase, "SELECT"));
  constexpr std::string_view kSends =
      "s r 0..100ms\n  s send 10..90ms PRODUCER\n  s call 10..90ms CLIENT\n    t x 12..88ms SERVER\n";
  EXPECT_FALSE(isMirror(kSends, "send"));
}

TEST(Mirrors, AreOfTheirParentsService) {
  EXPECT_FALSE(isMirror("s r 0..100ms\n  t a 10..90ms\n  s call 10..90ms CLIENT\n    t x 12..88ms SERVER\n", "a"));
}

TEST(Mirrors, CoverTheWholeOfTheSibling) {
  EXPECT_FALSE(isMirror("s r 0..100ms\n  s half 10..50ms\n  s call 10..90ms CLIENT\n    t x 12..88ms SERVER\n", "half"));
  EXPECT_FALSE(isMirror("s r 0..100ms\n  s half 50..90ms\n  s call 10..90ms CLIENT\n    t x 12..88ms SERVER\n", "half"));
  EXPECT_FALSE(isMirror("s r 0..100ms\n  s more 10..99ms\n  s call 10..90ms CLIENT\n    t x 12..88ms SERVER\n", "more"));
}

TEST(Mirrors, AreNotTheCallBefore) {
  EXPECT_FALSE(isMirror("s r 0..100ms\n  s a 0..50ms\n  s call 50..100ms CLIENT\n    t x 52..98ms SERVER\n", "a"));
}

TEST(Mirrors, AreFoundAmongAMillionSiblings) {
  std::vector<SpanSpec> spans;
  constexpr uint64_t kPairs = 300'000;
  spans.push_back({.id = 1, .startNs = kEpochNs, .endNs = kEpochNs + kPairs * 100'000});
  for (uint64_t i = 0; i < kPairs; ++i) {
    const uint64_t id = 10 * i + 10, start = kEpochNs + i * 100'000;
    spans.push_back({.id = id, .parent = 1, .startNs = start, .endNs = start + 99'000});
    spans.push_back({.id = id + 1, .parent = 1, .startNs = start + 300, .endNs = start + 99'500});
    spans.push_back({.id = id + 2, .parent = id + 1, .startNs = start + 500, .endNs = start + 98'000});
  }
  const TraceTree tree = buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
  size_t mirrors = 0;
  for (uint32_t i = 0; i < tree.size(); ++i) mirrors += tree.has(NodeIndex(i), NodeBits::kMirror) ? 1 : 0;
  EXPECT_EQ(mirrors, kPairs);
}

}  // namespace
}  // namespace waybill::analysis
