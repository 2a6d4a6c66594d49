// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>

#include "analysis/clock_skew.h"
#include "analysis/growing_tree.h"
#include "analysis/service_shares.h"
#include "analysis/trace_analysis.h"
#include "base/workers.h"
#include "layout/flame_layout.h"
#include "layout/gantt_layout.h"
#include "layout/sibling_groups.h"
#include "layout/time_scale.h"
#include "store/snapshot.h"

namespace waybill::session {

// The trace that is open: its analysis and the layouts every view shares. Immutable. Its findings are the session's.
struct OpenTrace {
  std::shared_ptr<const analysis::TraceAnalysis> analysis;
  std::unique_ptr<const layout::FlameLayout> flame;
  std::unique_ptr<const layout::GanttLayout> gantt;
  std::shared_ptr<const layout::SiblingGroups> siblings;  // as measured, of a prediction too
  layout::TimeRange bounds;  // the whole trace
  std::shared_ptr<const analysis::ClockSkew> clocks;  // as estimated; never null
  std::vector<analysis::ServiceShare> services;       // of a prediction: none
  // Of a prediction: the trace as it was measured, with the same spans under the same nodes. Else null.
  std::shared_ptr<const OpenTrace> measured;

  const analysis::TraceTree& tree() const { return analysis->tree; }
  TraceId id() const { return tree().snapshot->trace(tree().trace).id; }
  bool areClocksAdjusted() const { return tree().clocks != nullptr; }
  bool isPrediction() const { return measured != nullptr; }
  const OpenTrace& asMeasured() const { return measured == nullptr ? *this : *measured; }
  // Nodes of one mean the same spans in the other, which may lie at other times.
  bool hasSameNodesAs(const OpenTrace& other) const { return &asMeasured() == &other.asMeasured(); }
};

// What preparing a trace comes to: all that its views draw, and what explaining it wants again.
struct PreparedTrace {
  std::shared_ptr<const OpenTrace> open;  // null when stop was asked for
  analysis::TraceOperations operations;
};

// Analyses a trace, without its findings, and lays it out: the tree on several threads, then the critical path beside
// what needs no path, then what does side by side. What is known of all traces may be null. With `adjustClocks` all is
// made of times without the skew of the hosts' clocks, where there is any. `growing` builds the tree of recorded times;
// null: from nothing. Worker thread.
PreparedTrace prepareTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                           std::shared_ptr<const analysis::Population> population, const Workers& workers,
                           std::stop_token stop = {}, bool adjustClocks = false,
                           analysis::GrowingTree* growing = nullptr);

// The same trace with a rewrite, within the same bounds. Worker thread; null when stop was asked for.
std::shared_ptr<const OpenTrace> predictOpenTrace(std::shared_ptr<const OpenTrace> measured,
                                                  const analysis::Rewrite& rewrite, const Workers& workers,
                                                  std::stop_token stop = {});

}  // namespace waybill::session
