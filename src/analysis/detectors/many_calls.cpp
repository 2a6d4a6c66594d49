// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/many_calls.h"

#include <algorithm>

#include "analysis/detectors/number_of_calls.h"
#include "analysis/detectors/repeated_calls.h"
#include "analysis/detectors/starved_caller.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kSmallestSumNs = 10'000'000;
constexpr uint32_t kLanes = 8;

bool isRepeatedCall(const TraceFacts& facts, const CallGroup& group) {
  if (group.semantics->isDatabase() || group.semantics->isMessaging() || mostlyFailed(facts.tree, group.calls)) return false;
  return oneAfterAnother(facts.tree, group.calls);
}

// How sure it is that the calls ask for different things and that none needs another's answer; none when they seem to
// ask for the same. RPC spans do not tell what they ask for.
std::optional<Confidence> independent(const TraceFacts& facts, const CallGroup& group) {
  const Parameters parameters = parametersOf(facts, group.calls);
  if (parameters.known && !parameters.areDistinct()) return std::nullopt;
  // Who waits for something asks for the same thing each time.
  if (!parameters.areDistinct() && looksLikePolling(facts, group.calls)) return std::nullopt;
  if (isNamedPolling(facts, group.calls.front())) return std::nullopt;
  if (readsPages(*group.what)) return Confidence::Low;
  if (parameters.areDistinct() || facts.overlapElsewhere(group.calls[0], group.calls[1])) return Confidence::High;
  return Confidence::Medium;
}

// The code between the calls is still to be run, and the lanes are as long as the longest call, or their even share.
// That calls are slow, or that a starved caller sends and reads slowly, is no matter of their number.
int64_t mostSavedNs(const TraceFacts& facts, const CallGroup& group, const std::vector<NodeIndex>& branches,
                    const CallTime& time, bool isStarved) {
  int64_t longest = 0;
  for (const NodeIndex branch : branches) longest = std::max(longest, facts.path.totalNs[branch.value]);
  const int64_t all = pathTimeOf(facts, branches) - time.slownessNs;
  const int64_t most = all - std::max(std::min(longest, time.usualNs), all / kLanes);
  return isStarved ? std::min(most, timeInCallees(facts, group.calls)) : most;
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

std::string sentenceFor(const TraceFacts& facts, const CallGroup& group, const Finding& finding, const CallTime& time) {
  const NodeIndex first = group.calls.front();
  std::string out = placeText(facts, group) + " calls " + (finding.peerService.empty() ? "" : finding.peerService + " ") +
                    callText(facts, first) + " " + countText(group.size()) + " times one after another, " +
                    durationText(group.sumNs) + " in all";
  if (finding.savingNs < smallestSavingNs(facts.rootDurationNs()) || group.sumNs < kSmallestSumNs) {
    out += pauseText(facts.tree, group.calls) + ", and more with every item";
  }
  if (time.slownessNs > 0) out += slownessText(time, group.sumNs);
  if (finding.savingNs == 0) return out + "; this request would not end sooner without them.";
  return out + "; " + (group.size() <= kLanes ? "at the same time" : "eight at a time") + " would save about " +
         aboutText(finding.savingNs) + ".";
}

}  // namespace

void detectManyCalls(const TraceFacts& facts, std::vector<Finding>& out) {
  std::optional<std::vector<StarvedCaller>> starved;
  for (const CallGroup& group : loopsOf(facts)) {
    if (!isRepeatedCall(facts, group)) continue;
    const auto confidence = independent(facts, group);
    if (!confidence) continue;
    if (!starved) starved = starvedCallers(facts);
    const bool callerIsStarved = isStarved(*starved, facts.tree.service[group.calls.front().value]);
    const CallTime time = partTime(facts, group.calls);
    const std::vector<NodeIndex>& branches = group.branches.empty() ? group.calls : group.branches;
    Candidate candidate;
    candidate.evidence = group.calls;
    candidate.confidence = *confidence;
    if (group.sumNs < kSmallestSumNs) candidate.severity = Severity::Low;
    candidate.limitNs = mostSavedNs(facts, group, branches, time, callerIsStarved);
    candidate.rewrite.runInLanes(branches, kLanes);
    Finding finding = tellAnyway(facts, std::move(candidate));
    finding.peerService = calleeText(facts, group.calls.front());
    finding.sentence = sentenceFor(facts, group, finding, time);
    finding.advice = adviceFor(readsPages(*group.what));
    out.push_back(std::move(finding));
  }
}

}  // namespace waybill::analysis
