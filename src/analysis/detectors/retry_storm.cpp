// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/retry_storm.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/retry_text.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

// How often each retried operation was called in all.
absl::flat_hash_map<OperationKey, size_t> callsOf(const TraceFacts& facts, const std::vector<RetriedOperation>& all) {
  absl::flat_hash_map<OperationKey, size_t> out;
  for (const RetriedOperation& retried : all) {
    out.try_emplace(facts.operations.operation[retried.calls.front().tries.front().value], 0);
  }
  for (const OperationKey operation : facts.operations.operation) {
    const auto found = out.find(operation);
    if (found != out.end()) ++found->second;
  }
  return out;
}

const Baseline* usualCalls(const TraceFacts& facts, NodeIndex call) {
  if (facts.population == nullptr) return nullptr;
  const BaselineKeys keys = baselineKeys(facts.tree, facts.operations, call, facts.semantics);
  return facts.population->usual->baselines.find(keys.wide, Measure::CallsPerTrace);
}

// Of each node, the operation that was tried again of which it is a try, or below the nearest one: position + 1 in
// `all`, 0 for none.
std::vector<uint32_t> retriedAbove(const TraceFacts& facts, const std::vector<RetriedOperation>& all) {
  std::vector<uint32_t> out(facts.tree.size());
  for (size_t i = 0; i < all.size(); ++i) {
    for (const Attempts& attempts : all[i].calls) {
      for (const NodeIndex node : attempts.tries) out[node.value] = static_cast<uint32_t>(i + 1);
    }
  }
  for (uint32_t i = 0; i < facts.tree.size(); ++i) {
    const uint32_t parent = facts.tree.parent[i];
    if (parent != TraceTree::kNone && out[i] == 0) out[i] = out[parent];
  }
  return out;
}

// The retried operation within whose tries this one is tried again; the first one found, from the inside out.
const RetriedOperation* retriedAround(const TraceFacts& facts, const std::vector<RetriedOperation>& all,
                                      const std::vector<uint32_t>& above, const RetriedOperation& retried) {
  for (const Attempts& attempts : retried.calls) {
    const uint32_t parent = facts.tree.parent[attempts.tries.front().value];
    if (parent != TraceTree::kNone && above[parent] != 0 && &all[above[parent] - 1] != &retried) {
      return &all[above[parent] - 1];
    }
  }
  return nullptr;
}

// Without the tries of the operation, nor of those it is called by.
RetriedOperation withOuter(const RetriedOperation& inner, const RetriedOperation* outer) {
  RetriedOperation out = inner;
  if (outer != nullptr) out.calls.insert(out.calls.end(), outer->calls.begin(), outer->calls.end());
  return out;
}

std::string sentenceFor(const TraceFacts& facts, const RetriedOperation& retried, size_t calls, const Baseline* usual,
                        bool isNested) {
  const NodeIndex first = retried.calls.front().tries.front();
  std::string out = "This request called " + calledText(facts, first) + " " + countText(calls) + " times";
  if (usual != nullptr) out += " (usual " + countText(static_cast<uint64_t>(usual->medianNs)) + ")";
  out += isNested ? ", because calls that are retried retry their own calls" : ", because failed calls are tried again";
  const RetryShare share = usualRetries(facts, first);
  if (!share.isStorm()) return out + ".";
  return out + "; " + percentText(static_cast<int64_t>(share.retried), static_cast<int64_t>(share.traces)) + " of the " +
         countText(share.traces) + " requests that make this call retry it.";
}

}  // namespace

void detectRetryStorm(const TraceFacts& facts, std::vector<Finding>& out) {
  const std::vector<RetriedOperation> all = retriedOperations(facts);
  if (all.empty()) return;
  const std::vector<uint32_t> above = retriedAbove(facts, all);
  const auto counts = callsOf(facts, all);
  for (const RetriedOperation& retried : all) {
    const NodeIndex first = retried.calls.front().tries.front();
    const size_t calls = counts.at(facts.operations.operation[first.value]);
    const Baseline* usual = usualCalls(facts, first);
    const RetriedOperation* outer = retriedAround(facts, all, above, retried);
    const bool isNested = outer != nullptr && usual == nullptr;
    if (!usualRetries(facts, first).isStorm() && !isNested) continue;
    Candidate candidate = withoutRetries(withOuter(retried, outer));
    if (usual == nullptr) candidate.confidence = std::min(candidate.confidence, Confidence::Medium);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    finding->sentence = sentenceFor(facts, retried, calls, usual, outer != nullptr);
    finding->advice =
        "Retries multiply the load on a service that already fails, and each layer that retries multiplies them again. "
        "Retry in one layer only, limit retries to a small share of all calls (a retry budget), back off with random "
        "pauses, and stop calling for a while when most calls fail (a circuit breaker).";
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
