// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trail.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "analysis/finding.h"
#include "analysis/streams.h"

namespace waybill::analysis {
namespace {

// A step that carries less of the request is not to blame for it, however large a part of its parent it is.
constexpr int kSmallestCulpritPercent = 30;

bool isHalf(int64_t part, int64_t whole) {
  return part >= whole - part;
}

// A span and how long the path is in its subtree.
struct Weighed {
  NodeIndex node;
  int64_t ns = 0;
};

// Without time on the path when no child has any.
Weighed heaviestChild(const TraceTree& tree, const CriticalPath& path, NodeIndex node) {
  Weighed heaviest;
  tree.forEachChild(node, [&](NodeIndex child) {
    const int64_t ns = path.totalNs[child.value];
    if (ns > heaviest.ns) heaviest = {child, ns};
  });
  return heaviest;
}

bool spendsHalfItself(const CriticalPath& path, const Weighed& span) {
  return isHalf(path.selfNs[span.node.value], span.ns);
}

// The first segment of a node of which there are some.
PathSegment firstOf(const PathSegments& segments, NodeIndex node) {
  size_t i = 0;
  for (size_t block = 0; block < segments.nodesBlocks() && segments.leastNodeOf(block) > node; ++block) {
    i += PathSegments::kNodesBlock;
  }
  while (segments.node(i) != node) ++i;
  return segments[i];
}

void blame(const TraceTree& tree, const CriticalPath& path, Trail& trail) {
  trail.steps.markFound();
  const TrailStep last = trail.steps.back();
  trail.culprit = last.node;
  trail.culpritNs = last.onPathNs;
  trail.culpritIsSpreadBelow = !spendsHalfItself(path, {last.node, last.onPathNs});
  if (trail.culpritIsSpreadBelow) return;
  if (path.selfNs[last.node.value] > 0) {
    const PathSegment segment = firstOf(path.segments, last.node);
    if (segment.kind == SegmentKind::Edge || segment.kind == SegmentKind::External) {
      trail.culpritKind = segment.kind;
      trail.culpritOther = segment.other;
    }
  }
  if (trail.culpritKind == SegmentKind::Edge || last.node == tree.primaryRoot) {
    trail.culpritNs = path.selfNs[last.node.value];
  }
}

uint32_t operationsOfMost(const std::vector<OperationTime>& operations, int64_t totalNs) {
  std::vector<int64_t> times;
  for (const OperationTime& operation : operations) times.push_back(operation.ns);
  std::sort(times.begin(), times.end(), std::greater<>());
  int64_t covered = 0;
  uint32_t count = 0;
  for (; count < times.size() && !atLeastShare(covered, totalNs, 90); ++count) covered += times[count];
  return count;
}

}  // namespace

TrailSteps walkTrail(const TraceTree& tree, const CriticalPath& path) {
  TrailSteps steps(path.totalNs);
  if (tree.size() == 0) return steps;
  Weighed last{tree.primaryRoot, path.totalNs[tree.primaryRoot.value]};
  steps.push_back(last.node);
  while (!spendsHalfItself(path, last)) {
    const Weighed child = heaviestChild(tree, path, last.node);
    if (child.ns == 0 || !isHalf(child.ns, last.ns)) break;
    steps.push_back(child.node);
    last = child;
  }
  steps.finish();
  return steps;
}

Trail findTrail(const TraceTree& tree, const CriticalPath& path, const Population* population) {
  return findTrail(tree, path, walkTrail(tree, path), timeByOperation(tree, path), population);
}

Trail findTrail(const TraceTree& tree, const CriticalPath& path, TrailSteps steps,
                const std::vector<OperationTime>& operations, const Population* population) {
  Trail trail;
  if (tree.size() == 0) return trail;
  const int64_t totalNs = path.totalNs[tree.primaryRoot.value];
  if (totalNs == 0) {
    trail.steps.push_back(tree.primaryRoot);
    return trail;
  }
  const auto largest = std::max_element(operations.begin(), operations.end(),
                                        [](const auto& a, const auto& b) { return a.ns < b.ns; });
  trail.largest = {largest->longest, largest->ns, largest->spans};
  trail.steps = std::move(steps);
  const TrailStep last = trail.steps.back();
  const bool spreadAtRoot = last.node == tree.primaryRoot && !spendsHalfItself(path, {last.node, last.onPathNs});
  if (spreadAtRoot || !atLeastShare(last.onPathNs, totalNs, kSmallestCulpritPercent)) {
    trail.spreadOver = operationsOfMost(operations, totalNs);
  } else if (isStream(tree, last.node, population)) {
    trail.spreadOver = operationsOfMost(operations, totalNs);
    trail.stream = last.node;
  } else {
    blame(tree, path, trail);
  }
  return trail;
}

}  // namespace waybill::analysis
