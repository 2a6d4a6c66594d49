// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trail.h"

#include <algorithm>
#include <functional>

#include "analysis/finding.h"
#include "analysis/operation_groups.h"

namespace waybill::analysis {
namespace {

// A step that carries less of the request is not to blame for it, however large a part of its parent it is.
constexpr int kSmallestCulpritPercent = 30;

bool isHalf(int64_t part, int64_t whole) {
  return part >= whole - part;
}

std::optional<NodeIndex> heaviestChild(const TraceTree& tree, const CriticalPath& path, NodeIndex node) {
  std::optional<NodeIndex> heaviest;
  tree.forEachChild(node, [&](NodeIndex child) {
    const int64_t ns = path.totalNs[child.value];
    if (ns > 0 && (!heaviest || ns > path.totalNs[heaviest->value])) heaviest = child;
  });
  return heaviest;
}

bool spendsHalfItself(const CriticalPath& path, NodeIndex node) {
  return isHalf(path.selfNs[node.value], path.totalNs[node.value]);
}

std::vector<TrailStep> walk(const TraceTree& tree, const CriticalPath& path) {
  std::vector<TrailStep> steps{{tree.primaryRoot, false, false, path.totalNs[tree.primaryRoot.value]}};
  while (!spendsHalfItself(path, steps.back().node)) {
    const auto child = heaviestChild(tree, path, steps.back().node);
    if (!child || !isHalf(path.totalNs[child->value], steps.back().onPathNs)) break;
    steps.push_back({*child, false, false, path.totalNs[child->value]});
  }
  steps.shrink_to_fit();
  return steps;
}

void blame(const TraceTree& tree, const CriticalPath& path, Trail& trail) {
  TrailStep& last = trail.steps.back();
  last.foundIt = true;
  for (size_t i = 1; i + 1 < trail.steps.size(); ++i) trail.steps[i].slow = true;
  trail.culprit = last.node;
  trail.culpritNs = last.onPathNs;
  trail.culpritIsSpreadBelow = !spendsHalfItself(path, last.node);
  if (trail.culpritIsSpreadBelow) return;
  for (const PathSegment& segment : path.segments) {
    if (segment.node != last.node) continue;
    if (segment.kind == SegmentKind::Edge || segment.kind == SegmentKind::External) {
      trail.culpritKind = segment.kind;
      trail.culpritOther = segment.other;
    }
    break;
  }
  if (trail.culpritKind == SegmentKind::Edge || last.node == tree.primaryRoot) {
    trail.culpritNs = path.selfNs[last.node.value];
  }
}

LargestOperation largestOf(const CriticalPath& path, const OperationGroup& group) {
  const NodeIndex example = *std::max_element(
      group.nodes.begin(), group.nodes.end(),
      [&](NodeIndex a, NodeIndex b) { return path.selfNs[a.value] < path.selfNs[b.value]; });
  return {example, group.ns, static_cast<uint32_t>(group.nodes.size())};
}

uint32_t operationsOfMost(const std::vector<OperationGroup>& groups, int64_t totalNs) {
  std::vector<int64_t> times;
  for (const OperationGroup& group : groups) times.push_back(group.ns);
  std::sort(times.begin(), times.end(), std::greater<>());
  int64_t covered = 0;
  uint32_t count = 0;
  for (; count < times.size() && !atLeastShare(covered, totalNs, 90); ++count) covered += times[count];
  return count;
}

}  // namespace

Trail findTrail(const TraceTree& tree, const CriticalPath& path) {
  Trail trail;
  if (tree.size() == 0) return trail;
  const int64_t totalNs = path.totalNs[tree.primaryRoot.value];
  if (totalNs == 0) {
    trail.steps.push_back({tree.primaryRoot});
    return trail;
  }
  const std::vector<OperationGroup> groups = groupPath(tree, path);
  const auto largest = std::max_element(groups.begin(), groups.end(),
                                        [](const auto& a, const auto& b) { return a.ns < b.ns; });
  trail.largest = largestOf(path, *largest);
  trail.steps = walk(tree, path);
  const TrailStep& last = trail.steps.back();
  const bool spreadAtRoot = last.node == tree.primaryRoot && !spendsHalfItself(path, last.node);
  if (spreadAtRoot || !atLeastShare(last.onPathNs, totalNs, kSmallestCulpritPercent)) {
    trail.spreadOver = operationsOfMost(groups, totalNs);
  } else {
    blame(tree, path, trail);
  }
  return trail;
}

}  // namespace waybill::analysis
