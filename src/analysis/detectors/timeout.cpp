// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/timeout.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/retry_text.h"
#include "analysis/timeouts.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

// The timeouts of one operation that one limit explains.
struct TimeoutGroup {
  std::vector<TimedOut> calls;
  const Baseline* usual = nullptr;  // of the first
};

std::vector<TimeoutGroup> byOperationAndLimit(const TraceFacts& facts) {
  std::vector<TimeoutGroup> out;
  absl::flat_hash_map<uint64_t, size_t> known;
  for (const TimedOut& call : findTimeouts(facts)) {
    const uint64_t key = mixHash(facts.operations.operation[call.node.value].value,
                                 call.isRound ? static_cast<uint64_t>(call.limitNs) : 0);
    const auto [entry, isNew] = known.try_emplace(key, out.size());
    if (isNew) out.emplace_back();
    out[entry->second].calls.push_back(call);
  }
  return out;
}

Candidate atUsualDuration(const TraceFacts& facts, TimeoutGroup& group) {
  Candidate out;
  for (const TimedOut& call : group.calls) {
    const int64_t duration = facts.tree.durationNs(call.node);
    const Baseline* usual = facts.usual(call.node, Measure::Duration);
    // When most of these calls run into the limit, the limit is what is usual, and says nothing of a call that works.
    if (usual != nullptr && usual->medianNs > duration - duration / 10) usual = nullptr;
    if (out.evidence.empty()) group.usual = usual;
    out.savingIsUpperBound = out.savingIsUpperBound || usual == nullptr;
    out.rewrite.setDuration(call.node, usual == nullptr ? 0 : usual->medianNs);
    out.confidence = std::min(out.confidence, call.confidence);
    out.evidence.push_back(call.node);
  }
  return out;
}

void describe(const TraceFacts& facts, const TimeoutGroup& group, Finding& finding) {
  const TimedOut& first = group.calls.front();
  const std::string callee = calledText(facts, first.node);
  const std::string stopped = durationText(facts.tree.durationNs(first.node));
  std::string limit = "a time limit";
  if (first.isRound) limit = "a " + durationText(first.limitNs) + " timeout";
  finding.sentence = serviceText(facts.tree, first.node) + " gave up on " + callee +
                     (group.calls.size() == 1 ? " after " + stopped
                                              : " " + countText(group.calls.size()) + " times, first after " + stopped) +
                     ": " + limit;
  finding.sentence += group.usual == nullptr ? "." : "; such a call takes " + usualText(*group.usual) + ".";
  finding.advice =
      "The answer did not come in time, so all of the wait was for nothing. Find out what kept the other side: is it "
      "overloaded, unreachable, or stuck behind a lock? If it normally answers quickly, a limit closer to that fails "
      "sooner, and a fallback can answer instead.";
}

}  // namespace

void detectTimeout(const TraceFacts& facts, std::vector<Finding>& out) {
  for (TimeoutGroup& group : byOperationAndLimit(facts)) {
    auto finding = weigh(facts, atUsualDuration(facts, group));
    if (!finding) continue;
    describe(facts, group, *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
