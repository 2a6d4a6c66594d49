// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/own_time.h"

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr int kSharePercent = 20;

std::string_view adviceFor(const TraceTree& tree, NodeIndex node) {
  if (tree.isLeaf(node)) {
    return "Nothing inside this step is recorded: it computes, or it waits for something without a span (a "
           "lock, a "
           "connection pool, garbage collection, a call that is not instrumented). Profile it, or add spans "
           "inside "
           "it to see which.";
  }
  return "This time lies between and around the calls it makes: it computes, or it waits for something "
         "without a "
         "span (a lock, a connection pool, garbage collection, a call that is not instrumented). Profile it, "
         "or add "
         "spans around the uncovered parts.";
}

// Whether spans lie over the time must hold against the picture: children that the step does not wait for are drawn too.
std::string coverText(const TraceFacts& facts, const OperationGroup& group) {
  const bool isUnknown = std::any_of(group.nodes.begin(), group.nodes.end(),
                                     [&](NodeIndex node) { return facts.tree.isPartlyUnknown(node); });
  if (isUnknown) return "; how much of it a child covers is not known, as one has no start or no end";
  int64_t uncoveredNs = 0;
  for (const NodeIndex node : group.nodes) {
    uncoveredNs = saturatingSum(uncoveredNs, std::min(facts.selfNs[node.value], facts.path.selfNs[node.value]));
  }
  if (group.ns - uncoveredNs <= group.ns / 100) return "; no child span covers it";
  return "; children that it does not wait for ran in " + durationText(group.ns - uncoveredNs) + " of it";
}

}  // namespace

void detectOwnTime(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  for (const OperationGroup& group : groupPath(tree, facts.path, SegmentKind::Self)) {
    if (!atLeastShare(group.ns, facts.rootDurationNs(), kSharePercent)) continue;
    const AgainstUsual compared = ownTimeAgainstUsual(facts, group);
    Candidate candidate = compared.candidate();
    candidate.limitNs = group.ns;
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex longest = finding->evidence.front();
    finding->sentence = operationText(tree, longest) + " spends " + durationText(group.ns) + " of " +
                        wholeText(facts) + " in its own code or waiting" +
                        inCalls(group.nodes.size()) + coverText(facts, group) +
                        compared.text() + ".";
    finding->advice = adviceFor(tree, longest);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
