// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Properties of replays and of findings over many random traces (issue 5's table).
#include <gtest/gtest.h>

#include "analysis/population.h"
#include "analysis/replay.h"
#include "analysis/trace_analysis.h"
#include "analysis_support.h"
#include "random_trace.h"

namespace waybill::analysis {
namespace {

using namespace test;

TraceTree build(const Spans& spans) {
  return buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
}

NodeIndex anyNode(RandomTrace& random, const TraceTree& tree) {
  return NodeIndex(static_cast<uint32_t>(random.below(tree.size())));
}

std::vector<NodeIndex> childrenOf(const TraceTree& tree, NodeIndex parent) {
  std::vector<NodeIndex> out;
  tree.forEachChild(parent, [&](NodeIndex child) { out.push_back(child); });
  return out;
}

// Faster, never slower; lanes and single calls only among siblings.
Rewrite anyRewrite(RandomTrace& random, const TraceTree& tree) {
  Rewrite out;
  for (uint64_t edits = 1 + random.below(4); edits > 0; --edits) {
    const NodeIndex node = anyNode(random, tree);
    const std::vector<NodeIndex> children = childrenOf(tree, node);
    switch (random.below(10)) {
      case 0:
        out.scaleOwn(node, static_cast<double>(random.below(11)) / 10);
        break;
      case 1:
        out.setOwn(node, static_cast<int64_t>(random.below(1'000'000)));
        break;
      case 2:
        out.capEnd(tree, node, tree.startNs[node.value] + static_cast<int64_t>(random.below(1'000'000)));
        break;
      case 3:
        out.remove(node);
        break;
      case 4:
        out.shortenGapBefore(node, static_cast<int64_t>(random.below(1'000)));
        break;
      case 5:
        out.shortenTail(node, static_cast<int64_t>(random.below(1'000)));
        break;
      case 6:
        out.collapse(tree, children);
        break;
      case 7:
        out.runInLanes(children, 1 + static_cast<uint32_t>(random.below(4)));
        break;
      case 8:
        if (!children.empty()) out.keepOnly(children, children.back());
        break;
      default:
        out.scaleDuration(tree, node, static_cast<double>(random.below(11)) / 10);
    }
  }
  return out;
}

Rewrite sameAsBefore(const TraceTree& tree) {
  Rewrite out;
  for (uint32_t i = 0; i < tree.size(); ++i) out.scaleOwn(NodeIndex(i), 1.0);
  return out;
}

TEST(RandomReplays, ChangingNothingGivesTheTraceBackExactly) {
  onEachTrace(kTrees, 6'000'000, [](RandomTrace& random) {
    const TraceTree tree = build(random.make());
    Replayer replayer(tree);
    for (const Rewrite& rewrite : {Rewrite(), sameAsBefore(tree)}) {
      const ReplayedTimes times = replayer.times(rewrite);
      ASSERT_EQ(times.startNs, tree.startNs);
      ASSERT_EQ(times.endNs, tree.endNs);
      ASSERT_EQ(replayer.newRootDurationNs(rewrite), tree.durationNs(tree.primaryRoot));
      ASSERT_EQ(replayer.savingNs(rewrite), 0);
    }
  });
}

TEST(RandomReplays, SaveNoMoreThanTheRequestAndAgreeWithThePictureShown) {
  onEachTrace(kTrees, 7'000'000, [](RandomTrace& random) {
    const TraceTree tree = build(random.make());
    Replayer replayer(tree);
    const int64_t duration = tree.durationNs(tree.primaryRoot);
    for (int i = 0; i < 3; ++i) {
      const Rewrite rewrite = anyRewrite(random, tree);
      const int64_t saving = replayer.savingNs(rewrite);
      ASSERT_GE(saving, 0);
      ASSERT_LE(saving, duration);
      const ReplayedTimes times = replayer.times(rewrite);
      ASSERT_EQ(times.rootDurationNs(tree), replayer.newRootDurationNs(rewrite));
      ASSERT_GE(times.rootDurationNs(tree), 0);
      for (uint32_t n = 0; n < tree.size(); ++n) ASSERT_LE(times.startNs[n], times.endNs[n]);
      ASSERT_EQ(replayer.savingNs(Rewrite()), 0);  // nothing stays behind
    }
  });
}

TEST(RandomReplays, WithoutOwnTimeSaveNoMoreThanThePathSpentThere) {
  onEachTrace(kTrees / 4, 12'000'000, [](RandomTrace& random) {
    const TraceTree tree = build(random.make());
    if (tree.missing) return;  // how its children wait for each other is a guess
    // What a span did before its parent began is not on the path, but shortens it.
    for (const uint16_t bits : tree.bits) {
      if ((bits & NodeBits::kStartsEarly) != 0) return;
    }
    const CriticalPath path = criticalPath(tree);
    const int64_t blurNs = tree.durationNs(tree.primaryRoot) / 50;  // of siblings that overlap by no more than clocks err
    Replayer replayer(tree);
    for (uint32_t i = 0; i < tree.size(); ++i) {
      const NodeIndex node(i);
      const int64_t saved = replayer.savingNs(Rewrite().scaleOwn(node, 0));
      ASSERT_LE(saved, path.selfNs[i] + blurNs) << pathText(tree);
      if (tree.has(node, NodeBits::kMirror)) {
        ASSERT_EQ(saved, 0);
      }
    }
  });
}

TEST(RandomReplays, WithoutAllOwnTimeNothingIsLeft) {
  onEachTrace(kTrees / 10, 8'000'000, [](RandomTrace& random) {
    const TraceTree tree = build(random.make());
    Rewrite rewrite;
    bool overlaps = false;  // siblings that end a little after the next began keep their overlap
    for (uint32_t i = 0; i < tree.size(); ++i) {
      rewrite.scaleOwn(NodeIndex(i), 0);
      overlaps = overlaps || (tree.bits[i] & ~(NodeBits::kError | NodeBits::kKindMask)) != 0;
    }
    if (overlaps) return;
    ASSERT_LE(Replayer(tree).newRootDurationNs(rewrite), tree.durationNs(tree.primaryRoot) / 50);
  });
}

// Several traces of the same operations, so that there is something to learn.
std::vector<Spans> someTraces(RandomTrace& random, uint64_t count) {
  std::vector<Spans> out;
  for (uint64_t i = 0; i < count; ++i) {
    Spans spans = random.make();
    for (SpanSpec& span : spans) span.trace = TraceId{0, i + 1};
    out.push_back(std::move(spans));
  }
  return out;
}

std::shared_ptr<const store::Snapshot> loaded(const std::vector<Spans>& traces) {
  Spans all;
  for (const Spans& spans : traces) all.insert(all.end(), spans.begin(), spans.end());
  return snapshotOf(std::span<const SpanSpec>(all));
}

std::string wordsOf(const TraceAnalysis& analysis) {
  std::string out = analysis.headline;
  for (const Finding& finding : analysis.findings) {
    out += "\n" + std::string(finding.kind) + " " + finding.sentence + " " + std::to_string(finding.savingNs) + " " +
           std::string(severityName(finding.severity)) + " " + std::string(confidenceName(finding.confidence));
    for (const NodeIndex node : finding.evidence) out += " " + std::to_string(node.value);
  }
  return out;
}

TEST(RandomFindings, WithAPopulationDoNotDependOnTheOrderOfSpans) {
  onEachTrace(kTrees / 40, 9'000'000, [](RandomTrace& random) {
    const std::vector<Spans> traces = someTraces(random, 40);
    std::vector<Spans> mixed = traces;
    for (Spans& spans : mixed) spans = random.shuffled(spans);
    const auto a = loaded(traces), b = loaded(mixed);
    const auto knownA = buildPopulation(a, {}, 1), knownB = buildPopulation(b, {}, 1);
    for (uint32_t t = 0; t < 40; ++t) {
      ASSERT_EQ(wordsOf(*analyzeTrace(a, TraceIndex(t), knownA)), wordsOf(*analyzeTrace(b, TraceIndex(t), knownB)));
    }
  });
}

TEST(RandomFindings, WithAPopulationSaveNoMoreThanTheRequest) {
  onEachTrace(kTrees / 40, 10'000'000, [](RandomTrace& random) {
    const auto snapshot = loaded(someTraces(random, 40));
    const auto known = buildPopulation(snapshot, {}, 1);
    for (uint32_t t = 0; t < 40; ++t) {
      const auto analysis = analyzeTrace(snapshot, TraceIndex(t), known);
      const int64_t root = analysis->tree.durationNs(analysis->tree.primaryRoot);
      for (const Finding& finding : analysis->findings) {
        ASSERT_FALSE(finding.evidence.empty());
        ASSERT_FALSE(finding.sentence.empty());
        ASSERT_GE(finding.savingNs, 0);
        ASSERT_LE(finding.savingNs, root);
      }
    }
  });
}

TEST(RandomFindings, AnUnrelatedTraceChangesNone) {
  onEachTrace(kTrees / 30, 11'000'000, [](RandomTrace& random) {
    std::vector<Spans> traces = someTraces(random, 30);
    const auto a = loaded(traces);
    Spans unrelated = random.make();
    for (SpanSpec& span : unrelated) {
      span.trace = TraceId{0, 99};
      span.service = "unrelated";
    }
    traces.push_back(std::move(unrelated));
    const auto b = loaded(traces);
    const auto knownA = buildPopulation(a, {}, 1), knownB = buildPopulation(b, {}, 1);
    for (uint32_t t = 0; t < 30; ++t) {
      ASSERT_EQ(wordsOf(*analyzeTrace(a, TraceIndex(t), knownA)), wordsOf(*analyzeTrace(b, TraceIndex(t), knownB)));
    }
  });
}

}  // namespace
}  // namespace waybill::analysis
