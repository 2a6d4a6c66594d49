// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/candidate.h"

#include <algorithm>
#include <cmath>

#include "analysis/clock_skew.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

std::vector<NodeIndex> longestFirst(const TraceFacts& facts, std::vector<NodeIndex> nodes) {
  const auto& ns = facts.path.selfNs;
  const auto longer = [&](NodeIndex a, NodeIndex b) {
    return ns[a.value] != ns[b.value] ? ns[a.value] > ns[b.value] : a < b;
  };
  const size_t kept = std::min(nodes.size(), Finding::kMaxEvidence);
  std::partial_sort(nodes.begin(), nodes.begin() + static_cast<ptrdiff_t>(kept), nodes.end(), longer);
  return nodes;
}

// Where clocks were adjusted: what is saved must stand out from what the adjustment may err.
Confidence trustInClocks(const TraceFacts& facts, const std::vector<NodeIndex>& evidence, int64_t savingNs) {
  constexpr int64_t kLargestShare = 5;  // of the saving: a fifth
  if (facts.tree.clocks == nullptr) return Confidence::High;
  Confidence out = Confidence::High;
  for (const NodeIndex node : evidence) {
    const HostClock* host = facts.tree.clocks->of(*facts.tree.snapshot, facts.tree.row[node.value]);
    if (host == nullptr || host->aheadNs == 0) continue;
    if (!host->isCertain || !host->isBounded()) return Confidence::Low;
    if (host->boundNs() > savingNs / kLargestShare) out = Confidence::Medium;
  }
  return out;
}

Finding findingOf(const TraceFacts& facts, std::vector<NodeIndex> evidence, Confidence atMost) {
  Finding finding;
  finding.confidence = std::min(atMost, trustIn(facts, evidence));
  if (evidence.size() > Finding::kMaxEvidence) evidence.resize(Finding::kMaxEvidence);
  finding.evidence = std::move(evidence);
  finding.service = std::string(facts.tree.serviceName(finding.evidence.front()));
  finding.operation = std::string(facts.tree.name(finding.evidence.front()));
  return finding;
}

uint64_t keyBetween(const TraceOperations& operations, NodeIndex parent, NodeIndex child, Measure measure) {
  const auto& below = measure == Measure::Gap ? operations.step : operations.operation;
  return pairKey(operations.operation[parent.value], below[child.value]);
}

}  // namespace

const Baseline* TraceFacts::usual(NodeIndex node, Measure measure) const {
  if (population == nullptr) return nullptr;
  return population->baselines.find(baselineKeys(tree, operations, node, semantics), measure);
}

const Baseline* TraceFacts::usualBetween(NodeIndex parent, NodeIndex child, Measure measure) const {
  if (population == nullptr) return nullptr;
  return population->baselines.find(keyBetween(operations, parent, child, measure), measure);
}

bool TraceFacts::seenBetween(NodeIndex parent, NodeIndex child, Measure measure, int64_t ns) const {
  return population != nullptr &&
         population->baselines.seenBefore(keyBetween(operations, parent, child, measure), measure, ns);
}

bool TraceFacts::overlapElsewhere(NodeIndex earlier, NodeIndex later) const {
  const uint32_t parent = tree.parent[later.value];
  if (population == nullptr || parent == TraceTree::kNone || tree.parent[earlier.value] != parent) return false;
  std::vector<Sibling> named;
  nameSiblings(tree, operations, NodeIndex(parent), named);
  const auto keyOf = [&](NodeIndex node) {
    const auto found = std::find_if(named.begin(), named.end(), [&](const Sibling& s) { return s.node == node; });
    return found == named.end() ? std::nullopt : std::optional(found->key);
  };
  const auto first = keyOf(earlier), second = keyOf(later);
  return first && second &&
         population->happensBefore.overlapElsewhere(operations.path[parent], *first, *second, tree.trace);
}

