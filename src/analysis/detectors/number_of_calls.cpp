// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/number_of_calls.h"

#include <algorithm>

#include "analysis/detectors/repeated_calls.h"
#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

// As far above what is usual the median of five calls hardly ever lies by chance.
constexpr int64_t kTimesUsual = 2;
// The mean of exponential durations is 3.5 times their quartile: beyond that, few calls take nearly all of the time.
constexpr int64_t kTimesQuartile = 4;

int64_t beyond(const TraceFacts& facts, NodeIndex call, int64_t usualNs) {
  return std::max<int64_t>(0, facts.path.totalNs[call.value] - usualNs);
}

CallTime againstUsual(const TraceFacts& facts, const std::vector<NodeIndex>& calls, const Baseline& usual) {
  CallTime out;
  const bool areSlow = medianOf(durationsOf(facts.tree, calls)) / kTimesUsual >= usual.medianNs;
  for (const NodeIndex call : calls) {
    if (!areSlow && !usual.isOutlier(facts.tree.durationNs(call))) continue;
    out.slownessNs = saturatingSum(out.slownessNs, beyond(facts, call, usual.medianNs));
  }
  if (out.slownessNs > 0) out.usualNs = usual.medianNs;
  return out;
}

}  // namespace

CallTime partTime(const TraceFacts& facts, const std::vector<NodeIndex>& calls) {
  if (const Baseline* usual = facts.usual(calls.front(), Measure::Duration)) return againstUsual(facts, calls, *usual);
  std::vector<int64_t> durations = durationsOf(facts.tree, calls);
  const auto quartile = durations.begin() + static_cast<ptrdiff_t>(durations.size() / 4);
  std::nth_element(durations.begin(), quartile, durations.end());
  const int64_t fast = *quartile;
  int64_t sum = 0;
  for (const int64_t ns : durations) sum = saturatingSum(sum, ns);
  CallTime out;
  if (sum / static_cast<int64_t>(durations.size()) / kTimesQuartile < fast || fast == 0) return out;
  out.usualNs = fast;
  for (const NodeIndex call : calls) out.slownessNs = saturatingSum(out.slownessNs, beyond(facts, call, fast));
  return out;
}

std::string slownessText(const CallTime& time, int64_t sumNs) {
  return std::string(time.slownessNs > sumNs - time.slownessNs ? ", most" : ", some") +
         " of it because calls are slow (usually about " + aboutText(time.usualNs) + "), not because of their number";
}

std::optional<NodeIndex> exactServer(const TraceTree& tree, NodeIndex call) {
  constexpr uint16_t kGuessed = NodeBits::kAdopted | NodeBits::kUnfinished | NodeBits::kDetached;
  const auto server = answeringServer(tree, call);
  if (!server || tree.has(*server, kGuessed) || tree.kind(*server) == otlp::SpanKind::Consumer) return std::nullopt;
  return server;
}

int64_t timeInCallees(const TraceFacts& facts, const std::vector<NodeIndex>& calls) {
  int64_t ns = 0;
  for (const NodeIndex call : calls) {
    const auto server = exactServer(facts.tree, call);
    const int64_t inside = server ? facts.path.totalNs[server->value] : facts.path.totalNs[call.value];
    ns = saturatingSum(ns, inside);
  }
  return ns;
}

}  // namespace waybill::analysis
