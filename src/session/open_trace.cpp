// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/open_trace.h"

#include <utility>

namespace waybill::session {

std::shared_ptr<const OpenTrace> prepareTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                              std::shared_ptr<const analysis::Population> population,
                                              const Workers& workers, std::stop_token stop) {
  if (stop.stop_requested()) return nullptr;
  const auto analysis = analysis::startAnalysis(std::move(snapshot), trace, std::move(population), workers);
  const analysis::TraceTree& tree = analysis->tree;
  auto open = std::make_shared<OpenTrace>();
  std::unique_ptr<layout::SiblingGroups> siblings;
  workers.runAll(tree.size(), {[&] {
                                 if (!analysis::finishAnalysis(*analysis, stop)) return;
                                 open->gantt = std::make_unique<layout::GanttLayout>(tree, analysis->path);
                               },
                               [&] {
                                 if (stop.stop_requested()) return;
                                 open->flame = std::make_unique<layout::FlameLayout>(tree);
                                 siblings = std::make_unique<layout::SiblingGroups>(tree, analysis->operations.step);
                                 open->bounds = layout::traceRange(tree);
                               }});
  if (open->gantt == nullptr || open->flame == nullptr || stop.stop_requested()) return nullptr;
  analysis->operations = {};
  siblings->markPath(analysis->path);
  open->siblings = std::move(siblings);
  open->analysis = analysis;
  return open;
}

}  // namespace waybill::session
