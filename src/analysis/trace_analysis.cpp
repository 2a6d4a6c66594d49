// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_analysis.h"

#include <algorithm>
#include <tuple>

#include "analysis/registry.h"

namespace waybill::analysis {
namespace {

bool isBetter(const Finding& a, const Finding& b) {
  return std::tie(b.savingNs, b.severity, a.kind, a.evidence, a.operation) <
         std::tie(a.savingNs, a.severity, b.kind, b.evidence, b.operation);
}

// Where the time goes, without a reason. Any reason for the same time says more.
bool isGeneral(const Finding& finding) { return finding.kind == "B1" || finding.kind == "B2"; }

bool isPartOf(std::vector<NodeIndex> part, std::vector<NodeIndex> all) {
  std::sort(all.begin(), all.end());
  std::sort(part.begin(), part.end());
  return std::includes(all.begin(), all.end(), part.begin(), part.end());
}

// Whether `other` shows the same spans and has most of the saving. Of a reason and a place the reason stays, whichever
// shows more.
bool isFoldedInto(const Finding& finding, const Finding& other) {
  const bool isPlaceOfReason = isGeneral(finding) && !isGeneral(other);
  // "Up to" is no promise: a reason for half of it, among the same spans, is worth more.
  const bool isHalfEnough =
      isPlaceOfReason && finding.savingIsUpperBound && isPartOf(other.evidence, finding.evidence);
  const int percent = isHalfEnough ? 50 : 90;
  if (finding.savingNs == 0 || !atLeastShare(other.savingNs, finding.savingNs, percent)) return false;
  const bool within = isPartOf(finding.evidence, other.evidence);
  if (isPlaceOfReason) return within || isPartOf(other.evidence, finding.evidence);
  const bool isReasonOfPlace = isGeneral(other) && !isGeneral(finding);
  if (isReasonOfPlace && (other.savingIsUpperBound || atLeastShare(finding.savingNs, other.savingNs, 90))) return false;
  return within;
}

void noteExplained(Finding& by, const Finding& smaller) {
  auto& kinds = by.alsoExplains;
  for (const std::string_view kind : smaller.alsoExplains) {
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end() && kind != by.kind) kinds.push_back(kind);
  }
  if (std::find(kinds.begin(), kinds.end(), smaller.kind) == kinds.end() && smaller.kind != by.kind) {
    kinds.push_back(smaller.kind);
  }
}

// Findings come best first.
std::vector<Finding> withoutExplained(std::vector<Finding> findings) {
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const auto better = std::find_if(kept.begin(), kept.end(),
                                     [&](const Finding& other) { return isFoldedInto(finding, other); });
    if (better != kept.end()) {
      noteExplained(*better, finding);
      continue;
    }
    std::erase_if(kept, [&](const Finding& other) {
      const bool folded = isFoldedInto(other, finding);
      if (folded) noteExplained(finding, other);
      return folded;
    });
    kept.push_back(std::move(finding));
  }
  std::sort(kept.begin(), kept.end(), isBetter);
  return kept;
}

// Of the analysis, or found again where they were let go.
class KeptOperations {
 public:
  explicit KeptOperations(const TraceAnalysis& analysis) : m_kept(analysis.operations) {
    if (m_kept.operation.size() == analysis.tree.size()) return;
    OperationMemo memo;
    m_again = operationsOf(analysis.tree, memo);
    if (analysis.population == nullptr) return;
    SemanticsReader semantics(analysis.tree);
    nameSteps(analysis.tree, semantics, m_again);
  }
  const TraceOperations& get() const { return m_again.operation.empty() ? m_kept : m_again; }

 private:
  const TraceOperations& m_kept;
  TraceOperations m_again;
};

void detectAll(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const Detector& detector : allDetectors()) {
    const size_t before = out.size();
    detector.detect(facts, out);
    for (size_t i = before; i < out.size(); ++i) {
      out[i].kind = detector.kind;
      out[i].title = detector.title;
    }
  }
}

}  // namespace

std::shared_ptr<TraceAnalysis> startAnalysis(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                              std::shared_ptr<const Population> population, const Workers& workers,
                                              OperationMemo* memo) {
  auto out = std::make_shared<TraceAnalysis>();
  if (population != nullptr && population->storeId != snapshot->storeId()) population = nullptr;
  out->tree = buildTraceTree(std::move(snapshot), trace, workers);
  OperationMemo ownMemo;
  out->operations = operationsOf(out->tree, memo == nullptr ? ownMemo : *memo);
  if (population != nullptr) {
    SemanticsReader semantics(out->tree);
    nameSteps(out->tree, semantics, out->operations);
    population->happensBefore.markAsync(out->tree, out->operations);
  }
  out->population = std::move(population);
  return out;
}

bool finishAnalysis(TraceAnalysis& out, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  const Population* known = out.population.get();
  out.selfNs = SelfTimes(out.tree);
  out.path = criticalPath(out.tree);
  out.trail = findTrail(out.tree, out.path);
  out.headline = headline(out.tree, out.trail);
  if (out.tree.size() == 0) return true;
  SemanticsReader semantics(out.tree);
  const DataQuality quality = dataQuality(out.tree, out.operations, known);
  Replayer replayer(out.tree, &out.operations, known == nullptr ? nullptr : &known->happensBefore);
  if (stop.stop_requested()) return false;
  detectAll({out.tree, out.selfNs, out.path, out.trail, out.operations, quality, known, replayer, semantics},
            out.findings);
  std::sort(out.findings.begin(), out.findings.end(), isBetter);
  out.findings = withoutExplained(std::move(out.findings));
  return !stop.stop_requested();
}

std::shared_ptr<const TraceAnalysis> analyzeTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                                  std::shared_ptr<const Population> population,
                                                  std::stop_token stop, OperationMemo* memo) {
  if (stop.stop_requested()) return nullptr;
  const auto out = startAnalysis(std::move(snapshot), trace, std::move(population), {}, memo);
  return finishAnalysis(*out, stop) ? out : nullptr;
}

std::shared_ptr<const TraceAnalysis> analyzeTrace(std::shared_ptr<const store::Snapshot> snapshot,
                                                  TraceIndex trace, std::stop_token stop) {
  return analyzeTrace(std::move(snapshot), trace, nullptr, std::move(stop));
}

std::optional<UsualPlace> usualPlace(const TraceAnalysis& analysis, NodeIndex node) {
  if (analysis.population == nullptr) return std::nullopt;
  SemanticsReader semantics(analysis.tree);
  const KeptOperations operations(analysis);
  const BaselineKeys keys = baselineKeys(analysis.tree, operations.get(), node, semantics);
  const Baseline* usual = analysis.population->baselines.find(keys, Measure::Duration);
  if (usual == nullptr) return std::nullopt;
  return UsualPlace{usual->count(), usual->medianNs, usual->p99Ns,
                    usual->values.rankOf(analysis.tree.durationNs(node))};
}

ReplayedTimes whatIf(const TraceAnalysis& analysis, const Rewrite& rewrite) {
  const Population* known = analysis.population.get();
  const KeptOperations operations(analysis);
  return Replayer(analysis.tree, &operations.get(), known == nullptr ? nullptr : &known->happensBefore).times(rewrite);
}

}  // namespace waybill::analysis
