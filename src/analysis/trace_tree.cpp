// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_tree.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/answers.h"
#include "analysis/forest.h"
#include "analysis/mirrors.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

// A column of the tree from one of the forest.
template <typename Out, typename Of>
void fillColumn(std::vector<Out>& out, const Preorder& preorder, Of&& of) {
  reserveLarge(out, preorder.ordinals.size());
  for (const uint32_t i : preorder.ordinals) out.push_back(of(i));
}

void linkNodes(TraceTree& tree, const Forest& forest, const Preorder& preorder) {
  const auto count = static_cast<uint32_t>(preorder.ordinals.size());
  reserveLarge(tree.parent, count);
  reserveLarge(tree.depth, count);
  reserveLarge(tree.subtreeEnd, count);
  for (uint32_t node = 0; node < count; ++node) {
    const uint32_t i = preorder.ordinals[node];
    const uint32_t parent = forest.parents[i] == kNone ? kNone : preorder.positions[forest.parents[i]];
    if (parent == kNone) tree.roots.emplace_back(node);
    tree.parent.push_back(parent);
    tree.depth.push_back(parent == kNone ? 0 : tree.depth[parent] + 1);
    tree.subtreeEnd.push_back(node + preorder.sizes[i]);
  }
}

void fillColumns(TraceTree& tree, const Forest& forest, const Preorder& preorder, const Workers& workers) {
  const SpanColumns& spans = forest.spans;
  workers.runAll(
      spans.size(),
      {[&] { linkNodes(tree, forest, preorder); },
       [&] { fillColumn(tree.service, preorder, [&](uint32_t i) { return tree.snapshot->serviceId(spans.row[i]); }); },
       [&] { fillColumn(tree.startNs, preorder, [&](uint32_t i) { return spans.startNs[i]; }); },
       [&] { fillColumn(tree.endNs, preorder, [&](uint32_t i) { return spans.endNs[i]; }); },
       [&] { fillColumn(tree.row, preorder, [&](uint32_t i) { return spans.row[i]; }); },
       [&] { fillColumn(tree.bits, preorder, [&](uint32_t i) { return spans.bits[i]; }); }});
  for (const auto& [ordinal, copies] : forest.copies) {
    tree.copies.emplace_back(NodeIndex(preorder.positions[ordinal]), copies);
  }
  std::sort(tree.copies.begin(), tree.copies.end());
}

bool namesNoParent(const TraceTree& tree, NodeIndex root) {
  return !tree.snapshot->spans().parent(tree.row[root.value]).valid();
}

// Roots that start together: the one with the larger subtree is the request.
void choosePrimaryRoot(TraceTree& tree, Oddities& odd) {
  if (tree.roots.empty()) return;
  const auto better = [&](NodeIndex a, NodeIndex b) {
    if (namesNoParent(tree, a) != namesNoParent(tree, b)) return namesNoParent(tree, a);
    if (tree.startNs[a.value] != tree.startNs[b.value]) return tree.startNs[a.value] < tree.startNs[b.value];
    return tree.subtreeEnd[a.value] - a.value > tree.subtreeEnd[b.value] - b.value;
  };
  tree.primaryRoot = *std::min_element(tree.roots.begin(), tree.roots.end(), better);
  for (const NodeIndex root : tree.roots) {
    if (root != tree.primaryRoot && namesNoParent(tree, root)) {
      odd.add(DiagnosticKind::SeveralRoots, tree.row[root.value]);
    }
  }
}

// Asked while other threads write the bits of the parent, which hold its kind too.
otlp::SpanKind recordedKind(const TraceTree& tree, NodeIndex node) {
  return tree.snapshot->kind(tree.row[node.value]);
}

// A message may be consumed whenever: its consumer is not bound by the producer's time.
bool isMessageHop(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  return recordedKind(tree, parent) == otlp::SpanKind::Producer && recordedKind(tree, child) == otlp::SpanKind::Consumer;
}

bool answersParent(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  return mayAnswer(recordedKind(tree, parent), tree.service[parent.value], recordedKind(tree, child),
                   tree.service[child.value]);
}

