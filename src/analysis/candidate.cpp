// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/candidate.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cmath>

#include "analysis/clock_skew.h"
#include "analysis/saturating.h"
#include "analysis/streams.h"
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
  return population->usual->baselines.find(baselineKeys(tree, operations, node, semantics), measure);
}

const Baseline* TraceFacts::usualBetween(NodeIndex parent, NodeIndex child, Measure measure) const {
  if (population == nullptr) return nullptr;
  return population->usual->baselines.find(keyBetween(operations, parent, child, measure), measure);
}

Standing TraceFacts::standing(const Baseline* usual, int64_t ns) const {
  constexpr int64_t kMs = 1'000'000;
  if (usual == nullptr) return Standing::Unknown;
  if (!normalIsKnown()) return usual->isOutlier(ns) ? Standing::Above : Standing::AsHere;
  // A percentile is no more exact than the buckets of LogHistogram.
  const bool isAbove = ns - ns / 32 > usual->p95Ns && ns - usual->medianNs >= kMs;
  return isAbove ? Standing::Above : Standing::Normal;
}

bool TraceFacts::isAlarming(const Baseline* usual, int64_t ns) const {
  if (usual == nullptr) return true;
  if (!normalIsKnown()) return usual->isOutlier(ns);
  constexpr double kRareShare = 0.001;
  return standing(usual, ns) == Standing::Above && usual->values.atLeast(ns) <= kRareShare;
}

bool TraceFacts::seenBetween(NodeIndex parent, NodeIndex child, Measure measure, int64_t ns) const {
  return population != nullptr &&
         population->usual->baselines.seenBefore(keyBetween(operations, parent, child, measure), measure, ns);
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
    if (facts.tree.has(node, kGuessed) || facts.tree.isPartlyUnknown(node)) return Confidence::Low;
    if (std::binary_search(holes.begin(), holes.end(), node)) return Confidence::Low;
    doubtful = doubtful || facts.tree.has(node, kDoubtful);
  }
  return doubtful ? Confidence::Medium : Confidence::High;
}

void AgainstUsual::add(NodeIndex node, const Baseline* usual, int64_t ns, int64_t onPathNs, bool isSeenBefore) {
  const Standing standing = isSeenBefore ? Standing::AsHere : m_facts.standing(usual, ns);
  m_steps.push_back({node, usual, standing});
  m_isAlarming = m_isAlarming || (!isSeenBefore && m_facts.isAlarming(usual, ns));
  m_onPathNs = saturatingSum(m_onPathNs, onPathNs);
  if (standing == Standing::Above) {
    m_aboveNs = saturatingSum(m_aboveNs, std::max<int64_t>(0, std::min(onPathNs, ns - usual->medianNs)));
  }
  if (onPathNs <= m_longestOnPathNs) return;
  m_longestOnPathNs = onPathNs;
  m_longestNs = ns;
  m_usual = usual;
  m_longestStanding = standing;
}

// What is loaded proves nothing normal: only when most of the time is above it is that what there is to say.
Standing AgainstUsual::standing() const {
  if (m_aboveNs == 0) return m_longestStanding;
  return m_facts.normalIsKnown() || m_aboveNs >= m_onPathNs / 2 ? Standing::Above : Standing::AsHere;
}

Candidate AgainstUsual::candidate() const {
  Candidate out;
  out.standing = standing();
  out.limitNs = m_onPathNs;
  out.longestFirst = true;
  out.rewrite.reserve(m_steps.size());
  for (const Step& step : m_steps) {
    out.evidence.push_back(step.node);
    if (out.standing != Standing::Above) {
      out.rewrite.scaleOwn(step.node, 0);
    } else if (step.usual == nullptr) {
      out.rewrite.scaleOwn(step.node, 0);
      out.savingIsUpperBound = true;
    } else if (step.standing == Standing::Above) {
      out.rewrite.setOwn(step.node, std::max<int64_t>(0, step.usual->medianNs));
    }
  }
  out.savingIsUpperBound = out.savingIsUpperBound || out.standing != Standing::Above;
  if (out.standing == Standing::AsHere || out.standing == Standing::Normal || !m_isAlarming) {
    out.severity = Severity::Medium;
  }
  return out;
}

std::string AgainstUsual::text() const {
  if (m_usual == nullptr) return {};
  const std::string known = "(median " + aboutText(m_usual->medianNs) + ", p99 " + aboutText(m_usual->p99Ns) +
                            ", n = " + countText(m_usual->count()) + ")";
  switch (standing()) {
    case Standing::Unknown:
    case Standing::Above: return "; " + usualText(*m_usual);
    case Standing::AsHere: {
      const bool isAlike = m_longestNs / 3 * 2 <= m_usual->medianNs && m_usual->medianNs / 3 * 2 <= m_longestNs;
      return (isAlike ? "; as in every request here " : "; nothing unusual here ") + known;
    }
    case Standing::Normal: return "; this is not above normal " + known;
  }
  return {};
}

AgainstUsual ownTimeAgainstUsual(const TraceFacts& facts, const OperationGroup& group) {
  AgainstUsual out(facts);
  for (const NodeIndex node : group.nodes) {
    out.add(node, facts.usual(node, Measure::Self), facts.selfNs[node.value], facts.path.selfNs[node.value]);
  }
  return out;
}

namespace {

// Of what is found by its pattern: the normal has these calls as often and as long.
bool isNormalPattern(const TraceFacts& facts, const std::vector<NodeIndex>& evidence) {
  absl::flat_hash_map<OperationKey, int64_t> calls;
  for (const NodeIndex node : evidence) {
    if (facts.isAlarming(facts.usual(node, Measure::Duration), facts.tree.durationNs(node))) return false;
    ++calls[facts.operations.operation[node.value]];
  }
  const Baselines& normal = facts.population->usual->baselines;
  return std::all_of(calls.begin(), calls.end(), [&](const auto& of) {
    const Baseline* usual = normal.find(wideKey(of.first), Measure::CallsPerTrace);
    return usual != nullptr && of.second <= usual->p99Ns + usual->p99Ns / 32;  // no more exact than that
  });
}

}  // namespace

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
  finding.isNormal = candidate.standing == Standing::Normal;
  finding.fix = std::make_shared<const Rewrite>(std::move(candidate.rewrite));
  finding.severity = std::min(candidate.severity, severityOf(savingNs, rootNs));
  if (facts.normalIsKnown() && candidate.standing == Standing::Unknown && isNormalPattern(facts, finding.evidence)) {
    finding.severity = std::min(finding.severity, Severity::Medium);
  }
  if (isStream(facts.tree, finding.evidence.front(), facts.population)) {
    // Nobody waits for the end of a conversation; inside a request, somebody may.
    if (atLeastShare(facts.path.totalNs[finding.evidence.front().value], rootNs, 90)) return std::nullopt;
    finding.severity = Severity::Low;
  }
  return finding;
}

Finding remark(const TraceFacts& facts, std::vector<NodeIndex> evidence, Severity severity, Confidence confidence) {
  Finding finding = findingOf(facts, std::move(evidence), confidence);
  finding.severity = severity;
  return finding;
}

std::string wholeText(const TraceFacts& facts) {
  const std::string whole = durationText(facts.rootDurationNs());
  const NodeIndex root = facts.tree.primaryRoot;
  const bool lacksRoot = facts.tree.isMissing(root) || facts.tree.has(root, NodeBits::kOrphan);
  return lacksRoot ? "the " + whole + " that have come of this request" : "this " + whole + " request";
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
