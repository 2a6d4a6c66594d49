// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/number_of_calls.h"

#include <absl/container/flat_hash_map.h>

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

struct Lost {
  int64_t ns = 0;
  int64_t calls = 0;
  int64_t meanNs() const { return ns / std::max<int64_t>(1, calls); }
};

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

absl::flat_hash_set<uint32_t> starvedCallers(const TraceFacts& facts) {
  constexpr int64_t kSmallestNs = 5'000'000;  // networks without trouble lose less
  constexpr int64_t kComparable = 3;
  constexpr size_t kFewestCallees = 3;
  const TraceTree& tree = facts.tree;
  absl::flat_hash_map<uint64_t, Lost> pairs;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex call(i);
    if (tree.kind(call) != otlp::SpanKind::Client || facts.path.totalNs[i] == 0) continue;
    const auto server = exactServer(tree, call);
    if (!server || tree.service[server->value] == tree.service[i]) continue;
    const int64_t lostNs = tree.durationNs(call) - tree.durationNs(*server);
    const Baseline* usual = facts.usualBetween(call, *server, Measure::Edge);
    if (usual != nullptr && lostNs / kTimesUsual < usual->medianNs) continue;
    Lost& lost = pairs[uint64_t{tree.service[i].value} << 32 | tree.service[server->value].value];
    lost.ns = saturatingSum(lost.ns, std::max<int64_t>(0, lostNs));
    ++lost.calls;
  }
  absl::flat_hash_map<uint32_t, int64_t> most;
  for (const auto& [pair, lost] : pairs) {
    int64_t& of = most[static_cast<uint32_t>(pair >> 32)];
    of = std::max(of, lost.meanNs());
  }
  absl::flat_hash_map<uint32_t, size_t> callees;
  for (const auto& [pair, lost] : pairs) {
    const auto caller = static_cast<uint32_t>(pair >> 32);
    if (lost.meanNs() >= std::max(kSmallestNs, most[caller] / kComparable)) ++callees[caller];
  }
  absl::flat_hash_set<uint32_t> out;
  for (const auto& [caller, count] : callees) {
    if (count >= kFewestCallees) out.insert(caller);
  }
  return out;
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
