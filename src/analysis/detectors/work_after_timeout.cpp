// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/work_after_timeout.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/error_text.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSmallestNs = 10 * kMs;
// Clocks of two hosts may differ by so much without anybody noticing.
constexpr int64_t kClocksMayDifferNs = 100 * kMs;

struct Abandoned {
  NodeIndex caller, callee;
  int64_t wastedNs = 0;
  Confidence confidence = Confidence::High;
};

std::optional<Abandoned> abandonedBy(const TraceFacts& facts, NodeIndex callee) {
  const TraceTree& tree = facts.tree;
  const uint32_t parent = tree.parent[callee.value];
  if (parent == TraceTree::kNone || tree.kind(callee) != SpanKind::Server) return std::nullopt;
  const NodeIndex caller(parent);
  if (tree.kind(caller) != SpanKind::Client || !tree.has(caller, NodeBits::kError)) return std::nullopt;
  const int64_t outlivesNs = tree.endNs[callee.value] - tree.endNs[caller.value];
  if (outlivesNs < kSmallestNs || tree.has(callee, NodeBits::kUnfinished)) return std::nullopt;
  Abandoned out{caller, callee, outlivesNs, Confidence::High};
  // One that lasted longer than the whole call outlived it by that much at least, whatever the clocks say.
  const int64_t surelyNs = tree.durationNs(callee) - tree.durationNs(caller);
  if (surelyNs >= kSmallestNs) {
    if (tree.has(callee, NodeBits::kStartsEarly)) out.wastedNs = surelyNs;
    return out;
  }
  // Else it began late, or its clock is fast.
  if (outlivesNs < kClocksMayDifferNs || !errorOf(tree, caller, facts.semantics).saysTimeout()) return std::nullopt;
  out.wastedNs = std::min(outlivesNs, tree.durationNs(callee));
  out.confidence = Confidence::Medium;
  return out;
}

struct AbandonedGroup {
  std::vector<NodeIndex> evidence;  // callee, caller, …
  int64_t longestNs = 0, sumNs = 0;
  size_t calls = 0;
  Confidence confidence = Confidence::High;
};

void describe(const TraceFacts& facts, const AbandonedGroup& group, Finding& finding) {
  const NodeIndex callee = group.evidence[0], caller = group.evidence[1];
  finding.peerService = std::string(facts.tree.serviceName(caller));
  finding.sentence = serviceText(facts.tree, callee) + " kept working on " + nameText(facts.tree, callee) + " for " +
                     durationText(group.longestNs) + " after " + serviceText(facts.tree, caller) + " gave up after " +
                     durationText(facts.tree.durationNs(caller));
  finding.sentence += group.calls == 1 ? "; nobody used the result."
                                       : "; with " + countText(group.calls - 1) + " more such " +
                                             (group.calls == 2 ? "call" : "calls") + " this is " +
                                             durationText(group.sumNs) + " of work nobody used.";
  finding.advice =
      "This does not slow this request down, but the work takes threads, connections and locks from others, most of "
      "all when the service is overloaded already. Hand the deadline on with the call, and stop work when the caller "
      "is gone; make the inner limits shorter than the outer ones.";
}

}  // namespace

void detectWorkAfterTimeout(const TraceFacts& facts, std::vector<Finding>& out) {
  std::vector<AbandonedGroup> groups;
  absl::flat_hash_map<OperationKey, size_t> known;
  for (uint32_t i = 0; i < facts.tree.size(); ++i) {
    const auto abandoned = abandonedBy(facts, NodeIndex(i));
    if (!abandoned) continue;
    const auto [entry, isNew] = known.try_emplace(facts.operations.operation[i], groups.size());
    if (isNew) groups.emplace_back();
    AbandonedGroup& group = groups[entry->second];
    ++group.calls;
    group.evidence.push_back(abandoned->callee);
    group.evidence.push_back(abandoned->caller);
    group.longestNs = std::max(group.longestNs, abandoned->wastedNs);
    group.sumNs = saturatingSum(group.sumNs, abandoned->wastedNs);
    group.confidence = std::min(group.confidence, abandoned->confidence);
  }
  for (const AbandonedGroup& group : groups) {
    const Severity severity = std::min(severityOf(group.sumNs, facts.rootDurationNs()), Severity::Medium);
    Finding finding = remark(facts, group.evidence, severity, group.confidence);
    describe(facts, group, finding);
    out.push_back(std::move(finding));
  }
}

}  // namespace waybill::analysis
