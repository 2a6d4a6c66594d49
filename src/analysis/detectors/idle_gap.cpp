// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/idle_gap.h"

#include "analysis/candidate.h"
#include "analysis/detectors/call_groups.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kSmallestNs = 20'000'000;
constexpr int kSharePercent = 10;
constexpr int64_t kTimesUsual = 3;

// The child of `parent` that holds `below`.
NodeIndex childToward(const TraceTree& tree, NodeIndex parent, NodeIndex below) {
  while (tree.parent[below.value] != parent.value) below = NodeIndex(tree.parent[below.value]);
  return below;
}

// The sibling that ended last before the gap, if there is one.
std::optional<NodeIndex> childBefore(const TraceTree& tree, NodeIndex parent, int64_t gapStartNs) {
  std::optional<NodeIndex> out;
  tree.forEachChild(parent, [&](NodeIndex child) {
    const int64_t end = tree.endNs[child.value];
    if (end <= gapStartNs && (!out || end > tree.endNs[out->value])) out = child;
  });
  return out;
}

// Between calls that a span makes again and again the time belongs to the loop, and a finding about the loop tells of it.
bool isInLoop(const TraceFacts& facts, NodeIndex parent, NodeIndex before, NodeIndex after) {
  const auto& operation = facts.operations.operation;
  size_t likeBefore = 0, likeAfter = 0;
  facts.tree.forEachChild(parent, [&](NodeIndex child) {
    likeBefore += operation[child.value] == operation[before.value] ? 1 : 0;
    likeAfter += operation[child.value] == operation[after.value] ? 1 : 0;
  });
  return std::min(likeBefore, likeAfter) >= kFewestCalls;
}

std::string sentenceFor(const TraceFacts& facts, const PathSegment& gap, NodeIndex child, const Baseline* usual) {
  const TraceTree& tree = facts.tree;
  const auto before = childBefore(tree, gap.node, gap.startNs);
  std::string out = durationText(gap.durationNs()) + " nothing is recorded in " + operationText(tree, gap.node);
  out += before ? " between " + nameText(tree, *before) + " and " + nameText(tree, child)
                : " before its call of " + nameText(tree, child);
  out += " (a lock, a connection pool, garbage collection or code without spans)";
  return out + (usual == nullptr ? "." : "; this is " + usualText(*usual) + ".");
}

// A segment, and the node of the one after it.
void considerGap(const TraceFacts& facts, const PathSegment& gap, NodeIndex next, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  const bool childFollows = next > gap.node && next.value < tree.subtreeEnd[gap.node.value];
  if (gap.kind != SegmentKind::Self || !childFollows || gap.durationNs() < kSmallestNs) return;
  if (!atLeastShare(gap.durationNs(), facts.rootDurationNs(), kSharePercent)) return;
  const NodeIndex child = childToward(tree, gap.node, next);
  const Baseline* usual = facts.usualBetween(gap.node, child, Measure::Gap);
  if (usual != nullptr && (gap.durationNs() / kTimesUsual < usual->medianNs || usual->isCommon(gap.durationNs()))) {
    return;
  }
  if (usual == nullptr && facts.seenBetween(gap.node, child, Measure::Gap, gap.durationNs())) return;
  const auto before = childBefore(tree, gap.node, gap.startNs);
  if (before && isInLoop(facts, gap.node, *before, child)) return;
  Candidate candidate;
  candidate.evidence = {gap.node, child};
  candidate.rewrite.shortenGapBefore(child, usual == nullptr ? 0 : usual->medianNs);
  candidate.limitNs = gap.durationNs();
  candidate.standing = facts.standing(usual, gap.durationNs());
  candidate.savingIsUpperBound = usual == nullptr;
  if (usual == nullptr) candidate.confidence = Confidence::Medium;
  if (!facts.isAlarming(usual, gap.durationNs())) candidate.severity = Severity::Medium;
  auto finding = weigh(facts, std::move(candidate));
  if (!finding) return;
  finding->sentence = sentenceFor(facts, gap, child, usual);
  finding->advice =
      "The step neither called anything nor reported work: it waited for something without a span, or computed. Look "
      "at the sizes of pools, at locks, at garbage collection, or add spans there to see which.";
  out.push_back(std::move(*finding));
}

}  // namespace

void detectIdleGap(const TraceFacts& facts, std::vector<Finding>& out) {
  std::optional<PathSegment> before;
  facts.path.segments.forEach([&](const PathSegment& segment) {
    if (before) considerGap(facts, *before, segment.node, out);
    before = segment;
  });
}

}  // namespace waybill::analysis
