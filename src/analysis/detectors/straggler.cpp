// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/straggler.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/detectors/repeated_calls.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr size_t kFewest = 3;
constexpr int64_t kSmallestNs = 5'000'000;

// Parallel calls of one operation, of which one ended late.
struct FanOut {
  std::vector<NodeIndex> calls;  // the late one first
  int64_t lateNs = 0;            // after the one before it
  int64_t secondEndNs = 0;
  int64_t usualNs = 0;           // median duration
};

// What is done, wherever: shards differ in their hosts. Attributes say more than the name where many things are "GET".
uint64_t workKey(const TraceFacts& facts, NodeIndex node) {
  const uint64_t operation = facts.operations.operation[node.value].value;
  const SpanSemantics& semantics = facts.semantics.of(node);
  if (!semantics.isHttp() && !semantics.isDatabase()) return operation;
  std::string_view text = facts.semantics.callOf(node).what.text;
  if (!semantics.isDatabase()) text = text.substr(std::min(text.find('/'), text.size()));
  return mixHash(operation, stableHash(text));
}

// Whether any of the spans may end late enough after others that ran beside it: it lasted longer than that.
bool mayStraggle(const TraceFacts& facts, const std::vector<NodeIndex>& spans) {
  return std::any_of(spans.begin(), spans.end(), [&](NodeIndex node) {
    return facts.tree.durationNs(node) > kSmallestNs && facts.path.totalNs[node.value] > 0;
  });
}

// Children whose work at the same name is also the same, by start.
std::vector<std::vector<NodeIndex>> sameWork(const TraceFacts& facts, const std::vector<NodeIndex>& siblings) {
  const auto grouped = [](const std::vector<NodeIndex>& nodes, auto&& keyOf) {
    std::vector<std::vector<NodeIndex>> out;
    absl::flat_hash_map<uint64_t, size_t> index;
    for (const NodeIndex node : nodes) {
      const auto [entry, isNew] = index.try_emplace(keyOf(node), out.size());
      if (isNew) out.emplace_back();
      out[entry->second].push_back(node);
    }
    std::erase_if(out, [](const auto& group) { return group.size() < kFewest; });
    return out;
  };
  std::vector<std::vector<NodeIndex>> out;
  for (const auto& named : grouped(siblings, [&](NodeIndex n) { return facts.operations.operation[n.value].value; })) {
    // Who waits for none of them need not be read.
    if (pathTimeOf(facts, named) < kSmallestNs || !mayStraggle(facts, named)) continue;
    for (auto& group : grouped(named, [&](NodeIndex n) { return workKey(facts, n); })) out.push_back(std::move(group));
  }
  return out;
}

// The calls that were running when the last of them had yet to end, if they look like one fan-out with a straggler.
std::optional<FanOut> lateOne(const TraceFacts& facts, const std::vector<NodeIndex>& group) {
  const TraceTree& tree = facts.tree;
  const auto endOf = [&](NodeIndex node) { return tree.endNs[node.value]; };
  const NodeIndex last =
      *std::max_element(group.begin(), group.end(), [&](NodeIndex a, NodeIndex b) { return endOf(a) < endOf(b); });
  if (facts.path.totalNs[last.value] == 0) return std::nullopt;
  FanOut out;
  out.calls.push_back(last);
  std::vector<int64_t> durations;
  for (const NodeIndex node : group) {
    if (node == last || endOf(node) <= tree.startNs[last.value]) continue;
    out.calls.push_back(node);
    out.secondEndNs = std::max(out.secondEndNs, endOf(node));
    durations.push_back(tree.durationNs(node));
  }
  if (out.calls.size() < kFewest) return std::nullopt;
  std::nth_element(durations.begin(), durations.begin() + static_cast<ptrdiff_t>(durations.size() / 2), durations.end());
  out.usualNs = durations[durations.size() / 2];
  out.lateNs = endOf(last) - out.secondEndNs;
  if (out.lateNs < std::max(kSmallestNs, out.usualNs / 2)) return std::nullopt;
  // One that only began late is no straggler: it had to wait for something.
  if (tree.durationNs(last) - out.usualNs < out.lateNs / 2) return std::nullopt;
  return out;
}

std::string whereText(const TraceFacts& facts, NodeIndex call) {
  const SpanSemantics& semantics = facts.semantics.of(call);
  std::string_view host = semantics.serverAddress;
  if (const auto server = answeringServer(facts.tree, call)) {
    if (host.empty()) host = facts.semantics.of(*server).serverAddress;
  }
  return host.empty() ? std::string() : " at " + printable(host, 60);
}

void describe(const TraceFacts& facts, const FanOut& fanOut, Finding& finding) {
  const NodeIndex late = fanOut.calls.front();
  finding.peerService = calleeText(facts, late);
  finding.sentence = "One of " + countText(fanOut.calls.size()) + " parallel calls " + callText(facts, late) + " in " +
                     operationText(facts.tree, NodeIndex(facts.tree.parent[late.value])) + " answered " +
                     durationText(fanOut.lateNs) + " after all the others" + whereText(facts, late) + " (it took " +
                     durationText(facts.tree.durationNs(late)) + ", the others typically " +
                     durationText(fanOut.usualNs) + "); the request waited only for it.";
  finding.advice =
      "A fan-out is as slow as its slowest branch. See whether it is always the same shard, host or key (uneven data, a "
      "sick machine), or now this one, now that one (garbage collection, a full queue): then send a second request when "
      "the first is late (hedging), or go on without the last answer.";
}

}  // namespace

void detectStraggler(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  const int64_t smallestNs = std::max(kSmallestNs, smallestSavingNs(facts.rootDurationNs()));
  std::vector<FanOut> found;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (facts.isStoppedAt(i)) return;
    if (!hasChildren(tree, NodeIndex(i), kFewest)) continue;
    if (facts.path.totalNs[i] - facts.path.selfNs[i] < smallestNs) continue;
    for (const auto& group : sameWork(facts, soundChildren(tree, NodeIndex(i)))) {
      if (auto fanOut = lateOne(facts, group)) found.push_back(std::move(*fanOut));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.lateNs > b.lateNs; });
  if (found.size() > kMostCandidates) found.resize(kMostCandidates);
  for (const FanOut& fanOut : found) {
    const NodeIndex late = fanOut.calls.front();
    Candidate candidate;
    candidate.evidence = fanOut.calls;
    candidate.limitNs = std::min(fanOut.lateNs, facts.path.totalNs[late.value]);
    candidate.rewrite.capEnd(tree, late, fanOut.secondEndNs);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    describe(facts, fanOut, *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