// Times that the spans do not vouch for make everything said of them less sure.
Confidence trustIn(const TraceFacts& facts, const std::vector<NodeIndex>& evidence) {
  constexpr uint16_t kGuessed = NodeBits::kUnfinished | NodeBits::kNoStart | NodeBits::kNegative;
  constexpr uint16_t kDoubtful = NodeBits::kAdopted | NodeBits::kStartsEarly | NodeBits::kCutCycle;
  const std::vector<NodeIndex>& holes = facts.quality.holes;  // by node
  bool doubtful = facts.quality.somethingIsLost || facts.quality.clocksDisagree;
  for (const NodeIndex node : evidence) {
    if (facts.tree.has(node, kGuessed)) return Confidence::Low;
    if (std::binary_search(holes.begin(), holes.end(), node)) return Confidence::Low;
    doubtful = doubtful || facts.tree.has(node, kDoubtful);
  }
  return doubtful ? Confidence::Medium : Confidence::High;
}

Candidate ownTimeCandidate(const TraceFacts& facts, const OperationGroup& group) {
  Candidate out;
  bool unusual = false;
  out.rewrite.reserve(group.nodes.size());
  for (const NodeIndex node : group.nodes) {
    const Baseline* usual = facts.usual(node, Measure::Self);
    unusual = unusual || usual == nullptr || usual->isOutlier(facts.selfNs[node.value]);
    out.savingIsUpperBound = out.savingIsUpperBound || usual == nullptr;
    if (usual == nullptr) {
      out.rewrite.scaleOwn(node, 0);
    } else if (facts.selfNs[node.value] - usual->medianNs >= usual->medianNs / 2) {
      out.rewrite.setOwn(node, usual->medianNs);
    }
  }
  out.evidence = group.nodes;
  out.limitNs = group.ns;
  out.longestFirst = true;
  if (!unusual) out.severity = Severity::Medium;
  return out;
}

std::optional<Finding> weigh(const TraceFacts& facts, Candidate candidate) {
  const int64_t rootNs = facts.rootDurationNs();
  if (candidate.evidence.empty() || candidate.limitNs < smallestSavingNs(rootNs)) return std::nullopt;
  const int64_t savingNs = std::min(candidate.limitNs, facts.replayer.savingNs(candidate.rewrite));
  if (savingNs < smallestSavingNs(rootNs)) return std::nullopt;
  if (candidate.longestFirst) candidate.evidence = longestFirst(facts, std::move(candidate.evidence));
  Finding finding = findingOf(facts, std::move(candidate.evidence), candidate.confidence);
  finding.savingNs = savingNs;
  finding.confidence = std::min(finding.confidence, trustInClocks(facts, finding.evidence, savingNs));
  finding.savingIsUpperBound = candidate.savingIsUpperBound;
  finding.fix = std::make_shared<const Rewrite>(std::move(candidate.rewrite));
  finding.severity = std::min(candidate.severity, severityOf(savingNs, rootNs));
  return finding;
}

Finding remark(const TraceFacts& facts, std::vector<NodeIndex> evidence, Severity severity, Confidence confidence) {
  Finding finding = findingOf(facts, std::move(evidence), confidence);
  finding.severity = severity;
  return finding;
}

std::string inCalls(size_t calls) {
  return calls == 1 ? std::string() : " in " + countText(calls) + " calls";
}

std::string nameText(const TraceTree& tree, NodeIndex node) {
  const std::string name = printable(tree.name(node), 100);
  return name.empty() ? "a step without a name" : name;
}

std::string serviceText(const TraceTree& tree, NodeIndex node) {
  const std::string service = printable(tree.serviceName(node), 60);
  return service.empty() ? "unknown_service" : service;
}

std::string usualText(const Baseline& usual) {
  return "normally " + aboutText(usual.medianNs) + " (p99 " + aboutText(usual.p99Ns) + ", n = " +
         countText(usual.count()) + ")";
}

}  // namespace waybill::analysis