// How a child's time lies against its parent's.
void compareWithParent(TraceTree& tree, NodeIndex child, Oddities& odd) {
  const NodeIndex parent(tree.parent[child.value]);
  const int64_t start = tree.startNs[child.value], end = tree.endNs[child.value];
  const int64_t parentStart = tree.startNs[parent.value], parentEnd = tree.endNs[parent.value];
  if (start >= parentStart && end <= parentEnd) return;

  uint16_t& bits = tree.bits[child.value];
  const bool early = start<parentStart, late = end> parentEnd;
  const auto report = [&](DiagnosticKind kind) {
    odd.add(kind, tree.row[child.value], tree.row[parent.value]);
  };
  if (early) bits |= NodeBits::kStartsEarly;
  if ((late && start >= parentEnd) || (early && end <= parentStart)) {
    bits |= NodeBits::kDetached;
    if (!isMessageHop(tree, parent, child)) report(DiagnosticKind::OutsideParent);
    return;
  }
  if (early) report(DiagnosticKind::StartsBeforeParent);
  if (!late) return;
  if (!isMessageHop(tree, parent, child)) report(DiagnosticKind::EndsAfterParent);
  const int64_t tolerance = toleranceNs(parentEnd - parentStart, parentEnd - parentStart, end - start);
  if (end - parentEnd <= tolerance) return;
  // A client that gives up, or whose clock differs, waited for its server as long as it did.
  if (answersParent(tree, parent, child) && overlapsHalf(tree, parent, child)) return;
  bits |= NodeBits::kAsync;
}

// Bits to be added to nodes, whose bits other threads read meanwhile.
using NodeMarks = std::vector<std::pair<NodeIndex, uint16_t>>;

// What the children of some nodes say of these, and of each other.
void compareChildren(const TraceTree& tree, uint32_t begin, uint32_t end, NodeMarks& marks) {
  MirrorFinder mirrors(tree);
  for (uint32_t i = begin; i < end; ++i) {
    const uint32_t parent = tree.parent[i];
    if (parent != kNone && tree.has(NodeIndex(i), NodeBits::kGuessedTimes)) {
      marks.emplace_back(NodeIndex(parent), NodeBits::kPartlyUnknown);
    }
    const bool hasSeveral = tree.subtreeEnd[i] > i + 2 && tree.subtreeEnd[i + 1] < tree.subtreeEnd[i];
    if (!hasSeveral) continue;
    for (const Mirror& mirror : mirrors.among(NodeIndex(i))) marks.emplace_back(mirror.span, NodeBits::kMirror);
  }
}

// How the spans lie against their parents and their siblings.
void compareSpans(TraceTree& tree, const Workers& workers, Oddities& odd) {
  const uint32_t parts = workers.partsOf(tree.size());
  std::vector<Oddities> found(parts, Oddities(*tree.snapshot, tree.clocks.get()));
  workers.forEachPart(tree.size(), [&](uint32_t part, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) {
      if (tree.parent[i] != kNone) compareWithParent(tree, NodeIndex(i), found[part]);
    }
  });
  for (const Oddities& ofPart : found) odd.add(ofPart);
  std::vector<NodeMarks> marks(parts);
  workers.forEachPart(tree.size(), [&](uint32_t part, uint32_t begin, uint32_t end) {
    compareChildren(tree, begin, end, marks[part]);
  });
  for (const NodeMarks& ofPart : marks) {
    for (const auto& [node, bits] : ofPart) tree.bits[node.value] |= bits;
  }
}

}  // namespace

TraceTree treeOf(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace, const Forest& forest, Oddities odd,
                 const Workers& workers, std::shared_ptr<const ClockSkew> clocks) {
  TraceTree tree;
  tree.clocks = std::move(clocks);
  tree.trace = trace;
  tree.snapshot = std::move(snapshot);
  fillColumns(tree, forest, preorderOf(forest), workers);
  choosePrimaryRoot(tree, odd);
  compareSpans(tree, workers, odd);
  tree.diagnostics = odd.diagnostics();
  return tree;
}

TraceTree buildTraceTree(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                         const Workers& workers, std::shared_ptr<const ClockSkew> clocks) {
  Oddities odd(*snapshot, clocks.get());
  const Forest forest = buildForest(*snapshot, trace, workers, clocks.get(), odd);
  return treeOf(std::move(snapshot), trace, forest, std::move(odd), workers, std::move(clocks));
}

std::optional<NodeIndex> TraceTree::find(SpanRow wanted) const {
  const auto found = std::find(row.begin(), row.end(), wanted);
  if (found != row.end()) return NodeIndex(static_cast<uint32_t>(found - row.begin()));
  // A copy that was left out: it has the id and the bytes of the one shown.
  for (const auto& [node, count] : copies) {
    const SpanRow shown = row[node.value];
    if (snapshot->spans().id(shown) == snapshot->spans().id(wanted) &&
        snapshot->spans().trace(shown) == snapshot->spans().trace(wanted) &&
        snapshot->spanMessage(shown) == snapshot->spanMessage(wanted)) {
      return node;
    }
  }
  return std::nullopt;
}

int64_t toleranceNs(int64_t parentDurationNs, int64_t aDurationNs, int64_t bDurationNs) {
  // Many clocks tick in microseconds, whatever the unit they are written in.
  constexpr int64_t kClockResolutionNs = 1'000;
  const int64_t quarterOfShorter = std::min(aDurationNs, bDurationNs) / 4;
  return std::min(parentDurationNs / 100, std::max(2 * kClockResolutionNs, quarterOfShorter));
}

}  // namespace waybill::analysis
