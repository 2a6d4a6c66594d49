// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/data_quality.h"

#include <algorithm>

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr double kUsuallyAnswered = 0.95;
constexpr size_t kClippedPercent = 5, kFewestClipped = 2;

bool isMessageHop(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  return tree.kind(parent) == SpanKind::Producer || tree.kind(child) == SpanKind::Consumer;
}

bool isHole(const TraceTree& tree, const TraceOperations& operations, const Population& population, NodeIndex node) {
  if (tree.kind(node) != SpanKind::Client || answeringServer(tree, node)) return false;
  // By what is called ("GET" goes to many), where that is known; a step named by its server is not, without it.
  const BaselineKeys keys{wideKey(operations.step[node.value]), wideKey(operations.operation[node.value])};
  const Baseline* answered = population.usual->baselines.find(keys, Measure::Answered);
  return answered != nullptr && answered->values.atLeast(1) >= kUsuallyAnswered;
}

}  // namespace

DataQuality dataQuality(const TraceTree& tree, const TraceOperations& operations, const Population* population) {
  DataQuality out;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    if (tree.has(node, NodeBits::kOrphan)) out.orphans.push_back(node);
    if (population != nullptr && isHole(tree, operations, *population, node)) out.holes.push_back(node);
    if (tree.parent[i] == TraceTree::kNone) continue;
    const NodeIndex parent(tree.parent[i]);
    if (isSkewedAnswer(tree, node)) {
      out.clipped.push_back(node);
      continue;
    }
    if (tree.has(node, NodeBits::kDetached)) {
      if (!isMessageHop(tree, parent, node)) out.detached.push_back(node);
      continue;
    }
    const int64_t outsideNs =
        std::max(tree.startNs[parent.value] - tree.startNs[i], tree.endNs[i] - tree.endNs[parent.value]);
    const bool sticksOut = outsideNs > 0 && outsideNs > tree.clockStepNs(parent) + tree.clockStepNs(node);
    if (sticksOut && !tree.has(node, NodeBits::kAsync)) out.clipped.push_back(node);
  }
  out.clocksDisagree =
      out.clipped.size() >= kFewestClipped && out.clipped.size() * 100 > size_t{tree.size()} * kClippedPercent;
  out.somethingIsLost = tree.missing.has_value() || std::any_of(tree.roots.begin(), tree.roots.end(), [&](NodeIndex root) {
    return root != tree.primaryRoot && tree.has(root, NodeBits::kOrphan);
  });
  return out;
}

}  // namespace waybill::analysis
