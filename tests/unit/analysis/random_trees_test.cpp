// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Properties that hold for every trace, on many small random ones with everything that can be odd about them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/detector.h"
#include "analysis/trace_analysis.h"
#include "analysis_support.h"
#include "random_trace.h"
#include "support/path_claims.h"

namespace waybill::analysis {
namespace {

using namespace test;
TraceTree build(const Spans& spans) {
  return buildTraceTree(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
}

// A span in words that do not depend on rows.
std::string describe(const TraceTree& tree, NodeIndex node) {
  if (tree.isMissing(node)) return "missing";
  return std::string(tree.serviceName(node)) + "|" +
         std::string(tree.snapshot->spanMessage(tree.row[node.value]));
}

// The span that several others name as their parent, and that is not there, is the root of all.
void expectMissingSpanIsAboveAll(const TraceTree& tree) {
  if (!tree.missing) return;
  ASSERT_EQ(tree.roots.size(), 1u);
  ASSERT_EQ(tree.primaryRoot, *tree.missing);
  size_t name = 0;
  tree.forEachChild(*tree.missing, [&](NodeIndex child) {
    ASSERT_TRUE(tree.has(child, NodeBits::kOrphan));
    const bool isItsChild = tree.parentId(child) == tree.spanId(*tree.missing);
    ASSERT_NE(isItsChild, tree.has(child, NodeBits::kAdopted));
    name += isItsChild ? 1 : 0;
  });
  ASSERT_GE(name, 2u);
  ASSERT_EQ(tree.startNs[0], *std::min_element(tree.startNs.begin() + 1, tree.startNs.end()));
  ASSERT_EQ(tree.endNs[0], *std::max_element(tree.endNs.begin() + 1, tree.endNs.end()));
}

void expectWellFormed(const TraceTree& tree, size_t spanCount) {
  uint64_t shown = tree.spanCount();
  for (const auto& [node, count] : tree.copies) shown += count;
  ASSERT_EQ(shown, spanCount);
  ASSERT_EQ(tree.diagnostics.count(DiagnosticKind::DuplicateSpan), spanCount - tree.spanCount());
  std::set<SpanRow> rows(tree.row.begin(), tree.row.end());
  ASSERT_EQ(rows.size(), tree.spanCount());
  expectMissingSpanIsAboveAll(tree);
  std::vector<uint32_t> roots;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    ASSERT_GT(tree.subtreeEnd[i], i);
    ASSERT_LE(tree.subtreeEnd[i], tree.size());
    ASSERT_LE(tree.startNs[i], tree.endNs[i]);
    const uint32_t parent = tree.parent[i];
    if (parent == TraceTree::kNone) {
      roots.push_back(i);
      ASSERT_EQ(tree.depth[i], 0u);
      continue;
    }
    ASSERT_LT(parent, i);
    ASSERT_LT(i, tree.subtreeEnd[parent]);
    ASSERT_LE(tree.subtreeEnd[i], tree.subtreeEnd[parent]);
    ASSERT_EQ(tree.depth[i], tree.depth[parent] + 1);
  }
  ASSERT_EQ(roots.size(), tree.roots.size());
  for (size_t i = 0; i < roots.size(); ++i) ASSERT_EQ(tree.roots[i].value, roots[i]);
}

void expectSiblingsInOrder(const TraceTree& tree) {
  const auto key = [&](NodeIndex n) {
    return std::tuple(tree.startNs[n.value], -tree.endNs[n.value],
                      tree.spanId(n));
  };
  for (uint32_t i = 0; i < tree.size(); ++i) {
    std::optional<NodeIndex> last;
    tree.forEachChild(NodeIndex(i), [&](NodeIndex child) {
      ASSERT_EQ(tree.parent[child.value], i);
      if (last) {
        ASSERT_LE(key(*last), key(child));
      }
      last = child;
    });
  }
}

void expectAdoptionIsSound(const TraceTree& tree) {
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    if (!tree.has(node, NodeBits::kAdopted)) continue;
    ASSERT_TRUE(tree.has(node, NodeBits::kOrphan));
    ASSERT_LE(tree.startNs[tree.parent[i]], tree.startNs[i]);
    ASSERT_GE(tree.endNs[tree.parent[i]], tree.endNs[i]);
  }
}

void expectPathIsAPartition(const TraceTree& tree, const CriticalPath& path) {
  const uint32_t root = tree.primaryRoot.value;
  int64_t now = tree.startNs[root], sum = 0;
  std::vector<int64_t> onPath(tree.size(), 0), ownOnPath(tree.size(), 0);
  for (const PathSegment& segment : path.segments) {
    ASSERT_EQ(segment.startNs, now);
    ASSERT_LT(segment.startNs, segment.endNs);
    ASSERT_GE(segment.startNs, tree.startNs[segment.node.value]);
    ASSERT_LE(segment.endNs, tree.endNs[segment.node.value]);
    now = segment.endNs;
    sum += segment.durationNs();
    ownOnPath[segment.node.value] += segment.durationNs();
    // Each ancestor up to the root runs at that time, and is waited for.
    uint32_t at = segment.node.value;
    for (; at != root; at = tree.parent[at]) {
      ASSERT_NE(at, TraceTree::kNone);
      ASSERT_FALSE(tree.has(NodeIndex(at), NodeBits::kNotJoined));
      onPath[at] += segment.durationNs();
    }
    onPath[root] += segment.durationNs();
  }
  ASSERT_EQ(now, tree.endNs[root]);
  ASSERT_EQ(sum, tree.durationNs(tree.primaryRoot));
  for (uint32_t i = 0; i < tree.size(); ++i) {
    ASSERT_EQ(onPath[i], path.totalNs[i]);
    ASSERT_EQ(ownOnPath[i], path.selfNs[i]);
  }
}

// By walking over all moments at which anything begins or ends.
int64_t bruteForceSelf(const TraceTree& tree, NodeIndex node) {
  if (tree.has(node, NodeBits::kMirror)) return 0;
  std::set<int64_t> moments{tree.startNs[node.value], tree.endNs[node.value]};
  tree.forEachChild(node, [&](NodeIndex child) {
    moments.insert(tree.startNs[child.value]);
    moments.insert(tree.endNs[child.value]);
  });
  int64_t self = 0;
  for (auto at = moments.begin(); std::next(at) != moments.end(); ++at) {
    const int64_t from = *at, to = *std::next(at);
    if (from < tree.startNs[node.value] || to > tree.endNs[node.value]) continue;
    bool covered = false;
    tree.forEachChild(node, [&](NodeIndex child) {
      covered |= tree.startNs[child.value] <= from && to <= tree.endNs[child.value];
    });
    if (!covered) self += to - from;
  }
  return self;
}

void expectSelfTimes(const TraceTree& tree) {
  const std::vector<int64_t> self = selfTimes(tree);
  const SelfTimes onDemand(tree);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    ASSERT_EQ(self[i], bruteForceSelf(tree, NodeIndex(i)));
    ASSERT_EQ(self[i], onDemand[i]);
  }
}

