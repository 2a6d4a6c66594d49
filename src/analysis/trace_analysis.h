// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
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
  std::string headline;  // with the first finding when the findings are part of the analysis
  std::vector<Finding> findings;  // best first: what is not normal, by saving, then by severity, kind and evidence
  TraceOperations operations;  // 24 bytes a span; who keeps the analysis may take them out, they are found again
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

// The same step by step, for who shows the trace before all is found: the tree and its operations; what the request
// waited for, which is all but the findings, false when stop was asked for; the findings, which change nothing of the
// analysis and do not depend on the number of threads, none when stop was asked for. `kept` are its operations, taken
// out of it or not; else they are found again. With `clocks` it is all of adjusted times.
std::shared_ptr<TraceAnalysis> startAnalysis(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                             std::shared_ptr<const Population> population = nullptr,
                                             const Workers& workers = {}, OperationMemo* memo = nullptr,
                                             std::shared_ptr<const ClockSkew> clocks = nullptr);
bool followPath(TraceAnalysis& analysis, std::stop_token stop = {});
std::optional<std::vector<Finding>> explain(const TraceAnalysis& analysis, const TraceOperations& kept,
                                            const Workers& workers = {}, std::stop_token stop = {});
// Both of these, for who waits for all of it anyway. False when stop was asked for.
bool finishAnalysis(TraceAnalysis& analysis, std::stop_token stop = {});

// The first two in smaller steps, some of which may be made side by side: the tree alone; its operations, which with a
// population must come before the path, as they tell what is not waited for; the path, which needs the tree; the trail
// and the headline, which need the path.
std::shared_ptr<TraceAnalysis> startWithTree(TraceTree tree, std::shared_ptr<const Population> population);
void nameOperations(TraceAnalysis& analysis, OperationMemo* memo = nullptr);
void findPath(TraceAnalysis& analysis);
void readTrail(TraceAnalysis& analysis);

// How the duration of a span compares with those of its operation; none when too little is known. Any thread; the work
// does not depend on the size of the trace.
std::optional<UsualPlace> usualPlace(const TraceAnalysis& analysis, NodeIndex node);

// The trace with an operation or span made faster: a replay with what is known of order. One thread.
ReplayedTimes whatIf(const TraceAnalysis& analysis, const Rewrite& rewrite);

}  // namespace waybill::analysis
