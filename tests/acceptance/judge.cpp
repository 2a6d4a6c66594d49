// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/judge.h"

#include <algorithm>
#include <map>
#include <set>

namespace waybill::acceptance {
namespace {

using analysis::Finding;
using analysis::NodeIndex;

bool contains(const std::vector<uint32_t>& list, uint32_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Which spans a finding may show.
struct Truth {
  std::set<uint64_t> right;    // blamed operations, and who called them
  std::set<uint64_t> neutral;

  Truth(const Plant& plant, const sim::SimulatedTrace& trace) {
    std::map<uint64_t, const sim::SimulatedSpan*> byId;
    for (const sim::SimulatedSpan& span : trace.spans) byId[span.id] = &span;
    for (const sim::SimulatedSpan& span : trace.spans) {
      if (contains(plant.neutral, span.operation)) neutral.insert(span.id);
      if (!contains(plant.blamed, span.operation)) continue;
      right.insert(span.id);
      if (!plant.ancestorsAreNeutral) continue;
      for (uint64_t id = span.parent; id != 0; id = byId[id]->parent) neutral.insert(id);
    }
  }

  bool isRight(const analysis::TraceTree& tree, const Finding& finding) const {
    return std::any_of(finding.evidence.begin(), finding.evidence.end(),
                       [&](NodeIndex node) { return right.contains(tree.spanId(node).value); });
  }
  bool isNeutral(const analysis::TraceTree& tree, const Finding& finding) const {
    return neutral.contains(tree.spanId(finding.evidence.front()).value);
  }
};

}  // namespace

std::shared_ptr<const analysis::TraceAnalysis> analyzed(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                        TraceIndex trace) {
  return analysis::analyzeTrace(snapshot, trace);
}

Verdict judge(const Kind& kind, const World& world, const analysis::TraceAnalysis& analysis) {
  const Truth truth(world.plant, world.truth);
  Verdict verdict;
  for (const Finding& finding : analysis.findings) {
    if (finding.kind != kind.id || finding.evidence.empty()) continue;
    if (world.plant.anywhere || truth.isRight(analysis.tree, finding)) {
      verdict.found = true;
      if (!verdict.predictedNs) verdict.predictedNs = finding.savingNs;
    } else if (!truth.isNeutral(analysis.tree, finding)) {
      ++verdict.wrong;
      if (finding.confidence != analysis::Confidence::Low) ++verdict.wrongAndSure;
    }
  }
  return verdict;
}

Verdict judge(const Kind& kind, const World& world) {
  return judge(kind, world, *analyzed(world.snapshot, world.judged));
}

}  // namespace waybill::acceptance
