// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Depth and width without limit: nothing recurses, nothing is quadratic.
#include <gtest/gtest.h>

#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint32_t kMany = 100'000;
#else
constexpr uint32_t kMany = 1'000'000;
#endif

SpanSpec span(uint64_t id, uint64_t parent, uint64_t startNs, uint64_t endNs) {
  SpanSpec out;
  out.id = id;
  out.parent = parent;
  out.startNs = kEpochNs + startNs;
  out.endNs = kEpochNs + endNs;
  return out;
}

std::vector<SpanSpec> chain(uint32_t count) {
  std::vector<SpanSpec> spans;
  spans.reserve(count);
  for (uint64_t i = 0; i < count; ++i) spans.push_back(span(i + 1, i, 10 * i, 30'000'000 - 10 * i));
  return spans;
}

std::shared_ptr<const TraceAnalysis> analyze(const std::vector<SpanSpec>& spans) {
  return analyzeTrace(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
}

int64_t pathSum(const CriticalPath& path) {
  int64_t sum = 0;
  for (const PathSegment& segment : path.segments) sum += segment.durationNs();
  return sum;
}

TEST(LargeTraces, AChainOfTwelveThousand) {
  const auto analysis = analyze(chain(12'000));
  EXPECT_EQ(analysis->tree.depth.back(), 11'999u);
  EXPECT_EQ(analysis->path.segments.size(), 2 * 12'000u - 1);
  EXPECT_EQ(pathSum(analysis->path), 30'000'000);
}

TEST(LargeTraces, AChainOfAMillion) {
  const auto analysis = analyze(chain(kMany));
  EXPECT_EQ(analysis->tree.size(), kMany);
  EXPECT_EQ(analysis->tree.depth.back(), kMany - 1);
  EXPECT_EQ(pathSum(analysis->path), 30'000'000);
}

TEST(LargeTraces, AMillionChildrenOfOneParent) {
  std::vector<SpanSpec> spans{span(1, 0, 0, 10ull * kMany)};
  for (uint64_t i = 1; i < kMany; ++i) spans.push_back(span(i + 1, 1, 10 * i, 10 * i + 9));
  const auto analysis = analyze(spans);
  EXPECT_EQ(analysis->tree.subtreeEnd[0], kMany);
  EXPECT_EQ(analysis->path.segments.size(), 2 * (kMany - 1) + 1);
  EXPECT_EQ(pathSum(analysis->path), 10ll * kMany);
}

TEST(LargeTraces, ACircleOfManySpans) {
  std::vector<SpanSpec> spans = chain(kMany / 4);
  spans.front().parent = kMany / 4;
  const auto analysis = analyze(spans);
  EXPECT_EQ(analysis->tree.roots.size(), 1u);
  EXPECT_TRUE(analysis->tree.has(analysis->tree.primaryRoot, NodeBits::kCutCycle));
}

TEST(LargeTraces, ManySpansOfOneIdAndManyCopies) {
  std::vector<SpanSpec> spans;
  for (uint64_t i = 0; i < kMany / 4; ++i) spans.push_back(span(7, 0, i / 4, 5'000'000));
  const auto analysis = analyze(spans);
  EXPECT_EQ(analysis->tree.size(), kMany / 16);
  EXPECT_EQ(analysis->tree.copies.size(), kMany / 16);
}

TEST(LargeTraces, ManyOrphans) {
  std::vector<SpanSpec> spans{span(1, 0, 0, 10ull * kMany)};
  for (uint64_t i = 1; i < kMany / 4; ++i) spans.push_back(span(i + 1, 10'000'000 + i, 10 * i, 10 * i + 9));
  const auto analysis = analyze(spans);
  EXPECT_EQ(analysis->tree.roots.size(), 1u);
}

}  // namespace
}  // namespace waybill::analysis
