// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/candidate.h"

#include <algorithm>

#include "analysis/replay.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

// Times that the spans do not vouch for make everything said of them less sure.
Confidence confidenceOf(const TraceTree& tree, const std::vector<NodeIndex>& evidence) {
  constexpr uint16_t kGuessed = NodeBits::kUnfinished | NodeBits::kNoStart | NodeBits::kNegative;
  constexpr uint16_t kDoubtful = NodeBits::kAdopted | NodeBits::kStartsEarly | NodeBits::kCutCycle;
  uint16_t bits = 0;
  for (const NodeIndex node : evidence) bits |= tree.bits[node.value];
  if ((bits & kGuessed) != 0) return Confidence::Low;
  if ((bits & kDoubtful) != 0) return Confidence::Medium;
  // A lost span may have covered what looks like own time.
  const bool somethingIsLost = std::any_of(tree.roots.begin(), tree.roots.end(), [&](NodeIndex root) {
    return root != tree.primaryRoot && tree.has(root, NodeBits::kOrphan);
  });
  return somethingIsLost ? Confidence::Medium : Confidence::High;
}

std::vector<NodeIndex> longestFirst(const TraceFacts& facts, std::vector<NodeIndex> nodes) {
  const auto& ns = facts.path.selfNs;
  const auto longer = [&](NodeIndex a, NodeIndex b) {
    return ns[a.value] != ns[b.value] ? ns[a.value] > ns[b.value] : a < b;
  };
  const size_t kept = std::min(nodes.size(), Finding::kMaxEvidence);
  std::partial_sort(nodes.begin(), nodes.begin() + static_cast<ptrdiff_t>(kept), nodes.end(), longer);
  nodes.resize(kept);
  return nodes;
}

}  // namespace

std::optional<Finding> candidate(const TraceFacts& facts, const OperationGroup& group, int64_t limitNs) {
  const int64_t rootNs = facts.rootDurationNs();
  if (group.nodes.empty() || limitNs < smallestSavingNs(rootNs)) return std::nullopt;
  Finding finding;
  finding.savingNs = std::min(limitNs, savingWithoutOwnTime(facts.tree, group.nodes));
  if (finding.savingNs < smallestSavingNs(rootNs)) return std::nullopt;
  finding.savingIsUpperBound = true;
  finding.severity = severityOf(finding.savingNs, rootNs);
  finding.evidence = longestFirst(facts, group.nodes);
  finding.confidence = confidenceOf(facts.tree, finding.evidence);
  finding.service = std::string(facts.tree.serviceName(finding.evidence.front()));
  finding.operation = std::string(facts.tree.name(finding.evidence.front()));
  return finding;
}

std::string inCalls(size_t calls) {
  return calls == 1 ? std::string() : " in " + countText(calls) + " calls";
}

}  // namespace waybill::analysis
