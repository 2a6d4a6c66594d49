// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/many_queries.h"

#include "analysis/detectors/repeated_calls.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr size_t kFewestUnseen = 15;
constexpr int64_t kSmallestSumNs = 10'000'000;
constexpr double kUnlike = 0.5;  // variation of durations of which different things are asked
constexpr size_t kDistinctPercent = 80;

// How sure it is that the queries ask for different things; none when they seem not to.
std::optional<Confidence> differentThings(const TraceFacts& facts, const CallGroup& group) {
  const Parameters parameters = parametersOf(facts, group.calls);
  if (parameters.known) {
    if (parameters.distinct * 100 < parameters.read * kDistinctPercent) return std::nullopt;
    return Confidence::High;
  }
  if (!group.semantics->ormScope.empty() || group.size() >= kFewestUnseen) return Confidence::Medium;
  if (variation(facts.tree, group.calls) > kUnlike) return Confidence::Medium;
  return std::nullopt;
}

bool isRepeatedQuery(const TraceFacts& facts, const CallGroup& group) {
  if (!group.semantics->isDatabase() || group.semantics->batchSize > 1 || group.sumNs < kSmallestSumNs) return false;
  // "SELECT ?" says nothing: whatever ran may have had that text.
  if (group.what->what.text == "SELECT ?" || mostlyFailed(facts.tree, group.calls)) return false;
  return oneAfterAnother(facts.tree, group.calls);
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

}  // namespace

void detectManyQueries(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const CallGroup& group : loopsOf(facts)) {
    if (!isRepeatedQuery(facts, group)) continue;
    const auto confidence = differentThings(facts, group);
    if (!confidence) continue;
    const bool pages = readsPages(*group.what);
    Candidate candidate;
    candidate.evidence = group.calls;
    candidate.confidence = pages ? Confidence::Low : *confidence;
    candidate.limitNs = pathTimeAround(facts, group);
    collapse(facts.tree, group.calls, candidate.rewrite);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    finding->peerService = calleeText(facts, group.calls.front());
    finding->sentence = countText(group.size()) + " queries " + callText(facts, group.calls.front()) +
                        " ran one after another in " + operationText(facts.tree, group.parent) + ", " +
                        durationText(group.sumNs) + " in all" +
                        (finding->savingNs > group.sumNs ? " and the pauses between them" : "") + "; one query for all of them would save about " +
                        aboutText(finding->savingNs) + ".";
    finding->advice = adviceFor(group, pages);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
