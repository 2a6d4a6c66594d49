// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/growing_tree.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis_support.h"
#include "random_trace.h"
#include "store/trace_store.h"

namespace waybill::analysis {
namespace {

using namespace test;

// A store that gets spans in portions.
class Arrivals {
 public:
  void add(std::span<const SpanSpec> spans) {
    const std::string bytes = encode(spans);
    const std::shared_ptr<char[]> copy = std::make_unique<char[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), copy.get());
    const auto chunk = Chunk::owned(copy, bytes.size(), "live", m_bytes);
    m_bytes += bytes.size();
    m_store.append(chunk, chunk->bytes());
    m_store.publish();
  }
  std::shared_ptr<const store::Snapshot> snapshot() const { return m_store.snapshot(); }

 private:
  store::TraceStore m_store;
  uint64_t m_bytes = 0;
};

void expectSame(const TraceTree& grown, const TraceTree& whole) {
  ASSERT_EQ(grown.row, whole.row);
  ASSERT_EQ(grown.startNs, whole.startNs);
  ASSERT_EQ(grown.endNs, whole.endNs);
  ASSERT_EQ(grown.parent, whole.parent);
  ASSERT_EQ(grown.subtreeEnd, whole.subtreeEnd);
  ASSERT_EQ(grown.depth, whole.depth);
  ASSERT_EQ(grown.service, whole.service);
  ASSERT_EQ(grown.bits, whole.bits);
  ASSERT_EQ(grown.roots, whole.roots);
  ASSERT_EQ(grown.primaryRoot, whole.primaryRoot);
  ASSERT_EQ(grown.missing, whole.missing);
  ASSERT_EQ(grown.copies, whole.copies);
  ASSERT_EQ(grown.diagnostics.entries().size(), whole.diagnostics.entries().size());
  for (size_t i = 0; i < grown.diagnostics.entries().size(); ++i) {
    ASSERT_EQ(grown.diagnostics.entries()[i].kind, whole.diagnostics.entries()[i].kind);
    ASSERT_EQ(grown.diagnostics.entries()[i].count, whole.diagnostics.entries()[i].count);
    ASSERT_EQ(grown.diagnostics.entries()[i].example, whole.diagnostics.entries()[i].example);
  }
}

struct Growth {
  uint64_t builds = 0, grown = 0;
};

// Half arrive at once, the others a few at a time.
void growInPortions(const Spans& spans, RandomTrace& random, Growth& growth) {
  Arrivals arrivals;
  GrowingTree growing;
  const std::span<const SpanSpec> all(spans);
  for (size_t at = 0, most = all.size() / 2 + 1; at < all.size(); most = 1 + random.below(4)) {
    const size_t count = std::min(most, all.size() - at);
    arrivals.add(all.subspan(at, count));
    at += count;
    const Workers workers{random.oneIn(4) ? 3U : 1U, 8};
    expectSame(growing.build(arrivals.snapshot(), kFirstTrace, workers), buildTraceTree(arrivals.snapshot(), kFirstTrace));
    ++growth.builds;
    growth.grown += growing.hasGrown();
  }
}

TEST(GrowingTree, IsWhatAllSpansTogetherWouldMake) {
  Growth growth;
  onEachTrace(kTrees / 300, 7'000'000, [&](RandomTrace& random) {
    Spans spans = random.shuffled(random.make(20 + random.below(60)));
    growInPortions(spans, random, growth);
  });
  EXPECT_GT(growth.grown, growth.builds / 10);
}

TEST(GrowingTree, FindsParentsAndChildrenOfWhatCameBefore) {
  Growth growth;
  onEachTrace(kTrees / 300, 8'000'000, [&](RandomTrace& random) {
    Spans spans = random.make(20 + random.below(60));
    // Every id once and every time known, so that nearly all grow; orphans, and circles now and then.
    for (size_t i = 0; i < spans.size(); ++i) {
      spans[i].id = i + 1;
      if (spans[i].startNs == 0) spans[i].startNs = spans.front().startNs + 1;
      if (spans[i].endNs == 0) spans[i].endNs = spans[i].startNs + 1;
      if (spans[i].startNs == 0) spans[i].startNs = spans[i].endNs = static_cast<uint64_t>(kEpochNs);
      if (random.oneIn(300)) spans[i].parent = 1 + random.below(spans.size());
    }
    growInPortions(random.shuffled(spans), random, growth);
  });
  EXPECT_GT(growth.grown, growth.builds / 3);
}

TEST(GrowingTree, AdoptsAnewWhenTheParentComes) {
  const Spans spans = parseTrace(R"(
web GET /     0..100ms id=1
  a x         10..90ms id=2
    b y       20..80ms id=3
      c z     30..40ms id=4
web other     1..2ms id=5
web other     2..3ms id=6
web other     3..4ms id=7
web other     4..5ms id=8
web other     5..6ms id=9
)");
  Arrivals arrivals;
  GrowingTree growing;
  const std::span<const SpanSpec> all(spans);
  arrivals.add(all.first(2));
  arrivals.add(all.subspan(3));
  EXPECT_EQ(shapeOf(growing.build(arrivals.snapshot(), kFirstTrace)), "GET /(x(z?^)) other other other other other");
  arrivals.add(all.subspan(2, 1));
  EXPECT_EQ(shapeOf(growing.build(arrivals.snapshot(), kFirstTrace)), "GET /(x(y(z))) other other other other other");
  EXPECT_TRUE(growing.hasGrown());
}

TEST(GrowingTree, BuildsAnotherTraceAnew) {
  const Spans spans = parseTrace("a one 0..9ms id=1 trace=1\n  a two 1..2ms id=2\nb three 0..5ms id=3 trace=2\n");
  Arrivals arrivals;
  arrivals.add(spans);
  GrowingTree growing;
  EXPECT_EQ(shapeOf(growing.build(arrivals.snapshot(), TraceIndex(0))), "one(two)");
  EXPECT_EQ(shapeOf(growing.build(arrivals.snapshot(), TraceIndex(1))), "three");
  EXPECT_FALSE(growing.hasGrown());
  const auto elsewhere = snapshotOf("c four 0..1ms id=9");
  EXPECT_EQ(shapeOf(growing.build(elsewhere, kFirstTrace)), "four");
  EXPECT_FALSE(growing.hasGrown());
}

}  // namespace
}  // namespace waybill::analysis
