// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/open_trace.h"

#include <utility>

#include "analysis/prediction.h"

namespace waybill::session {

PreparedTrace prepareTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                           std::shared_ptr<const analysis::Population> population, const Workers& workers,
                           std::stop_token stop) {
  PreparedTrace out;
  if (stop.stop_requested()) return out;
  const auto analysis = analysis::startAnalysis(std::move(snapshot), trace, std::move(population), workers);
  out.operations = std::exchange(analysis->operations, {});
  const analysis::TraceTree& tree = analysis->tree;
  auto open = std::make_shared<OpenTrace>();
  workers.runAll(tree.size(), {[&] {
                                 if (!analysis::followPath(*analysis, stop)) return;
                                 open->siblings = std::make_shared<const layout::SiblingGroups>(
                                     tree, out.operations.step, &analysis->path);
                                 open->gantt = std::make_unique<layout::GanttLayout>(tree, analysis->path);
                               },
                               [&] {
                                 if (stop.stop_requested()) return;
                                 open->flame = std::make_unique<layout::FlameLayout>(tree);
                                 open->bounds = layout::traceRange(tree);
                               }});
  if (open->gantt == nullptr || open->flame == nullptr || stop.stop_requested()) return out;
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
  open->measured = std::move(measured);
  return stop.stop_requested() ? nullptr : open;
}

}  // namespace waybill::session
