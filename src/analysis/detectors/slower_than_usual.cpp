// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/slower_than_usual.h"

#include <utility>

#include "analysis/candidate.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

// With fewer values a median may still move.
constexpr uint64_t kManyValues = 50;
constexpr double kFewestChildrenQuantile = 0.5;

struct SlowCalls {
  Candidate candidate;
  int64_t ns = 0;  // own time of all
  const Baseline* usual = nullptr;
};

// Then a child that was lost may have covered the time: own time cannot be compared.
bool lacksChildren(const TraceFacts& facts, NodeIndex node) {
  const Baseline* usual = facts.usual(node, Measure::Children);
  int64_t children = 0;
  facts.tree.forEachChild(node, [&](NodeIndex) { ++children; });
  return usual != nullptr && children < usual->values.quantile(kFewestChildrenQuantile);
}

SlowCalls slowCalls(const TraceFacts& facts, const OperationGroup& group) {
  SlowCalls out;
  bool isAlarming = false;
  for (const NodeIndex node : group.nodes) {
    if (answeringServer(facts.tree, node)) continue;  // time between two services is another finding
    const Baseline* usual = facts.usual(node, Measure::Self);
    const int64_t ownNs = facts.selfNs[node.value];
    if (facts.standing(usual, ownNs) != Standing::Above || lacksChildren(facts, node)) continue;
    out.candidate.rewrite.setOwn(node, usual->medianNs);
    out.candidate.evidence.push_back(node);
    out.ns = saturatingSum(out.ns, ownNs);
    isAlarming = isAlarming || facts.isAlarming(usual, ownNs);
    if (out.usual == nullptr || usual->count() < out.usual->count()) out.usual = usual;
  }
  out.candidate.longestFirst = true;
  out.candidate.standing = Standing::Above;
  if (!isAlarming) out.candidate.severity = Severity::Medium;
  if (out.usual != nullptr && out.usual->count() < kManyValues) out.candidate.confidence = Confidence::Medium;
  return out;
}

std::string sentenceFor(const TraceFacts& facts, const SlowCalls& slow, const Finding& finding) {
  const NodeIndex worst = finding.evidence.front();
  const bool leaf = facts.tree.isLeaf(worst);
  const size_t calls = finding.evidence.size();
  std::string out = calls == 1 ? operationText(facts.tree, worst)
                               : countText(calls) + " calls of " + operationText(facts.tree, worst);
  out += leaf ? " took " + durationText(slow.ns) : " spent " + durationText(slow.ns) + " in own code or waiting";
  out += "; " + usualText(*slow.usual) + (calls == 1 ? "." : " each.");
  return out + " Back to normal, the request would be about " + aboutText(finding.savingNs) + " faster.";
}

void blamePeer(const TraceFacts& facts, Finding& finding) {
  const NodeIndex worst = finding.evidence.front();
  const otlp::SpanKind kind = facts.tree.kind(worst);
  const bool isCall = kind == otlp::SpanKind::Client || kind == otlp::SpanKind::Producer;
  if (!isCall || !facts.tree.isLeaf(worst)) return;
  std::string peer = peerName(facts.tree, worst);
  if (peer.empty()) return;
  finding.peerService = std::exchange(finding.service, std::move(peer));
}

}  // namespace

void detectSlowerThanUsual(const TraceFacts& facts, std::vector<Finding>& out) {
  if (facts.population == nullptr) return;
  for (const OperationGroup& group : groupPath(facts.tree, facts.path)) {
    SlowCalls slow = slowCalls(facts, group);
    if (slow.usual == nullptr) continue;
    auto finding = weigh(facts, std::move(slow.candidate));
    if (!finding) continue;
    finding->sentence = sentenceFor(facts, slow, *finding);
    finding->advice =
        "This step is usually faster, so something was different this time: other data, a lock or a full pool, a cold "
        "cache, a neighbour that took the machine. Compare its attributes with a usual request's, and look at what "
        "else ran then.";
    blamePeer(facts, *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
