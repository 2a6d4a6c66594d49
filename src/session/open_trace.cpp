// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/open_trace.h"

#include <utility>

#include "analysis/prediction.h"

namespace waybill::session {

PreparedTrace prepareTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                           std::shared_ptr<const analysis::Population> population, const Workers& workers,
                           std::stop_token stop, bool adjustClocks) {
  PreparedTrace out;
  if (stop.stop_requested()) return out;
  auto open = std::make_shared<OpenTrace>();
  if (adjustClocks) {
    const analysis::TraceTree recorded = analysis::buildTraceTree(snapshot, trace, workers);
    open->clocks = std::make_shared<const analysis::ClockSkew>(analysis::estimateClockSkew(recorded));
  }
  const bool adjusted = adjustClocks && open->clocks->isAnyApart();
  const auto analysis = analysis::startAnalysis(std::move(snapshot), trace, std::move(population), workers, nullptr,
                                                adjusted ? open->clocks : nullptr);
  out.operations = std::exchange(analysis->operations, {});
  const analysis::TraceTree& tree = analysis->tree;
  std::unique_ptr<layout::SiblingGroups> siblings;
  workers.runAll(tree.size(), {[&] {
                                 if (!analysis::followPath(*analysis, stop)) return;
                                 open->gantt = std::make_unique<layout::GanttLayout>(tree, analysis->path);
                                 open->services = analysis::serviceShares(tree, analysis->path);
                               },
                               [&] {
                                 if (stop.stop_requested()) return;
                                 open->flame = std::make_unique<layout::FlameLayout>(tree);
                                 siblings = std::make_unique<layout::SiblingGroups>(tree, out.operations.step);
                                 open->bounds = layout::traceRange(tree);
                                 if (open->clocks != nullptr) return;
                                 open->clocks =
                                     std::make_shared<const analysis::ClockSkew>(analysis::estimateClockSkew(tree));
                               }});
  if (open->gantt == nullptr || open->flame == nullptr || stop.stop_requested()) return out;
  siblings->markPath(analysis->path);
  open->siblings = std::move(siblings);
  analysis::reportClocks(analysis->tree, *open->clocks);
  open->analysis = analysis;
  out.open = std::move(open);
  return out;
}

std::shared_ptr<const OpenTrace> predictOpenTrace(std::shared_ptr<const OpenTrace> measured,
                                                  const analysis::Rewrite& rewrite, const Workers& workers,
                                                  std::stop_token stop) {
  auto open = std::make_shared<OpenTrace>();
  open->analysis = analysis::predictTrace(*measured->analysis, rewrite, stop);
  if (open->analysis == nullptr) return nullptr;
  const analysis::TraceTree& tree = open->tree();
  workers.runAll(tree.size(),
                 {[&] { open->gantt = std::make_unique<layout::GanttLayout>(tree, open->analysis->path); },
                  [&] { open->flame = std::make_unique<layout::FlameLayout>(tree); }});
  open->siblings = measured->siblings;
  open->bounds = measured->bounds;
  open->clocks = measured->clocks;
  open->measured = std::move(measured);
  return stop.stop_requested() ? nullptr : open;
}

}  // namespace waybill::session
