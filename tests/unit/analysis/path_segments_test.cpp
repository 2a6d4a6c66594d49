// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/path_segments.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

namespace waybill::analysis {
namespace {

constexpr int64_t kFirst = std::numeric_limits<int64_t>::min(), kLast = std::numeric_limits<int64_t>::max();
constexpr uint32_t kMostNodes = UINT32_MAX;  // one more is none

void expectReadsBack(const std::vector<PathSegment>& pushed) {
  PathSegments segments;
  for (const PathSegment& segment : pushed) segments.push_back(segment);
  for (int round = 0; round < 2; ++round) {  // before and after it is finished
    ASSERT_EQ(segments.size(), pushed.size());
    ASSERT_EQ(segments.empty(), pushed.empty());
    size_t i = 0;
    segments.forEach([&](const PathSegment& segment) {
      ASSERT_LT(i, pushed.size());
      ASSERT_EQ(segment, pushed[i++]);
    });
    ASSERT_EQ(i, pushed.size());
    ASSERT_TRUE(std::equal(segments.begin(), segments.end(), pushed.begin(), pushed.end()));
    for (i = 0; i < pushed.size(); ++i) {
      ASSERT_EQ(segments[i], pushed[i]);
      ASSERT_EQ(segments.node(i), pushed[i].node);
      ASSERT_EQ(segments.startNs(i), pushed[i].startNs);
      ASSERT_EQ(segments.endNs(i), pushed[i].endNs);
      ASSERT_LE(segments.firstFrom(pushed[i].startNs), i);
      ASSERT_EQ(segments.startNs(segments.firstFrom(pushed[i].startNs)), pushed[i].startNs);
    }
    segments.finish();
  }
}

OptionalNode otherOf(std::mt19937_64& random, uint32_t node) {
  switch (random() % 6) {
    case 0:
      return NodeIndex(node);
    case 1:
      return NodeIndex(static_cast<uint32_t>(random() % kMostNodes));
    case 2:
      return NodeIndex(node < kMostNodes - 1 ? node + 1 : 0);
    case 3:
      return NodeIndex(node > 0 ? node - 1 : kMostNodes - 1);
    default:
      return {};
  }
}

// Segments that last up to 2^bits nanoseconds.
std::vector<PathSegment> randomSegments(std::mt19937_64& random, size_t size, int64_t startNs, int bits) {
  std::vector<PathSegment> out;
  int64_t now = startNs;
  for (size_t i = 0; i < size; ++i) {
    const uint64_t left = static_cast<uint64_t>(kLast) - static_cast<uint64_t>(now);
    const uint64_t length = std::min(left, random() >> (64 - bits));
    const int64_t end = static_cast<int64_t>(static_cast<uint64_t>(now) + length);
    const auto node = static_cast<uint32_t>(random() % kMostNodes);
    out.push_back({NodeIndex(node), now, end, static_cast<SegmentKind>(random() % 4), otherOf(random, node)});
    now = end;
  }
  return out;
}

TEST(PathSegments, ReadBackAsTheyWerePushed) {
  std::mt19937_64 random(1);
  for (const size_t size : {0, 1, 2, 127, 128, 129, 1000}) {
    for (const int bits : {1, 10, 31, 32, 33, 45, 62, 64}) {
      for (const int64_t startNs : {kFirst, int64_t{-5}, int64_t{0}, int64_t{1'700'000'000'000'000'000}}) {
        SCOPED_TRACE(std::to_string(size) + " of " + std::to_string(bits) + " bits from " + std::to_string(startNs));
        expectReadsBack(randomSegments(random, size, startNs, bits));
      }
    }
  }
}

TEST(PathSegments, ReadBackFromTheFirstNanosecondToTheLast) {
  expectReadsBack({{NodeIndex(3), kFirst, kLast, SegmentKind::Edge, NodeIndex(4)}});
  expectReadsBack({{NodeIndex(0), kFirst, -1, SegmentKind::Self, {}},
                   {NodeIndex(kMostNodes - 1), -1, kLast, SegmentKind::SelfConcurrent, NodeIndex(0)},
                   {NodeIndex(0), kLast, kLast, SegmentKind::External, NodeIndex(kMostNodes - 1)}});
}

TEST(PathSegments, SayWhichIsTheFirstFromATime) {
  PathSegments segments;
  EXPECT_EQ(segments.firstFrom(0), 0u);
  for (int64_t i = 0; i < 300; ++i) segments.push_back({NodeIndex(1), i * 10, i * 10 + 10, SegmentKind::Self, {}});
  EXPECT_EQ(segments.firstFrom(kFirst), 0u);
  EXPECT_EQ(segments.firstFrom(20), 2u);
  EXPECT_EQ(segments.firstFrom(21), 3u);
  EXPECT_EQ(segments.firstFrom(2991), 300u);
}

}  // namespace
}  // namespace waybill::analysis
