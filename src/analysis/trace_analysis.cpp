// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_analysis.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <mutex>
#include <tuple>
#include <utility>

#include "analysis/registry.h"

namespace waybill::analysis {
namespace {

// What is normal comes behind what is not, however long it takes.
bool isBetter(const Finding& a, const Finding& b) {
  return std::tie(a.isNormal, b.savingNs, b.severity, a.kind, a.evidence, a.operation) <
         std::tie(b.isNormal, a.savingNs, a.severity, b.kind, b.evidence, b.operation);
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

// As far as they may be compared with what is known.
TraceOperations operationsFor(const TraceTree& tree, const Population* known, OperationMemo* memo) {
  OperationMemo ownMemo;
  TraceOperations out = operationsOf(tree, memo == nullptr ? ownMemo : *memo);
  if (known == nullptr) return out;
  SemanticsReader semantics(tree);
  nameSteps(tree, semantics, out);
  return out;
}

// What was kept, or the same found again.
class KeptOperations {
 public:
  KeptOperations(const TraceAnalysis& analysis, const TraceOperations& kept) : m_kept(kept) {
    if (kept.operation.size() != analysis.tree.size()) {
      m_again = operationsFor(analysis.tree, analysis.population.get(), nullptr);
    }
  }
  const TraceOperations& get() const { return m_again.operation.empty() ? m_kept : m_again; }

 private:
  const TraceOperations& m_kept;
  TraceOperations m_again;
};

// All that detectors ask, each thread with readers of its own.
class Detection {
 public:
  Detection(const TraceAnalysis& analysis, const TraceOperations& operations, std::stop_token stop)
      : m_analysis(analysis),
        m_operations(operations),
        m_quality(dataQuality(analysis.tree, operations, analysis.population.get())),
        m_stop(std::move(stop)),
        m_found(allDetectors().size()) {}

  // In the order of the registry, whoever came first. None when stop was asked for.
  std::optional<std::vector<Finding>> run(const Workers& workers) {
    std::vector<std::function<void()>> tasks;
    for (std::vector<size_t>& detectors : shares()) {
      tasks.emplace_back([this, detectors = std::move(detectors)] { runShare(detectors); });
    }
    workers.runAll(m_analysis.tree.size(), tasks);
    if (m_stop.stop_requested()) return std::nullopt;
    std::vector<Finding> out;
    for (std::vector<Finding>& found : m_found) std::move(found.begin(), found.end(), std::back_inserter(out));
    return out;
  }

 private:
  struct Readers {
    SemanticsReader semantics;
    Replayer replayer;
  };

  // What has to run one after another, by position in the registry; the longest first.
  static std::vector<std::vector<size_t>> shares() {
    std::vector<std::vector<size_t>> out;
    for (const Share share : {Share::Calls, Share::ReadsMuch, Share::Attempts, Share::Little}) {
      const bool isOne = share == Share::Calls || share == Share::Attempts;
      const size_t before = out.size();
      for (size_t i = 0; i < allDetectors().size(); ++i) {
        if (allDetectors()[i].share != share) continue;
        if (!isOne || out.size() == before) out.emplace_back();
        out.back().push_back(i);
      }
    }
    return out;
  }

  void runShare(const std::vector<size_t>& detectors) {
    if (m_stop.stop_requested()) return;
    std::unique_ptr<Readers> readers = takeReaders();
    const TraceFacts facts{m_analysis.tree,
                           m_analysis.selfNs,
                           m_analysis.path,
                           m_analysis.trail,
                           m_operations,
                           m_quality,
                           m_analysis.population.get(),
                           readers->replayer,
                           readers->semantics,
                           std::make_shared<FoundOnce>(),
                           m_stop};
    for (const size_t i : detectors) {
      if (m_stop.stop_requested()) return;
      const Detector& detector = allDetectors()[i];
      detector.detect(facts, m_found[i]);
      for (Finding& finding : m_found[i]) {
        finding.kind = detector.kind;
        finding.title = detector.title;
      }
    }
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(readers));
  }

  std::unique_ptr<Readers> takeReaders() {
    const std::lock_guard lock(m_mutex);
    if (!m_idle.empty()) {
      std::unique_ptr<Readers> out = std::move(m_idle.back());
      m_idle.pop_back();
      return out;
    }
    const Population* known = m_analysis.population.get();
    const HappensBefore* order = known == nullptr ? nullptr : &known->happensBefore;
    return std::unique_ptr<Readers>(
        new Readers{SemanticsReader(m_analysis.tree), Replayer(m_analysis.tree, &m_operations, order)});
  }

  const TraceAnalysis& m_analysis;
  const TraceOperations& m_operations;
  const DataQuality m_quality;
  const std::stop_token m_stop;
  std::vector<std::vector<Finding>> m_found;  // by detector: each is of the thread that runs it
  std::mutex m_mutex;
  std::vector<std::unique_ptr<Readers>> m_idle;  // guarded by the mutex; as many as threads at most
};

}  // namespace

std::shared_ptr<TraceAnalysis> startWithTree(TraceTree tree, std::shared_ptr<const Population> population) {
  auto out = std::make_shared<TraceAnalysis>();
  if (population != nullptr && population->storeId != tree.snapshot->storeId()) population = nullptr;
  out->tree = std::move(tree);
  out->population = std::move(population);
  return out;
}

void nameOperations(TraceAnalysis& out, OperationMemo* memo) {
  const Population* known = out.population.get();
  out.operations = operationsFor(out.tree, known, memo);
  if (known != nullptr) known->happensBefore.markAsync(out.tree, out.operations);
}

void findPath(TraceAnalysis& out) {
  out.selfNs = SelfTimes(out.tree);
  out.path = criticalPath(out.tree);
}

void readTrail(TraceAnalysis& out) {
  out.trail = findTrail(out.tree, out.path, out.population.get());
  out.headline = headline(out.tree, out.trail);
}

std::shared_ptr<TraceAnalysis> startAnalysis(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                              std::shared_ptr<const Population> population, const Workers& workers,
                                              OperationMemo* memo, std::shared_ptr<const ClockSkew> clocks) {
  auto out = startWithTree(buildTraceTree(std::move(snapshot), trace, workers, std::move(clocks)), std::move(population));
  nameOperations(*out, memo);
  return out;
}

bool followPath(TraceAnalysis& out, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  findPath(out);
  if (stop.stop_requested()) return false;
  readTrail(out);
  return true;
}

std::optional<std::vector<Finding>> explain(const TraceAnalysis& analysis, const TraceOperations& kept,
                                            const Workers& workers, std::stop_token stop) {
  if (analysis.tree.size() == 0) return std::vector<Finding>();
  const KeptOperations operations(analysis, kept);
  auto findings = Detection(analysis, operations.get(), std::move(stop)).run(workers);
  if (!findings) return std::nullopt;
  std::sort(findings->begin(), findings->end(), isBetter);
  return withoutExplained(std::move(*findings));
}

bool finishAnalysis(TraceAnalysis& analysis, std::stop_token stop) {
  if (!followPath(analysis, stop)) return false;
  auto findings = explain(analysis, analysis.operations, {}, stop);
  if (!findings) return false;
  analysis.findings = std::move(*findings);
  if (!analysis.findings.empty()) analysis.headline = headline(analysis.tree, analysis.trail, &analysis.findings.front());
  return true;
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
  const Baseline* usual =
      analysis.population->usual->baselines.find(baselineKeys(analysis.tree, node), Measure::Duration);
  if (usual == nullptr) return std::nullopt;
  return UsualPlace{usual->count(), usual->medianNs, usual->p99Ns,
                    usual->values.rankOf(analysis.tree.durationNs(node)), &usual->values};
}

ReplayedTimes whatIf(const TraceAnalysis& analysis, const Rewrite& rewrite) {
  const Population* known = analysis.population.get();
  const KeptOperations operations(analysis, analysis.operations);
  return Replayer(analysis.tree, &operations.get(), known == nullptr ? nullptr : &known->happensBefore).times(rewrite);
}

}  // namespace waybill::analysis
