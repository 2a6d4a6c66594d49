// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/open_trace.h"

#include <utility>

#include "analysis/prediction.h"

namespace waybill::session {

PreparedTrace prepareTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                           std::shared_ptr<const analysis::Population> population, const Workers& workers,
                           std::stop_token stop, bool adjustClocks, analysis::GrowingTree* growing) {
  PreparedTrace out;
  if (stop.stop_requested()) return out;
  auto open = std::make_shared<OpenTrace>();
  analysis::TraceTree built = growing != nullptr ? growing->build(snapshot, trace, workers)
                                                 : analysis::buildTraceTree(snapshot, trace, workers);
  if (adjustClocks) {
    open->clocks = std::make_shared<const analysis::ClockSkew>(analysis::estimateClockSkew(built));
    if (open->clocks->isAnyApart()) {
      built = {};  // a huge one is not held twice
      built = analysis::buildTraceTree(snapshot, trace, workers, open->clocks);
    }
  }
  const auto analysis = analysis::startWithTree(std::move(built), std::move(population));
  const analysis::TraceTree& tree = analysis->tree;
  // What is known of other traces tells by the operations what the path must not wait for.
  const bool operationsFirst = analysis->population != nullptr;
  if (operationsFirst) analysis::nameOperations(*analysis);
  std::unique_ptr<layout::SiblingGroups> siblings;
  const auto unlessStopped = [&](auto&& work) {
    return [&stop, work] {
      if (!stop.stop_requested()) work();
    };
  };
  // The longest first.
  workers.runAll(tree.size(), {unlessStopped([&] { analysis::findPath(*analysis); }), unlessStopped([&] {
                                 if (!operationsFirst) analysis::nameOperations(*analysis);
                                 out.operations = std::exchange(analysis->operations, {});
                                 siblings = std::make_unique<layout::SiblingGroups>(tree, out.operations.step);
                               }),
                               unlessStopped([&] { open->flame = std::make_unique<layout::FlameLayout>(tree); }),
                               unlessStopped([&] {
                                 open->bounds = layout::traceRange(tree);
                                 if (open->clocks != nullptr) return;
                                 open->clocks =
                                     std::make_shared<const analysis::ClockSkew>(analysis::estimateClockSkew(tree));
                               })});
  if (stop.stop_requested()) return out;
  const analysis::CriticalPath& path = analysis->path;
  analysis::TrailSteps steps;
  std::vector<analysis::OperationTime> operationTimes;
  workers.runAll(tree.size(), {[&] { operationTimes = analysis::timeByOperation(tree, path); },
                               [&] { open->gantt = std::make_unique<layout::GanttLayout>(tree, path); },
                               [&] { steps = analysis::walkTrail(tree, path); },
                               [&] { siblings->markPath(path); },
                               [&] { open->services = analysis::serviceShares(tree, path); }});
  if (stop.stop_requested()) return out;
  analysis->trail = analysis::findTrail(tree, path, std::move(steps), operationTimes, analysis->population.get());
  analysis->headline = analysis::headline(tree, analysis->trail);
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
