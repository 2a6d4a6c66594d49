// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/retry_text.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "base/utf8.h"

namespace waybill::analysis {
namespace {

// "bank" of "http://user@bank:80/pay"; empty for a mere path.
std::string_view hostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const size_t user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  return url.substr(0, url.find_last_of(':'));
}

}  // namespace

size_t RetriedOperation::tries() const {
  size_t sum = 0;
  for (const Attempts& attempts : calls) sum += attempts.tries.size();
  return sum;
}

const std::vector<Attempts>& attemptsOf(const TraceFacts& facts) {
  auto& found = facts.once->attempts;
  if (found == nullptr) {
    found = std::make_shared<const std::vector<Attempts>>(
        findAttempts(facts.tree, facts.operations, facts.semantics, &facts.path));
  }
  return *found;
}

std::vector<RetriedOperation> retriedOperations(const TraceFacts& facts) {
  std::vector<RetriedOperation> out;
  absl::flat_hash_map<uint64_t, size_t> known;
  for (const Attempts& attempts : attemptsOf(facts)) {
    const NodeIndex first = attempts.tries.front();
    const uint64_t key =
        mixHash(facts.operations.operation[first.value].value, facts.semantics.callOf(first).key);
    const auto [entry, isNew] = known.try_emplace(key, out.size());
    if (isNew) out.emplace_back();
    out[entry->second].calls.push_back(attempts);
  }
  return out;
}

Candidate withoutRetries(const RetriedOperation& retried) {
  // So many alike in a row, none of which went well, may as well be a loop over different things.
  constexpr size_t kManyTries = 5;
  Candidate out;
  for (const Attempts& attempts : retried.calls) {
    out.rewrite.keepOnly(attempts.tries, attempts.tries.back());
    out.evidence.insert(out.evidence.end(), attempts.tries.begin(), attempts.tries.end());
    if (attempts.sure) continue;
    const bool likely = attempts.succeeded || attempts.tries.size() <= kManyTries;
    out.confidence = std::min(out.confidence, likely ? Confidence::Medium : Confidence::Low);
  }
  return out;
}

std::string calledText(const TraceFacts& facts, NodeIndex call) {
  const TraceTree& tree = facts.tree;
  const NodeIndex child(call.value + 1);
  if (!tree.isLeaf(call) && tree.service[child.value] != tree.service[call.value]) {
    return serviceText(tree, child) + " (" + nameText(tree, call) + ")";
  }
  const SpanSemantics& says = facts.semantics.of(call);
  const std::string peer = printable(says.peer().empty() ? hostOf(says.url) : says.peer(), 60);
  return peer.empty() ? nameText(tree, call) : peer + " (" + nameText(tree, call) + ")";
}

bool RetryShare::isStorm() const {
  constexpr uint64_t kSharePercent = 5;
  constexpr uint64_t kFewest = 2;  // one request is no storm
  return retried >= kFewest && retried * 100 >= traces * kSharePercent;
}

RetryShare usualRetries(const TraceFacts& facts, NodeIndex call) {
  if (facts.population == nullptr) return {};
  const BaselineKeys keys = baselineKeys(facts.tree, facts.operations, call, facts.semantics);
  const Baseline* calls = facts.population->usual->baselines.find(keys.wide, Measure::CallsPerTrace);
  if (calls == nullptr) return {};
  const uint64_t retried = facts.population->usual->retries.tracesWithRetries(facts.operations.operation[call.value]);
  return {std::min(retried, calls->count()), calls->count()};
}

}  // namespace waybill::analysis
