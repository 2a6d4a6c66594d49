// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/cold_start.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/saturating.h"
#include "analysis/waited_for.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr std::string_view kAdvice =
    "The first requests of a new instance pay for starting up: loading code, filling caches, opening connections, "
    "compiling. Keep instances warm or provision some ahead, start up lighter, and send a new instance real traffic "
    "only when it has been warmed up.";

// Functions of one service that say they started cold: one start, however many spans tell of it.
struct ColdService {
  std::vector<NodeIndex> nodes;
  Rewrite rewrite;
  int64_t ns = 0, usualNs = 0;
  bool isUsualKnown = true;
};

void add(const TraceFacts& facts, NodeIndex node, ColdService& cold) {
  const Baseline* usual = facts.usual(node, Measure::Self);
  const int64_t selfNs = facts.selfNs[node.value];
  if (usual != nullptr && !usual->isOutlier(selfNs)) return;  // it cost nothing
  cold.nodes.push_back(node);
  cold.ns = saturatingSum(cold.ns, selfNs);
  cold.isUsualKnown = cold.isUsualKnown && usual != nullptr;
  const int64_t usualNs = usual == nullptr ? 0 : usual->medianNs;
  cold.usualNs = saturatingSum(cold.usualNs, usualNs);
  const NodeIndex waited = waitedFor(facts.tree, node);
  if (waited == node) {
    cold.rewrite.setOwn(node, usualNs);
  } else {
    cold.rewrite.setDuration(waited, facts.tree.durationNs(waited) - (selfNs - usualNs));
  }
}

std::vector<ColdService> coldServices(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  std::vector<ColdService> out;
  absl::flat_hash_map<StringId, size_t> known;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (facts.isStoppedAt(i)) return {};
    const NodeIndex node(i);
    const SpanKind kind = tree.kind(node);
    // Functions are entered from outside.
    const bool isEntry = kind == SpanKind::Server || kind == SpanKind::Consumer || tree.parent[i] == TraceTree::kNone;
    if (!isEntry) continue;
    const NodeIndex waited = waitedFor(tree, node);
    if (facts.path.totalNs[waited.value] < smallestSavingNs(facts.rootDurationNs())) continue;
    if (!facts.semantics.startedCold(node)) continue;
    const auto [entry, isNew] = known.try_emplace(tree.service[i], out.size());
    if (isNew) out.emplace_back();
    add(facts, node, out[entry->second]);
  }
  return out;
}

void detectColdFunctions(const TraceFacts& facts, std::vector<Finding>& out) {
  for (ColdService& cold : coldServices(facts)) {
    if (cold.nodes.empty()) continue;
    Candidate candidate;
    candidate.evidence = cold.nodes;
    candidate.rewrite = cold.rewrite;
    candidate.savingIsUpperBound = !cold.isUsualKnown;
    // Where nothing is known, nothing tells the start from the function's own work.
    if (!cold.isUsualKnown) candidate.confidence = Confidence::Medium;
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex first = cold.nodes.front();
    finding->sentence = serviceText(facts.tree, first) + " (" + nameText(facts.tree, first) + ") started cold and spent " +
                        durationText(cold.ns) + " of its own time" + inCalls(cold.nodes.size()) +
                        (cold.isUsualKnown ? ", where " + aboutText(cold.usualNs) + " is usual." : ", start included.");
    finding->advice = kAdvice;
    out.push_back(std::move(*finding));
  }
}

struct SlowInstance {
  std::vector<NodeIndex> nodes;  // slower than usual
  std::vector<OperationKey> operations;
  int64_t ns = 0, usualNs = 0;
};

// The spans of instances that had just started which are slower than usual by themselves.
std::vector<SlowInstance> slowNewInstances(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  InstanceMemo memo;
  absl::flat_hash_map<uint64_t, int64_t> firstStart;  // in this trace
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const auto instance = memo.of(*tree.snapshot, tree.row[i]);
    if (!instance || tree.isMissing(NodeIndex(i))) continue;
    const auto [entry, isNew] = firstStart.try_emplace(*instance, tree.startNs[i]);
    if (!isNew) entry->second = std::min(entry->second, tree.startNs[i]);
  }
  absl::erase_if(firstStart, [&](const auto& entry) {
    return !facts.population->instances.isAmongFirst(entry.first, entry.second);
  });
  std::vector<SlowInstance> out;
  if (firstStart.empty()) return out;
  absl::flat_hash_map<uint64_t, size_t> groups;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (facts.path.selfNs[i] == 0 || tree.isMissing(NodeIndex(i))) continue;
    const auto instance = memo.of(*tree.snapshot, tree.row[i]);
    if (!instance || !firstStart.contains(*instance)) continue;
    const Baseline* usual = facts.usual(NodeIndex(i), Measure::Self);
    if (usual == nullptr || !usual->isOutlier(facts.selfNs[i])) continue;
    const auto [entry, isNew] = groups.try_emplace(*instance, out.size());
    if (isNew) out.emplace_back();
    SlowInstance& slow = out[entry->second];
    slow.nodes.push_back(NodeIndex(i));
    slow.operations.push_back(facts.operations.operation[i]);
    slow.ns = saturatingSum(slow.ns, facts.selfNs[i]);
    slow.usualNs = saturatingSum(slow.usualNs, usual->medianNs);
  }
  return out;
}

void detectNewInstances(const TraceFacts& facts, std::vector<Finding>& out) {
  constexpr size_t kFewestOperations = 2;
  for (SlowInstance& slow : slowNewInstances(facts)) {
    std::sort(slow.operations.begin(), slow.operations.end());
    const auto end = std::unique(slow.operations.begin(), slow.operations.end());
    if (static_cast<size_t>(end - slow.operations.begin()) < kFewestOperations) continue;
    Candidate candidate;
    for (const NodeIndex node : slow.nodes) {
      candidate.rewrite.setOwn(node, facts.usual(node, Measure::Self)->medianNs);
    }
    candidate.evidence = slow.nodes;
    candidate.longestFirst = true;
    candidate.confidence = Confidence::Medium;  // it began then; that this is why is likely, not seen
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex worst = finding->evidence.front();
    finding->sentence = "This is one of the first requests of " + serviceText(facts.tree, worst) + " on " +
                        instanceText(*facts.tree.snapshot, facts.tree.row[worst.value]) + ": " +
                        countText(slow.nodes.size()) + " of its steps took " + durationText(slow.ns) +
                        " of their own time, where " + aboutText(slow.usualNs) + " is usual.";
    finding->advice = kAdvice;
    out.push_back(std::move(*finding));
  }
}

}  // namespace

void detectColdStart(const TraceFacts& facts, std::vector<Finding>& out) {
  detectColdFunctions(facts, out);
  if (facts.population != nullptr) detectNewInstances(facts, out);
}

}  // namespace waybill::analysis
