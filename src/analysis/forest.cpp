// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/forest.h"

#include "analysis/parent_links.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;

// After times were filled in: order again, and let parents and copies follow.
void restoreOrder(Forest& forest, const Workers& workers) {
  const LargeColumn<uint32_t> oldOf = forest.spans.sort(workers);
  if (oldOf.empty()) return;
  std::vector<uint32_t> newOf(oldOf.size()), parents(oldOf.size(), kNone);
  for (uint32_t i = 0; i < oldOf.size(); ++i) newOf[oldOf[i]] = i;
  for (uint32_t i = 0; i < oldOf.size(); ++i) {
    if (forest.parents[oldOf[i]] != kNone) parents[i] = newOf[forest.parents[oldOf[i]]];
  }
  forest.parents.swap(parents);
  for (auto& [ordinal, count] : forest.copies) ordinal = newOf[ordinal];
}

bool parentsComeFirst(const Forest& forest) {
  for (uint32_t i = 0; i < forest.parents.size(); ++i) {
    if (forest.parents[i] != kNone && forest.parents[i] > i) return false;
  }
  return true;
}

// The place of a span is known when its parent's is, and how many its earlier siblings' subtrees hold.
void placeInOneRun(const Forest& forest, Preorder& out) {
  const uint32_t count = forest.spans.size();
  for (uint32_t i = count; i-- > 0;) {
    if (forest.parents[i] != kNone) out.sizes[forest.parents[i]] += out.sizes[i];
  }
  auto nextBelow = largeVector<uint32_t>(count);  // where the next child goes
  uint32_t nextRoot = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (forest.spans.isCopy(i)) continue;
    uint32_t& next = forest.parents[i] == kNone ? nextRoot : nextBelow[forest.parents[i]];
    out.positions[i] = next;
    nextBelow[i] = next + 1;
    next += out.sizes[i];
  }
}

void placeByWalking(const Forest& forest, Preorder& out) {
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
  std::vector<uint32_t> toVisit, order;
  order.reserve(count);
  if (firstRoot != kNone) toVisit.push_back(firstRoot);
  while (!toVisit.empty()) {
    const uint32_t i = toVisit.back();
    toVisit.pop_back();
    out.positions[i] = static_cast<uint32_t>(order.size());
    order.push_back(i);
    if (nextSibling[i] != kNone) toVisit.push_back(nextSibling[i]);
    if (firstChild[i] != kNone) toVisit.push_back(firstChild[i]);
  }
  for (size_t at = order.size(); at-- > 0;) {  // children before their parents
    const uint32_t parent = forest.parents[order[at]];
    if (parent != kNone) out.sizes[parent] += out.sizes[order[at]];
  }
}

}  // namespace

Forest buildForest(const store::Snapshot& snapshot, TraceIndex trace, const Workers& workers, const ClockSkew* clocks,
                   Oddities& odd) {
  Forest forest{gatherSpans(snapshot, trace, snapshot.trace(trace).spans, workers, clocks), {}, {}};
  forest.spans.sort(workers);
  forest.copies = markCopies(forest.spans, odd);
  forest.parents = linkParents(forest.spans, odd, workers);
  if (forest.spans.timesMissing) {
    fillMissingTimes(forest.spans, forest.parents);
    restoreOrder(forest, workers);
  }
  adoptOrphans(forest.spans, forest.parents);
  return forest;
}

Preorder preorderOf(const Forest& forest) {
  const uint32_t count = forest.spans.size();
  Preorder out;
  out.sizes = largeVector<uint32_t>(count, 1);
  out.positions = largeVector(count, kNone);
  uint32_t nodes = count;
  for (const auto& [ordinal, copies] : forest.copies) nodes -= copies;
  if (parentsComeFirst(forest)) {
    placeInOneRun(forest, out);
  } else {
    placeByWalking(forest, out);
  }
  out.ordinals = largeVector<uint32_t>(nodes);
  for (uint32_t i = 0; i < count; ++i) {
    if (out.positions[i] != kNone) out.ordinals[out.positions[i]] = i;
  }
  return out;
}

}  // namespace waybill::analysis
