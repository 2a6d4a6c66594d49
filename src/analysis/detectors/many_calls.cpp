// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/many_calls.h"

#include <algorithm>

#include "analysis/detectors/repeated_calls.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kSmallestSumNs = 10'000'000;
constexpr size_t kDistinctPercent = 80;
constexpr uint32_t kLanes = 8;

bool isRepeatedCall(const TraceFacts& facts, const CallGroup& group) {
  if (group.semantics->isDatabase() || group.semantics->isMessaging() || group.sumNs < kSmallestSumNs) return false;
  if (mostlyFailed(facts.tree, group.calls) || looksLikePolling(facts, group.calls)) return false;
  return oneAfterAnother(facts.tree, group.calls);
}

// How sure it is that the calls ask for different things and that none needs another's answer; none when they seem to
// ask for the same. RPC spans do not tell what they ask for.
std::optional<Confidence> independent(const TraceFacts& facts, const CallGroup& group) {
  const Parameters parameters = parametersOf(facts, group.calls);
  if (parameters.known && parameters.distinct * 100 < parameters.read * kDistinctPercent) return std::nullopt;
  if (readsPages(*group.what)) return Confidence::Low;
  if (parameters.known || facts.overlapElsewhere(group.calls[0], group.calls[1])) return Confidence::High;
  return Confidence::Medium;
}

// The code between the calls is still to be run, and the lanes are as long as the longest call, or their even share.
int64_t mostSavedNs(const TraceFacts& facts, const std::vector<NodeIndex>& branches) {
  int64_t longest = 0;
  for (const NodeIndex branch : branches) longest = std::max(longest, facts.path.totalNs[branch.value]);
  const int64_t all = pathTimeOf(facts, branches);
  return all - std::max(longest, all / kLanes);
}

std::string_view adviceFor(bool pages) {
  if (pages) {
    return "This looks like reading page after page. Ask for larger pages; if pages have numbers rather than cursors, "
           "several can be fetched at the same time.";
  }
  return "Each call waits for the one before, though all ask for things of one kind (N+1). If none needs another's "
         "answer, send them at the same time - a few at once, so that the other side is not flooded - or ask for all "
         "of them in one batch call.";
}

}  // namespace

void detectManyCalls(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const CallGroup& group : loopsOf(facts)) {
    if (!isRepeatedCall(facts, group)) continue;
    const auto confidence = independent(facts, group);
    if (!confidence) continue;
    const std::vector<NodeIndex>& branches = group.branches.empty() ? group.calls : group.branches;
    Candidate candidate;
    candidate.evidence = group.calls;
    candidate.confidence = *confidence;
    candidate.limitNs = mostSavedNs(facts, branches);
    candidate.rewrite.runInLanes(branches, kLanes);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex first = group.calls.front();
    const std::string callee = calleeText(facts, first);
    finding->peerService = callee;
    finding->sentence = operationText(facts.tree, group.parent) + " calls " + (callee.empty() ? "" : callee + " ") +
                        callText(facts, first) + " " + countText(group.size()) + " times one after another, " +
                        durationText(group.sumNs) + " in all; " +
                        (group.size() <= kLanes ? "at the same time" : "eight at a time") + " would save about " +
                        aboutText(finding->savingNs) + ".";
    finding->advice = adviceFor(readsPages(*group.what));
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
