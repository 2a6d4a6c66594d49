// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/cold_start.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/candidate.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr std::string_view kAdvice =
    "The first requests of a new instance pay for starting up: loading code, filling caches, opening connections, "
    "compiling. Keep instances warm or provision some ahead, start up lighter, and send a new instance real traffic "
    "only when it has been warmed up.";

// Functions are entered from outside; where they say they are cold, the span's time beyond the usual is the start.
void detectColdFunctions(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    const SpanKind kind = tree.kind(node);
    const bool isEntry = kind == SpanKind::Server || kind == SpanKind::Consumer || tree.parent[i] == TraceTree::kNone;
    if (!isEntry || facts.path.totalNs[i] < smallestSavingNs(facts.rootDurationNs())) continue;
    if (!facts.semantics.of(node).coldStart) continue;
    const Baseline* usual = facts.usual(node, Measure::Duration);
    Candidate candidate;
    candidate.evidence = {node};
    candidate.savingIsUpperBound = usual == nullptr;
    // Nothing tells the start from the function's own work.
    if (usual == nullptr) {
      candidate.confidence = Confidence::Medium;
      candidate.rewrite.scaleOwn(node, 0);
    } else if (usual->medianNs < tree.durationNs(node)) {
      candidate.rewrite.setDuration(node, usual->medianNs);
    }
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    finding->sentence = serviceText(tree, node) + " (" + nameText(tree, node) + ") started cold and took " +
                        durationText(tree.durationNs(node)) +
                        (usual == nullptr ? ", start included." : "; it is " + usualText(*usual) + ".");
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
    if (!instance) continue;
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
    if (facts.path.selfNs[i] == 0) continue;
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
