// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/agreement.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "acceptance/judge.h"
#include "acceptance/table.h"

namespace waybill::acceptance {
namespace {

using analysis::Finding;
using analysis::NodeIndex;
using analysis::TraceAnalysis;
using analysis::TraceTree;

std::string stepText(std::string_view service, std::string_view operation) {
  return std::string(service) + " " + std::string(operation);
}

bool shows(const Finding& finding, NodeIndex node) {
  return std::find(finding.evidence.begin(), finding.evidence.end(), node) != finding.evidence.end();
}

bool showsCallOf(const TraceTree& tree, const Finding& finding, NodeIndex server) {
  const uint32_t call = tree.parent[server.value];
  return tree.kind(server) == otlp::SpanKind::Server && call != TraceTree::kNone && shows(finding, NodeIndex(call));
}

bool showsBelow(const TraceTree& tree, const Finding& finding, NodeIndex above) {
  return std::any_of(finding.evidence.begin(), finding.evidence.end(), [&](NodeIndex node) {
    uint32_t at = node.value;
    while (at != TraceTree::kNone && at != above.value) at = tree.parent[at];
    return at != TraceTree::kNone;
  });
}

// The one in the headline; none when it says that the time is spread.
std::optional<NodeIndex> namedStep(const TraceAnalysis& analysis) {
  const analysis::Trail& trail = analysis.trail;
  if (!trail.largest) return std::nullopt;
  const int64_t wholeNs = analysis.tree.durationNs(analysis.tree.primaryRoot);
  const bool isInManyCalls = trail.largest->calls > 1 && trail.largest->ns * 2 >= wholeNs;
  if (isInManyCalls && (!trail.culprit || trail.culpritIsSpreadBelow)) return trail.largest->example;
  return trail.culprit;
}

}  // namespace

std::optional<std::string> disagreement(const TraceAnalysis& analysis) {
  const auto step = namedStep(analysis);
  if (!step || analysis.findings.empty()) return std::nullopt;
  const Finding& first = analysis.findings.front();
  const analysis::Trail& trail = analysis.trail;
  const TraceTree& tree = analysis.tree;
  // A call is a step with two sides, and either may be shown.
  if (shows(first, *step) || showsCallOf(tree, first, *step) || (trail.culpritOther && shows(first, *trail.culpritOther))) return std::nullopt;
  if (trail.culpritIsSpreadBelow && showsBelow(tree, first, *step)) return std::nullopt;
  const std::string named = stepText(first.service, first.operation);
  const std::string found = stepText(tree.serviceName(*step), tree.name(*step));
  if (named == found || stepText(first.peerService, first.operation) == found) return std::nullopt;
  // Or the headline says why it is another.
  const bool saysSo = analysis.headline.find("; ") != std::string::npos &&
                      analysis.headline.find(first.operation.substr(0, 60)) != std::string::npos;
  if (saysSo) return std::nullopt;
  return "headline: " + analysis.headline + " Its step: " + found + ". First finding: " + std::string(first.kind) +
         " " + named + ".";
}

AgreementScore agreementScore(uint64_t seed, uint32_t casesEach) {
  std::vector<const Kind*> kinds;
  for (const Kind& kind : allKinds()) kinds.push_back(&kind);
  for (const Kind& kind : allShapes()) kinds.push_back(&kind);
  AgreementScore all;
  std::mutex mutex;
  inParallel(static_cast<uint32_t>(kinds.size()) * casesEach, [&](uint32_t i) {
    const Kind& kind = *kinds[i / casesEach];
    const uint32_t number = i % casesEach;
    // Old kinds are planted for what is usual here.
    const Usual usual = kind.isShape && number % 4 >= 2 ? Usual::Elsewhere : Usual::Here;
    const World world = makeWorld(kind, sim::mixKeys(seed, 0xa61), number, number % 2 == 0, usual);
    const auto how = disagreement(*analyzed(world));
    const std::lock_guard lock(mutex);
    all.agreeing.count(!how);
    if (how) all.examples.push_back(std::string(kind.id) + " case " + std::to_string(number) + ": " + *how);
  });
  std::sort(all.examples.begin(), all.examples.end());
  return all;
}

}  // namespace waybill::acceptance
