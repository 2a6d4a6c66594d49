// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/excess_ranking.h"

#include <algorithm>
#include <tuple>

#include "analysis/saturating.h"
#include "analysis/templates.h"

namespace waybill::analysis {
namespace {

// Own or edge time of a span on the path above what is usual for it; 0 where nothing is known.
int64_t excessOf(const TraceAnalysis& analysis, NodeIndex node, SemanticsReader& semantics) {
  const TraceTree& tree = analysis.tree;
  const TraceOperations& operations = analysis.operations;
  const Baselines& baselines = analysis.population->baselines;
  const auto server = answeringServer(tree, node);
  const Baseline* usual =
      server ? baselines.find(
                   pairKey(operations.operation[node.value], operations.operation[server->value]), Measure::Edge)
             : baselines.find(baselineKeys(tree, operations, node, semantics), Measure::Self);
  if (usual == nullptr) return 0;
  const int64_t excess = analysis.path.selfNs[node.value] - usual->medianNs;
  return excess > usual->medianNs / 16 ? excess : 0;  // a median is no more exact than that
}

}  // namespace

void ExcessRanking::unite(Sum& into, const Sum& other) {
  const bool isFirst = into.requests == 0;
  into.requests += other.requests;
  into.slowRequests += other.slowRequests;
  into.ns = saturatingSum(into.ns, other.ns);
  const auto rank = [](const Sum& sum) { return std::tuple(-sum.worstNs, sum.worstTrace, sum.worstSpan); };
  if (isFirst || rank(other) < rank(into)) {
    into.worstNs = other.worstNs;
    into.worstTrace = other.worstTrace;
    into.worstSpan = other.worstSpan;
  }
}

void ExcessRanking::add(const TraceAnalysis& analysis) {
  if (analysis.population == nullptr) return;
  const TraceTree& tree = analysis.tree;
  SemanticsReader semantics(tree);
  struct InTrace {
    int64_t ns = 0, largestNs = -1;
    SpanRow largest;
  };
  absl::flat_hash_map<OperationKey, InTrace> found;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    InTrace& of = found[analysis.operations.operation[i]];
    const int64_t ns = analysis.path.selfNs[i] > 0 ? excessOf(analysis, node, semantics) : 0;
    of.ns = saturatingSum(of.ns, ns);
    if (ns <= of.largestNs) continue;
    of.largestNs = ns;
    of.largest = tree.row[i];
  }
  for (const auto& [operation, of] : found) {
    unite(m_sums[operation], {1, of.ns > 0 ? 1u : 0u, of.ns, of.ns, tree.trace, of.largest});
  }
}

void ExcessRanking::merge(const ExcessRanking& other) {
  for (const auto& [operation, sum] : other.m_sums) unite(m_sums[operation], sum);
}

std::vector<OperationExcess> ExcessRanking::ranked(const store::Snapshot& snapshot) const {
  std::vector<OperationExcess> out;
  for (const auto& [operation, sum] : m_sums) {
    if (sum.ns == 0) continue;
    OperationExcess one;
    one.service = std::string(snapshot.service(sum.worstSpan));
    one.operation = nameTemplate(snapshot.name(sum.worstSpan)).text;
    one.requests = sum.requests;
    one.slowRequests = sum.slowRequests;
    one.excessNs = sum.ns / static_cast<int64_t>(sum.requests);
    one.worstTrace = sum.worstTrace;
    one.worstSpan = sum.worstSpan;
    if (one.excessNs > 0) out.push_back(std::move(one));
  }
  std::sort(out.begin(), out.end(), [](const OperationExcess& a, const OperationExcess& b) {
    return std::tie(b.excessNs, a.service, a.operation) < std::tie(a.excessNs, b.service, b.operation);
  });
  return out;
}

}  // namespace waybill::analysis
