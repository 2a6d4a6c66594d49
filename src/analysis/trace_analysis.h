// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/finding.h"
#include "analysis/operations.h"
#include "analysis/population.h"
#include "analysis/replay.h"
#include "analysis/trace_tree.h"
#include "analysis/trail.h"

namespace waybill::analysis {

// Everything Waybill says about one trace: what the window and the command line show. Immutable, any thread.
struct TraceAnalysis {
  TraceAnalysis() = default;
  TraceAnalysis(const TraceAnalysis&) = delete;  // its parts refer to the tree
  TraceAnalysis& operator=(const TraceAnalysis&) = delete;

  TraceTree tree;
  SelfTimes selfNs;   // by node
  CriticalPath path;  // up to the response
  Trail trail;
  std::string headline;
  std::vector<Finding> findings;  // best first: by saving, then by severity, kind and evidence
  TraceOperations operations;  // 16 bytes a span; who keeps the analysis may empty it, it is found again when needed
  std::shared_ptr<const Population> population;  // what it was compared with; null: nothing
};

// Runs on a worker; returns null when stop was asked for. With a population of the same store, spans are compared with
// what is usual and what is known of their order; without, by this trace alone. The result depends neither on the order
// in which spans arrived nor on other traces that share no operation with this one. `memo` saves time to those who
// analyse many traces of one store on one thread.
std::shared_ptr<const TraceAnalysis> analyzeTrace(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                                  std::shared_ptr<const Population> population,
                                                  std::stop_token stop = {}, OperationMemo* memo = nullptr);
std::shared_ptr<const TraceAnalysis> analyzeTrace(std::shared_ptr<const store::Snapshot> snapshot,
                                                  TraceIndex trace, std::stop_token stop = {});

// The same in two steps, for who has something else to do with the tree meanwhile: the analysis with its tree, and the
// rest, which does not change the tree. False when stop was asked for. With `clocks` it is of adjusted times.
std::shared_ptr<TraceAnalysis> startAnalysis(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                             std::shared_ptr<const Population> population = nullptr,
                                             const Workers& workers = {}, OperationMemo* memo = nullptr,
                                             std::shared_ptr<const ClockSkew> clocks = nullptr);
bool finishAnalysis(TraceAnalysis& analysis, std::stop_token stop = {});

// How the duration of a span compares with those of its operation; none when too little is known. Any thread; the work
// does not depend on the size of the trace.
std::optional<UsualPlace> usualPlace(const TraceAnalysis& analysis, NodeIndex node);

// The trace with an operation or span made faster: a replay with what is known of order. One thread.
ReplayedTimes whatIf(const TraceAnalysis& analysis, const Rewrite& rewrite);

}  // namespace waybill::analysis
