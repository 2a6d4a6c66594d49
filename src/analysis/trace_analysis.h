// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/end_to_end_path.h"
#include "analysis/finding.h"
#include "analysis/operations.h"
#include "analysis/population.h"
#include "analysis/replay.h"
#include "analysis/trace_tree.h"
#include "analysis/trail.h"

namespace waybill::analysis {

// Everything Waybill says about one trace: what the window and the command line show. Immutable, any thread.
struct TraceAnalysis {
  TraceTree tree;
  std::vector<int64_t> selfNs;  // by node
  CriticalPath path;            // up to the response
  EndToEndPath endToEnd;        // up to the end of all that the request set off, over messages and links
  Trail trail;
  std::string headline;
  std::vector<Finding> findings;  // best first: by saving, then by severity, kind and evidence
  TraceOperations operations;
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

// How the duration of a span compares with those of its operation; none when too little is known. Any thread.
std::optional<UsualPlace> usualPlace(const TraceAnalysis& analysis, NodeIndex node);

// The trace with an operation or span made faster: a replay with what is known of order. One thread.
ReplayedTimes whatIf(const TraceAnalysis& analysis, const Rewrite& rewrite);

}  // namespace waybill::analysis
