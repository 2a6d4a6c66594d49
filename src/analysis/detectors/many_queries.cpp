// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/many_queries.h"

#include "analysis/detectors/number_of_calls.h"
#include "analysis/detectors/repeated_calls.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr size_t kFewestUnseen = 15;
constexpr int64_t kSmallestSumNs = 10'000'000;
constexpr double kUnlike = 0.5;  // variation of durations of which different things are asked

// How sure it is that the queries ask for different things, and how severe that may be at most; none when they ask for
// the same.
struct Certainty {
  Confidence confidence = Confidence::High;
  Severity severity = Severity::Critical;
};

std::optional<Certainty> differentThings(const TraceFacts& facts, const CallGroup& group) {
  const Parameters parameters = parametersOf(facts, group.calls);
  if (parameters.areDistinct()) return Certainty{};
  if (parameters.known) return std::nullopt;
  const bool isLikely = !group.semantics->ormScope.empty() || group.size() >= kFewestUnseen ||
                        variation(facts.tree, group.calls) > kUnlike;
  return isLikely ? Certainty{Confidence::Medium, Severity::Critical} : Certainty{Confidence::Low, Severity::Low};
}

bool isRepeatedQuery(const TraceFacts& facts, const CallGroup& group) {
  if (!group.semantics->isDatabase() || group.semantics->batchSize > 1 || !asksForData(group)) return false;
  return !mostlyFailed(facts.tree, group.calls) && oneAfterAnother(facts.tree, group.calls);
}

std::string_view adviceFor(const CallGroup& group, bool pages) {
  if (pages) {
    return "This looks like reading page after page. Larger pages, or one query that streams its rows, need fewer round "
           "trips; seeking by key instead of OFFSET keeps later pages from getting slower.";
  }
  const std::string_view text = group.what->what.text;
  if (text.starts_with("INSERT") || text.starts_with("insert") || text.starts_with("UPDATE") ||
      text.starts_with("update") || text.starts_with("DELETE") || text.starts_with("delete")) {
    return "The code writes row by row, and each row pays a round trip to the database. Send them together: one statement "
           "with many rows, or the driver's batch mode.";
  }
  return "This is the N+1 pattern: the code loads a list and then asks again for each of its items, and every query pays "
         "a round trip. Ask for all of them at once (WHERE id IN (…), a join, a pipeline, or the ORM's eager or batch "
         "loading), or keep the answers in a cache for the request.";
}

Candidate candidateOf(const TraceFacts& facts, const CallGroup& group, const Certainty& certainty, const CallTime& time) {
  Candidate out;
  out.evidence = group.calls;
  out.confidence = readsPages(*group.what) ? Confidence::Low : certainty.confidence;
  out.severity = group.sumNs < kSmallestSumNs ? Severity::Low : certainty.severity;
  out.limitNs = pathTimeAround(facts, group) - time.slownessNs;
  collapse(facts.tree, group.calls, out.rewrite);
  return out;
}

std::string sentenceFor(const TraceFacts& facts, const CallGroup& group, const Finding& finding, const CallTime& time) {
  std::string out = countText(group.size()) + " queries " + callText(facts, group.calls.front()) +
                    " ran one after another in " + placeText(facts, group) + ", " + durationText(group.sumNs) + " in all";
  const bool isSmall = finding.savingNs < smallestSavingNs(facts.rootDurationNs());
  if (finding.savingNs > group.sumNs) {
    out += " and the pauses between them";
  } else if (isSmall || group.sumNs < kSmallestSumNs) {
    out += pauseText(facts.tree, group.calls) + ", and more with every row";
  }
  if (time.slownessNs > 0) out += slownessText(time, group.sumNs);
  if (finding.savingNs == 0) return out + "; this request did not wait for them.";
  return out + "; one query for all of them would save about " + aboutText(finding.savingNs) + ".";
}

}  // namespace

void detectManyQueries(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const CallGroup& group : loopsOf(facts)) {
    if (!isRepeatedQuery(facts, group)) continue;
    const auto certainty = differentThings(facts, group);
    if (!certainty) continue;
    const CallTime time = partTime(facts, group.calls);
    Finding finding = tellAnyway(facts, candidateOf(facts, group, *certainty, time));
    finding.peerService = calleeText(facts, group.calls.front());
    finding.sentence = sentenceFor(facts, group, finding, time);
    finding.advice = adviceFor(group, readsPages(*group.what));
    out.push_back(std::move(finding));
  }
}

}  // namespace waybill::analysis