// The same forest, spans identified by what they say and times counted from a moment.
void expectSameTree(const TraceTree& a, const TraceTree& b, int64_t shiftNs, bool compareWords) {
  ASSERT_EQ(a.size(), b.size());
  ASSERT_EQ(a.parent, b.parent);
  ASSERT_EQ(a.subtreeEnd, b.subtreeEnd);
  ASSERT_EQ(a.bits, b.bits);
  ASSERT_EQ(a.primaryRoot, b.primaryRoot);
  ASSERT_EQ(a.copies, b.copies);
  for (uint32_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a.startNs[i] + shiftNs, b.startNs[i]);
    ASSERT_EQ(a.endNs[i] + shiftNs, b.endNs[i]);
    ASSERT_EQ(a.name(NodeIndex(i)), b.name(NodeIndex(i)));
    if (compareWords) {
      ASSERT_EQ(describe(a, NodeIndex(i)), describe(b, NodeIndex(i)));
    }
  }
}

void expectSamePath(const CriticalPath& a, const CriticalPath& b, int64_t shiftNs) {
  ASSERT_EQ(a.segments.size(), b.segments.size());
  for (size_t i = 0; i < a.segments.size(); ++i) {
    ASSERT_EQ(a.segments[i].node, b.segments[i].node);
    ASSERT_EQ(a.segments[i].kind, b.segments[i].kind);
    ASSERT_EQ(a.segments[i].other, b.segments[i].other);
    ASSERT_EQ(a.segments[i].startNs + shiftNs, b.segments[i].startNs);
    ASSERT_EQ(a.segments[i].endNs + shiftNs, b.segments[i].endNs);
  }
}

