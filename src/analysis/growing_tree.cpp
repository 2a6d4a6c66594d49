// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/growing_tree.h"

#include <utility>

#include "analysis/forest_growth.h"

namespace waybill::analysis {
namespace {

// One new span among so many kept ones is worth it; more of them are sooner sorted with the others.
constexpr uint32_t kKeptPerNew = 8;

}  // namespace

TraceTree GrowingTree::build(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                             const Workers& workers) {
  Oddities odd(*snapshot);
  std::optional<Forest> forest = grow(*snapshot, trace, workers, odd);
  m_hasGrown = forest.has_value();
  if (!forest) forest.emplace(buildForest(*snapshot, trace, workers, nullptr, odd));
  TraceTree tree = treeOf(snapshot, trace, *forest, std::move(odd), workers);
  if (mayGrow(*forest)) {
    m_kept.emplace(std::move(*forest));
    m_snapshot = std::move(snapshot);
    m_trace = trace;
  }
  return tree;
}

std::optional<Forest> GrowingTree::grow(const store::Snapshot& snapshot, TraceIndex trace, const Workers& workers,
                                        Oddities& odd) {
  std::optional<Forest> kept = std::exchange(m_kept, std::nullopt);
  const uint32_t now = snapshot.trace(trace).spans;
  if (!kept || snapshot.storeId() != m_snapshot->storeId() || trace != m_trace || now < kept->spans.size()) {
    return std::nullopt;
  }
  const uint32_t added = now - kept->spans.size();
  if (added > kept->spans.size() / kKeptPerNew) return std::nullopt;
  return grownForest(std::move(*kept), snapshot, gatherSpans(snapshot, trace, added, workers), workers, odd);
}

}  // namespace waybill::analysis
