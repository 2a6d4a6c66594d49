// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/judge_shape.h"

#include <algorithm>
#include <map>

namespace waybill::acceptance {
namespace {

using analysis::Confidence;
using analysis::Finding;
using analysis::NodeIndex;
using analysis::Severity;
using analysis::TraceAnalysis;
using analysis::TraceTree;

template <typename T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

class ShapeJudge {
 public:
  ShapeJudge(const World& world, const TraceAnalysis& analysis)
      : m_plant(world.plant), m_world(world), m_analysis(analysis) {
    for (const sim::SimulatedSpan& span : world.truth.spans) m_spans[span.id] = &span;
  }

  Verdict verdict() const {
    Verdict out;
    const std::vector<Finding>& findings = m_analysis.findings;
    if (isFault() && !findings.empty()) {
      const Finding& first = findings.front();
      out.found = names(first);
      if (!out.found) ++out.wrong;
      if (out.found) out.predictedNs = first.savingNs;
    }
    for (const Finding& finding : findings) out.wrong += isUntrue(finding) ? 1 : 0;
    out.foundItIsRight = foundItIsRight();
    return out;
  }

 private:
  bool isFault() const { return !m_plant.blamed.empty() || m_plant.blamedService; }

  // Null: of no simulated span.
  const sim::SimulatedSpan* spanOf(NodeIndex node) const {
    const auto found = m_spans.find(m_analysis.tree.spanId(node).value);
    return found == m_spans.end() ? nullptr : found->second;
  }
  bool isOf(NodeIndex node, const std::vector<uint32_t>& operations) const {
    const sim::SimulatedSpan* span = spanOf(node);
    return span != nullptr && contains(operations, span->operation);
  }
  bool isBlamed(NodeIndex node) const {
    const sim::SimulatedSpan* span = spanOf(node);
    if (span == nullptr) return false;
    const auto service = m_plant.blamedService;
    return contains(m_plant.blamed, span->operation) || (service && span->service == *service);
  }

  bool isOfKind(const Finding& finding, const std::vector<std::string_view>& kinds) const {
    return contains(kinds, finding.kind) ||
           std::any_of(finding.alsoExplains.begin(), finding.alsoExplains.end(),
                       [&](std::string_view kind) { return contains(kinds, kind); });
  }

  bool names(const Finding& finding) const {
    if (finding.evidence.empty() || !isOfKind(finding, m_plant.kinds)) return false;
    if (m_plant.blamedService && finding.service != m_plant.judged.services[*m_plant.blamedService].name &&
        finding.kind != "B12") {
      return false;
    }
    return std::any_of(finding.evidence.begin(), finding.evidence.end(),
                       [&](NodeIndex node) { return isBlamed(node); });
  }

  // Says of the recording's holes what they do not say.
  bool inventsOwnTime(const Finding& finding) const {
    if (finding.kind != "B1" && finding.kind != "B15") return false;
    if (!isOf(finding.evidence.front(), m_plant.partlyUnknown)) return false;
    return finding.confidence > Confidence::Low || finding.sentence.find("no child span covers") != std::string::npos;
  }

  // Others may save by doing steps at once.
  static bool speaksOfOneStep(const Finding& finding) {
    return finding.kind == "B1" || finding.kind == "B2" || finding.kind == "B3" || finding.kind == "B4";
  }

  bool claimsTooMuch(const Finding& finding) const {
    const int64_t most = std::max<int64_t>(0, m_world.savingNs.value_or(0));
    const int64_t slack = most / 10 + 1'000'000 + m_world.truth.responseNs / 50;
    return finding.savingNs > most + slack;
  }

  bool isUntrue(const Finding& finding) const {
    const bool mayBeSaid = (m_plant.mediumIsFine && finding.severity <= Severity::Medium) ||
                           (m_plant.lowConfidenceIsFine && finding.confidence == Confidence::Low);
    if (!mayBeSaid && contains(m_plant.untrue, finding.kind)) return true;
    if (finding.evidence.empty()) return false;
    if (inventsOwnTime(finding)) return true;
    const bool costs = finding.savingNs > 0 || finding.severity >= Severity::High;
    if (m_plant.isFlat && finding.severity >= Severity::High) return true;
    if (!costs || !isOf(finding.evidence.front(), m_plant.innocent)) return false;
    return m_plant.judgesSaving ? speaksOfOneStep(finding) && claimsTooMuch(finding) : !mayBeSaid;
  }

  std::optional<bool> foundItIsRight() const {
    const auto culprit = m_analysis.trail.culprit;
    if (!culprit) return std::nullopt;
    if (isFault()) return isBlamed(*culprit);
    return !m_plant.isFlat && (m_plant.judgesSaving || !isOf(*culprit, m_plant.innocent));
  }

  const Plant& m_plant;
  const World& m_world;
  const TraceAnalysis& m_analysis;
  std::map<uint64_t, const sim::SimulatedSpan*> m_spans;
};

}  // namespace

Verdict judgeShape(const World& world, const TraceAnalysis& analysis) {
  return ShapeJudge(world, analysis).verdict();
}

}  // namespace waybill::acceptance