TEST(RandomTrees, HoldEverySpanOnceAndThePathDividesTheRoot) {
  onEachTrace(kTrees, 0, [](RandomTrace& random) {
    const Spans spans = random.make();
    const TraceTree tree = build(spans);
    expectWellFormed(tree, spans.size());
    expectSiblingsInOrder(tree);
    expectAdoptionIsSound(tree);
    expectSelfTimes(tree);
    const CriticalPath path = criticalPath(tree);
    expectPathIsAPartition(tree, path);
    ASSERT_EQ(untrueSelfTimes(tree, path), "");
  });
}

TEST(RandomTrees, DoNotDependOnTheOrderOfArrival) {
  onEachTrace(kTrees / 4, 1'000'000, [](RandomTrace& random) {
    const Spans spans = random.make();
    const auto a = analyzeTrace(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
    const Spans others = random.shuffled(spans);
    const auto b = analyzeTrace(snapshotOf(std::span<const SpanSpec>(others)), kFirstTrace);
    expectSameTree(a->tree, b->tree, 0, true);
    expectSamePath(a->path, b->path, 0);
    ASSERT_EQ(a->headline, b->headline);
    ASSERT_EQ(a->findings.size(), b->findings.size());
    for (size_t i = 0; i < a->findings.size(); ++i) {
      ASSERT_EQ(a->findings[i].sentence, b->findings[i].sentence);
      ASSERT_EQ(a->findings[i].savingNs, b->findings[i].savingNs);
      ASSERT_EQ(a->findings[i].evidence, b->findings[i].evidence);
    }
    ASSERT_EQ(a->tree.diagnostics.entries().size(), b->tree.diagnostics.entries().size());
  });
}

// Everything the tree says, rows and diagnostics too.
void expectIdentical(const TraceTree& a, const TraceTree& b) {
  expectSameTree(a, b, 0, false);
  ASSERT_EQ(a.row, b.row);
  ASSERT_EQ(a.missing, b.missing);
  ASSERT_EQ(a.depth, b.depth);
  ASSERT_EQ(a.service, b.service);
  ASSERT_EQ(a.roots, b.roots);
  const auto &mine = a.diagnostics.entries(), &theirs = b.diagnostics.entries();
  ASSERT_EQ(mine.size(), theirs.size());
  for (size_t i = 0; i < mine.size(); ++i) {
    ASSERT_EQ(mine[i].kind, theirs[i].kind);
    ASSERT_EQ(mine[i].count, theirs[i].count);
    ASSERT_EQ(mine[i].example, theirs[i].example);
  }
}

void expectThreadsDoNotMatter(const Spans& spans, std::initializer_list<unsigned> threads) {
  const auto snapshot = snapshotOf(std::span<const SpanSpec>(spans));
  const TraceTree alone = buildTraceTree(snapshot, kFirstTrace);
  for (const unsigned count : threads) expectIdentical(alone, buildTraceTree(snapshot, kFirstTrace, {count, 1}));
}

TEST(RandomTrees, DoNotDependOnTheNumberOfThreads) {
  onEachTrace(kTrees / 100, 6'000'000, [](RandomTrace& random) { expectThreadsDoNotMatter(random.make(), {3}); });
  onEachTrace(8, 7'000'000, [](RandomTrace& random) {
    const Spans spans = random.make(3'000 + random.below(5'000));  // enough for every way to sort
    expectThreadsDoNotMatter(random.shuffled(spans), {2, 5});
    expectWellFormed(build(spans), spans.size());
    expectSiblingsInOrder(build(spans));
  });
}

