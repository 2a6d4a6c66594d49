// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/judge.h"

#include <algorithm>
#include <map>
#include <set>

#include "acceptance/judge_shape.h"

namespace waybill::acceptance {
namespace {

using analysis::Finding;
using analysis::NodeIndex;

// Fewer values do not tell what is usual.
constexpr uint32_t kEnoughToKnow = 20;

bool contains(const std::vector<uint32_t>& list, uint32_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool speaksOfUncoveredTime(std::string_view kind) {
  return kind == "B1" || kind == "B15";
}

bool isOf(const Finding& finding, std::string_view kind) {
  return finding.kind == kind || std::find(finding.alsoExplains.begin(), finding.alsoExplains.end(), kind) !=
                                     finding.alsoExplains.end();
}

// Which spans a finding may show.
struct Truth {
  std::set<uint64_t> right;  // blamed operations, and who called them
  std::set<uint64_t> neutral;

  Truth(const World& world, const analysis::TraceTree& tree, std::string_view kind) {
    const Plant& plant = world.plant;
    std::map<uint64_t, const sim::SimulatedSpan*> byId;
    for (const sim::SimulatedSpan& span : world.truth.spans) byId[span.id] = &span;
    // Where a child is missing there is truly time that no child covers.
    if (speaksOfUncoveredTime(kind)) {
      std::set<uint64_t> kept;
      for (uint32_t i = 0; i < tree.size(); ++i) kept.insert(tree.spanId(NodeIndex(i)).value);
      for (const sim::SimulatedSpan& span : world.truth.spans) {
        if (!kept.contains(span.id)) neutral.insert(span.parent);
      }
    }
    for (const sim::SimulatedSpan& span : world.truth.spans) {
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

// Where the time of a request goes is said even if it always goes there; that it is usual here makes it no more than
// medium, once there are enough values to know. Of what takes clearly less than 20 % of the request (10 % for an edge)
// it must not be said.
bool isUsualButLarge(const World& world, const analysis::TraceTree& tree, const Finding& finding) {
  const bool isEdge = finding.kind == "B4";
  if (!isEdge && finding.kind != "B1" && finding.kind != "B2") return false;
  if (world.plant.crowdSize == 0) return false;
  const System& system = world.plant.judged;
  const auto large = isEdge ? heavyEdges(system, world.seed, kJudgedRequest, 0.08)
                            : heavyOperations(system, world.seed, kJudgedRequest, 0.15);
  const uint64_t shown = tree.spanId(finding.evidence.front()).value;
  return std::any_of(world.truth.spans.begin(), world.truth.spans.end(), [&](const sim::SimulatedSpan& span) {
    if (span.id != shown || !contains(large, span.operation)) return false;
    const auto recorded = world.recorded.find(span.operation);
    const bool isKnown = recorded != world.recorded.end() && recorded->second >= kEnoughToKnow;
    return !isKnown || finding.severity <= analysis::Severity::Medium;
  });
}

}  // namespace

std::shared_ptr<const analysis::TraceAnalysis> analyzed(
    const std::shared_ptr<const store::Snapshot>& snapshot, TraceIndex trace) {
  return analysis::analyzeTrace(snapshot, trace, populationOf(snapshot));
}

std::shared_ptr<const analysis::Population> populationOf(
    const std::shared_ptr<const store::Snapshot>& snapshot, const std::shared_ptr<const store::Snapshot>& normal) {
  auto usual = normal ? analysis::learnNormal(normal, std::nullopt, {}, 1) : nullptr;
  return analysis::buildPopulation(snapshot, {}, 1, {}, std::move(usual));
}

std::shared_ptr<const analysis::TraceAnalysis> analyzed(const World& world) {
  return analysis::analyzeTrace(world.snapshot, world.judged, populationOf(world.snapshot, world.normal));
}

Verdict judge(const Kind& kind, const World& world, const analysis::TraceAnalysis& analysis) {
  if (kind.isShape) return judgeShape(world, analysis);
  const Truth truth(world, analysis.tree, kind.id);
  Verdict verdict;
  for (const Finding& finding : analysis.findings) {
    if (!isOf(finding, kind.id) || finding.evidence.empty()) continue;
    if (world.plant.anywhere || truth.isRight(analysis.tree, finding)) {
      verdict.found = true;
      if (!verdict.predictedNs && finding.kind == kind.id) verdict.predictedNs = finding.savingNs;
    } else if (world.plant.lowIsFine && finding.severity == analysis::Severity::Low) {
      continue;
    } else if (!truth.isNeutral(analysis.tree, finding) && !isUsualButLarge(world, analysis.tree, finding)) {
      ++verdict.wrong;
    }
  }
  return verdict;
}

Verdict judge(const Kind& kind, const World& world) {
  return judge(kind, world, *analyzed(world));
}

}  // namespace waybill::acceptance
