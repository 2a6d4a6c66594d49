// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/prediction.h"

#include <algorithm>

namespace waybill::analysis {
namespace {

// Everything of a tree but its times, which are those replayed.
TraceTree atTimes(const TraceTree& tree, ReplayedTimes times) {
  TraceTree out;
  out.snapshot = tree.snapshot;
  out.trace = tree.trace;
  out.clocks = tree.clocks;
  out.row = tree.row;
  out.startNs = std::move(times.startNs);
  out.endNs = std::move(times.endNs);
  out.parent = tree.parent;
  out.subtreeEnd = tree.subtreeEnd;
  out.depth = tree.depth;
  out.service = tree.service;
  out.bits = tree.bits;
  out.roots = tree.roots;
  out.primaryRoot = tree.primaryRoot;
  out.missing = tree.missing;
  out.diagnostics = tree.diagnostics;
  out.copies = tree.copies;
  return out;
}

void keepWithin(const TraceTree& tree, ReplayedTimes& times) {
  const int64_t first = *std::min_element(tree.startNs.begin(), tree.startNs.end());
  const int64_t last = *std::max_element(tree.endNs.begin(), tree.endNs.end());
  for (uint32_t i = 0; i < tree.size(); ++i) {
    times.startNs[i] = std::clamp(times.startNs[i], first, last);
    times.endNs[i] = std::clamp(times.endNs[i], times.startNs[i], last);
  }
}

}  // namespace

std::shared_ptr<const TraceAnalysis> predictTrace(const TraceAnalysis& measured, const Rewrite& rewrite,
                                                  std::stop_token stop) {
  if (stop.stop_requested()) return nullptr;
  ReplayedTimes times = whatIf(measured, rewrite);
  if (stop.stop_requested()) return nullptr;
  if (measured.tree.size() > 0) keepWithin(measured.tree, times);
  auto out = std::make_shared<TraceAnalysis>();
  out->tree = atTimes(measured.tree, std::move(times));
  out->population = measured.population;
  out->selfNs = SelfTimes(out->tree);
  if (stop.stop_requested()) return nullptr;
  out->path = criticalPath(out->tree);
  out->trail = findTrail(out->tree, out->path, out->population.get());
  out->headline = headline(out->tree, out->trail);
  return stop.stop_requested() ? nullptr : out;
}

std::vector<NodeIndex> spansLike(const TraceTree& tree, NodeIndex node) {
  const StringId name = tree.nameId(node);
  std::vector<NodeIndex> out;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (tree.service[i] == tree.service[node.value] && tree.nameId(NodeIndex(i)) == name) out.emplace_back(i);
  }
  return out;
}

Rewrite fasterSpans(const TraceTree& tree, const std::vector<NodeIndex>& spans, FasterPart part, int percent) {
  const double factor = 1 - std::clamp(percent, 0, 100) / 100.0;
  Rewrite out;
  for (const NodeIndex span : spans) {
    if (part == FasterPart::OwnTime) {
      out.scaleOwn(span, factor);
    } else {
      out.scaleDuration(tree, span, factor);
    }
  }
  return out;
}

}  // namespace waybill::analysis