TEST(RandomTrees, MoveInTimeAsAWhole) {
  constexpr uint64_t kShiftNs = 987'654'321'987;
  onEachTrace(kTrees / 4, 2'000'000, [](RandomTrace& random) {
    Spans spans = random.make();
    const auto hasTime = [](const SpanSpec& span) { return span.startNs != 0 || span.endNs != 0; };
    if (std::none_of(spans.begin(), spans.end(), hasTime)) return;
    const TraceTree a = build(spans);
    for (SpanSpec& span : spans) {
      if (span.startNs != 0) span.startNs += kShiftNs;
      if (span.endNs != 0) span.endNs += kShiftNs;
    }
    const TraceTree b = build(spans);
    expectSameTree(a, b, kShiftNs, false);
    expectSamePath(criticalPath(a), criticalPath(b), kShiftNs);
  });
}

TEST(RandomTrees, AnAsyncChildChangesNothingOnThePath) {
  onEachTrace(kTrees / 4, 3'000'000, [](RandomTrace& random) {
    Spans spans = random.make();
    const TraceTree a = build(spans);
    // Under a span whose id and times are its own, so that the child is nobody else's and fills in no time;
    // and without orphans, which it could adopt.
    const NodeIndex parent(static_cast<uint32_t>(random.below(a.size())));
    const SpanId id = a.spanId(parent);
    constexpr uint16_t kUnclear = NodeBits::kSharedId | NodeBits::kUnfinished | NodeBits::kNoStart;
    bool ancestorsFinished = true;
    for (uint32_t at = parent.value; at != TraceTree::kNone; at = a.parent[at]) {
      ancestorsFinished &= !a.has(NodeIndex(at), kUnclear);
    }
    if (a.isMissing(parent)) return;
    const bool hasOrphans = a.diagnostics.count(DiagnosticKind::MissingParent) > 0;
    if (!id.valid() || !ancestorsFinished || hasOrphans) return;
    SpanSpec late;
    late.id = 5'000;
    late.parent = id.value;
    late.name = "late";
    late.service = a.serviceName(parent);  // of another it might answer a call
    late.startNs = static_cast<uint64_t>(a.startNs[parent.value]);
    late.endNs = static_cast<uint64_t>(a.endNs[parent.value]) + 3'000'000'000;
    spans.push_back(late);
    const TraceTree b = build(spans);
    ASSERT_EQ(pathText(a), pathText(b));
  });
}

TEST(RandomTrees, AChainsPathIsItsSelfTimes) {
  onEachTrace(kTrees / 20, 4'000'000, [](RandomTrace& random) {
    Spans spans(1 + random.below(30));
    uint64_t start = kEpochNs, end = kEpochNs + 1'000'000;
    for (size_t i = 0; i < spans.size(); ++i) {
      spans[i].id = i + 1;
      spans[i].parent = i;
      spans[i].startNs = start;
      spans[i].endNs = end;
      start += random.below((end - start) / 4 + 1);
      end -= random.below((end - start) / 4 + 1);
    }
    const TraceTree tree = build(spans);
    const CriticalPath path = criticalPath(tree);
    const std::vector<int64_t> self = selfTimes(tree);
    for (uint32_t i = 0; i < tree.size(); ++i) ASSERT_EQ(path.selfNs[i], self[i]);
  });
}

TEST(RandomTrees, FindingsHaveEvidenceAndSaveNoMoreThanTheRequest) {
  size_t found = 0;
  onEachTrace(kTrees / 4, 5'000'000, [&found](RandomTrace& random) {
    const Spans spans = random.make();
    const auto analysis = analyzeTrace(snapshotOf(std::span<const SpanSpec>(spans)), kFirstTrace);
    const int64_t root = analysis->tree.durationNs(analysis->tree.primaryRoot);
    ASSERT_FALSE(analysis->headline.empty());
    ASSERT_FALSE(analysis->trail.steps.empty());
    ASSERT_EQ(analysis->trail.culprit.has_value(), analysis->trail.steps.back().foundIt);
    for (const Finding& finding : analysis->findings) {
      ASSERT_FALSE(finding.evidence.empty());
      ASSERT_FALSE(finding.sentence.empty());
      if (finding.savingNs != 0) {  // a remark saves nothing
        ASSERT_GE(finding.savingNs, smallestSavingNs(root));
      }
      ASSERT_LE(finding.savingNs, root);
      ++found;
    }
  });
  EXPECT_GT(found, 100u);
}

}  // namespace
}  // namespace waybill::analysis
