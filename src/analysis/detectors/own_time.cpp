// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/own_time.h"

#include "analysis/candidate.h"
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

}  // namespace

void detectOwnTime(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  for (const OperationGroup& group : groupPath(tree, facts.path, SegmentKind::Self)) {
    if (!atLeastShare(group.ns, facts.rootDurationNs(), kSharePercent)) continue;
    auto finding = weigh(facts, ownTimeCandidate(facts, group));
    if (!finding) continue;
    const NodeIndex longest = finding->evidence.front();
    const Baseline* usual = facts.usual(longest, Measure::Self);
    finding->sentence = operationText(tree, longest) + " spends " + durationText(group.ns) + " of this " +
                        durationText(facts.rootDurationNs()) + " request in its own code or waiting" +
                        inCalls(group.nodes.size()) + "; no child span covers it" +
                        (usual == nullptr ? "." : ". Its own time is " + usualText(*usual) + ".");
    finding->advice = adviceFor(tree, longest);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
