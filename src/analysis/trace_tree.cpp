// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_tree.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/answers.h"
#include "analysis/forest.h"
#include "analysis/mirrors.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

// The node of the first span in preorder: behind the missing span, if there is one.
uint32_t firstSpan(const TraceTree& tree) { return tree.missing ? 1 : 0; }

// A column of the tree from one of the forest. The missing span begins with what its first child has.
template <typename Out, typename Of>
void fillColumn(const TraceTree& tree, std::vector<Out>& out, const Preorder& preorder, Of&& of) {
  reserveLarge(out, preorder.ordinals.size() + firstSpan(tree));
  if (tree.missing) out.push_back(of(preorder.ordinals[0]));
  for (const uint32_t i : preorder.ordinals) out.push_back(of(i));
}

void linkNodes(TraceTree& tree, const Forest& forest, const Preorder& preorder) {
  const uint32_t first = firstSpan(tree);
  const auto count = static_cast<uint32_t>(preorder.ordinals.size());
  reserveLarge(tree.parent, count + first);
  reserveLarge(tree.depth, count + first);
  reserveLarge(tree.subtreeEnd, count + first);
  const uint32_t top = tree.missing ? tree.missing->value : kNone;  // the parent of spans that have none
  if (tree.missing) {
    tree.roots.push_back(*tree.missing);
    tree.parent.push_back(kNone);
    tree.depth.push_back(0);
    tree.subtreeEnd.push_back(count + first);
  }
  for (uint32_t node = first; node < count + first; ++node) {
    const uint32_t i = preorder.ordinals[node - first];
    const uint32_t parent = forest.parents[i] == kNone ? top : preorder.positions[forest.parents[i]] + first;
    if (parent == kNone) tree.roots.emplace_back(node);
    tree.parent.push_back(parent);
    tree.depth.push_back(parent == kNone ? 0 : tree.depth[parent] + 1);
    tree.subtreeEnd.push_back(node + preorder.sizes[i]);
  }
}

// The first span of those whose parent is the missing span of the trace, by ordinal: when no root has come, and at least
// two of the spans that stand for one name the same parent. That which most of them name, or the first does.
std::optional<uint32_t> firstBelowMissing(const Forest& forest, const Preorder& preorder) {
  const SpanColumns& spans = forest.spans;
  struct Named {
    uint32_t by = 0, first = 0;
  };
  absl::flat_hash_map<uint64_t, Named> parents;  // by id
  Named most;
  for (uint32_t at = 0; at < preorder.ordinals.size();) {
    const uint32_t root = preorder.ordinals[at];
    at += preorder.sizes[root];
    if ((spans.bits[root] & NodeBits::kOrphan) == 0) return std::nullopt;
    if (at == preorder.ordinals.size() && parents.empty()) return std::nullopt;  // the only one
    Named& named = parents.try_emplace(spans.parentId[root], Named{0, root}).first->second;
    ++named.by;
    if (named.by > most.by || (named.by == most.by && named.first < most.first)) most = named;
  }
  return most.by > 1 ? std::optional(most.first) : std::nullopt;
}

// What is known of the missing span: where it lies, and who names it.
void fillMissing(TraceTree& tree, const Forest& forest, uint32_t firstChild) {
  const uint32_t at = tree.missing->value;
  tree.row[at] = forest.spans.row[firstChild];
  tree.service[at] = StringId();
  tree.bits[at] = NodeBits::kPartlyUnknown;
  tree.startNs[at] = *std::min_element(tree.startNs.begin() + 1, tree.startNs.end());
  tree.endNs[at] = *std::max_element(tree.endNs.begin() + 1, tree.endNs.end());
  const uint64_t id = forest.spans.parentId[firstChild];
  tree.forEachChild(*tree.missing, [&](NodeIndex child) {
    if (tree.snapshot->spans().parent(tree.row[child.value]).value != id) tree.bits[child.value] |= NodeBits::kAdopted;
  });
}

void fillColumns(TraceTree& tree, const Forest& forest, const Preorder& preorder, const Workers& workers) {
  const SpanColumns& spans = forest.spans;
  const std::optional<uint32_t> belowMissing = firstBelowMissing(forest, preorder);
  if (belowMissing) tree.missing = NodeIndex(0);
  const auto fill = [&](auto& column, auto&& of) { fillColumn(tree, column, preorder, of); };
  workers.runAll(spans.size(),
                 {[&] { linkNodes(tree, forest, preorder); },
                  [&] { fill(tree.service, [&](uint32_t i) { return tree.snapshot->serviceId(spans.row[i]); }); },
                  [&] { fill(tree.startNs, [&](uint32_t i) { return spans.startNs[i]; }); },
                  [&] { fill(tree.endNs, [&](uint32_t i) { return spans.endNs[i]; }); },
                  [&] { fill(tree.row, [&](uint32_t i) { return spans.row[i]; }); },
                  [&] { fill(tree.bits, [&](uint32_t i) { return spans.bits[i]; }); }});
  if (belowMissing) fillMissing(tree, forest, *belowMissing);
  for (const auto& [ordinal, copies] : forest.copies) {
    tree.copies.emplace_back(NodeIndex(preorder.positions[ordinal] + firstSpan(tree)), copies);
  }
  std::sort(tree.copies.begin(), tree.copies.end());
}

bool namesNoParent(const TraceTree& tree, NodeIndex root) { return !tree.parentId(root).valid(); }

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
  const int64_t outsideNs = std::max(parentStart - start, end - parentEnd);
  const int64_t stepsNs = tree.clockStepNs(parent) + tree.clockStepNs(child);
  if (outsideNs <= stepsNs) return;  // their clocks do not count finely enough to tell
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
  const auto found = std::find(row.begin() + firstSpan(*this), row.end(), wanted);
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

int64_t toleranceNs(const TraceTree& tree, NodeIndex parent, NodeIndex a, NodeIndex b) {
  return std::max(toleranceNs(tree.durationNs(parent), tree.durationNs(a), tree.durationNs(b)),
                  tree.clockStepNs(a) + tree.clockStepNs(b));
}

int64_t toleranceNs(int64_t parentDurationNs, int64_t aDurationNs, int64_t bDurationNs) {
  // Many clocks tick in microseconds, whatever the unit they are written in.
  constexpr int64_t kClockResolutionNs = 1'000;
  const int64_t quarterOfShorter = std::min(aDurationNs, bDurationNs) / 4;
  return std::min(parentDurationNs / 100, std::max(2 * kClockResolutionNs, quarterOfShorter));
}

}  // namespace waybill::analysis
