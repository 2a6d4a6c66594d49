// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_analysis.h"

#include <algorithm>
#include <tuple>

#include "analysis/registry.h"

namespace waybill::analysis {
namespace {

bool isBetter(const Finding& a, const Finding& b) {
  return std::tie(b.savingNs, a.kind, a.evidence, a.operation) <
         std::tie(a.savingNs, b.kind, b.evidence, b.operation);
}

// Whether `larger` shows the same spans and most of the same saving.
bool explains(const Finding& larger, const Finding& smaller) {
  if (!atLeastShare(larger.savingNs, smaller.savingNs, 90)) return false;
  std::vector<NodeIndex> all = larger.evidence, part = smaller.evidence;
  std::sort(all.begin(), all.end());
  std::sort(part.begin(), part.end());
  return std::includes(all.begin(), all.end(), part.begin(), part.end());
}

// Findings come best first.
std::vector<Finding> withoutExplained(std::vector<Finding> findings) {
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const bool known = std::any_of(kept.begin(), kept.end(),
                                   [&](const Finding& larger) { return explains(larger, finding); });
    if (!known) kept.push_back(std::move(finding));
  }
  return kept;
}

}  // namespace

std::shared_ptr<TraceAnalysis> startAnalysis(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                             const Workers& workers) {
  auto out = std::make_shared<TraceAnalysis>();
  out->tree = buildTraceTree(std::move(snapshot), trace, workers);
  return out;
}

std::shared_ptr<const TraceAnalysis> analyzeTrace(std::shared_ptr<const store::Snapshot> snapshot,
                                                  TraceIndex trace, std::stop_token stop) {
  if (stop.stop_requested()) return nullptr;
  const std::shared_ptr<TraceAnalysis> out = startAnalysis(std::move(snapshot), trace);
  return finishAnalysis(*out, stop) ? out : nullptr;
}

bool finishAnalysis(TraceAnalysis& out, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  out.selfNs = SelfTimes(out.tree);
  out.path = criticalPath(out.tree);
  out.trail = findTrail(out.tree, out.path);
  out.headline = headline(out.tree, out.trail);
  if (out.tree.size() == 0) return true;
  const TraceFacts facts{out.tree, out.selfNs, out.path, out.trail};
  for (const Detector& detector : allDetectors()) {
    if (stop.stop_requested()) return false;
    const size_t before = out.findings.size();
    detector.detect(facts, out.findings);
    for (size_t i = before; i < out.findings.size(); ++i) {
      out.findings[i].kind = detector.kind;
      out.findings[i].title = detector.title;
    }
  }
  std::sort(out.findings.begin(), out.findings.end(), isBetter);
  out.findings = withoutExplained(std::move(out.findings));
  return true;
}

}  // namespace waybill::analysis
