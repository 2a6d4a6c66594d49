// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_tree.h"

#include <algorithm>

#include "analysis/parent_links.h"
#include "analysis/span_columns.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

// The forest by ordinal, on its way to preorder.
struct Forest {
  SpanColumns spans;
  std::vector<uint32_t> parents;
  std::vector<std::pair<uint32_t, uint32_t>> copies;  // (ordinal, copies besides it)
};

// After times were filled in: order again, and let parents and copies follow.
void restoreOrder(Forest& forest) {
  const std::vector<uint32_t> oldOf = forest.spans.sort();
  if (oldOf.empty()) return;
  std::vector<uint32_t> newOf(oldOf.size()), parents(oldOf.size(), kNone);
  for (uint32_t i = 0; i < oldOf.size(); ++i) newOf[oldOf[i]] = i;
  for (uint32_t i = 0; i < oldOf.size(); ++i) {
    if (forest.parents[oldOf[i]] != kNone) parents[i] = newOf[forest.parents[oldOf[i]]];
  }
  forest.parents.swap(parents);
  for (auto& [ordinal, count] : forest.copies) ordinal = newOf[ordinal];
}

Forest buildForest(const store::Snapshot& snapshot, TraceIndex trace, Oddities& odd) {
  Forest forest{gatherSpans(snapshot, trace), {}, {}};
  forest.spans.sort();
  forest.copies = markCopies(forest.spans, odd);
  forest.parents = linkParents(forest.spans, odd);
  if (forest.spans.timesMissing) {
    fillMissingTimes(forest.spans, forest.parents);
    restoreOrder(forest);
  }
  adoptOrphans(forest.spans, forest.parents);
  return forest;
}

// Ordinals in preorder, and where each ordinal went.
struct Preorder {
  std::vector<uint32_t> ordinals, positions;
};

Preorder preorderOf(const Forest& forest) {
  const uint32_t count = forest.spans.size();
  // Lists of siblings: walking backwards and adding in front leaves them in order.
  std::vector<uint32_t> firstChild(count, kNone), nextSibling(count, kNone);
  uint32_t firstRoot = kNone;
  for (uint32_t i = count; i-- > 0;) {
    if (forest.spans.isCopy(i)) continue;
    uint32_t& first = forest.parents[i] == kNone ? firstRoot : firstChild[forest.parents[i]];
    nextSibling[i] = first;
    first = i;
  }
  Preorder out;
  out.ordinals.reserve(count);
  out.positions.assign(count, kNone);
  std::vector<uint32_t> toVisit;
  if (firstRoot != kNone) toVisit.push_back(firstRoot);
  while (!toVisit.empty()) {
    const uint32_t i = toVisit.back();
    toVisit.pop_back();
    out.positions[i] = static_cast<uint32_t>(out.ordinals.size());
    out.ordinals.push_back(i);
    if (nextSibling[i] != kNone) toVisit.push_back(nextSibling[i]);
    if (firstChild[i] != kNone) toVisit.push_back(firstChild[i]);
  }
  return out;
}

void fillColumns(TraceTree& tree, const Forest& forest, const Preorder& preorder) {
  const size_t count = preorder.ordinals.size();
  tree.row.reserve(count);
  tree.startNs.reserve(count);
  tree.endNs.reserve(count);
  tree.parent.reserve(count);
  tree.depth.reserve(count);
  tree.service.reserve(count);
  tree.bits.reserve(count);
  for (const uint32_t i : preorder.ordinals) {
    const SpanRow row = forest.spans.row[i];
    const uint32_t parent = forest.parents[i] == kNone ? kNone : preorder.positions[forest.parents[i]];
    if (parent == kNone) tree.roots.emplace_back(tree.size());
    tree.depth.push_back(parent == kNone ? 0 : tree.depth[parent] + 1);
    tree.parent.push_back(parent);
    tree.row.push_back(row);
    tree.startNs.push_back(forest.spans.startNs[i]);
    tree.endNs.push_back(forest.spans.endNs[i]);
    tree.service.push_back(tree.snapshot->serviceId(row));
    tree.bits.push_back(forest.spans.bits[i]);
  }
  tree.subtreeEnd.resize(count);
  for (uint32_t i = 0; i < count; ++i) tree.subtreeEnd[i] = i + 1;
  for (uint32_t i = static_cast<uint32_t>(count); i-- > 0;) {
    if (tree.parent[i] == kNone) continue;
    uint32_t& end = tree.subtreeEnd[tree.parent[i]];
    end = std::max(end, tree.subtreeEnd[i]);
  }
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

// A message may be consumed whenever: its consumer is not bound by the producer's time.
bool isMessageHop(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  return tree.kind(parent) == otlp::SpanKind::Producer && tree.kind(child) == otlp::SpanKind::Consumer;
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
  if (end - parentEnd > tolerance) bits |= NodeBits::kAsync;
}

}  // namespace

TraceTree buildTraceTree(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace) {
  TraceTree tree;
  tree.trace = trace;
  tree.snapshot = std::move(snapshot);
  Oddities odd(*tree.snapshot);
  {
    const Forest forest = buildForest(*tree.snapshot, trace, odd);
    fillColumns(tree, forest, preorderOf(forest));
  }
  choosePrimaryRoot(tree, odd);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (tree.parent[i] != kNone) compareWithParent(tree, NodeIndex(i), odd);
  }
  tree.diagnostics = odd.diagnostics();
  return tree;
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
