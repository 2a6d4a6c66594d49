// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/finding.h"
#include "analysis/trace_tree.h"
#include "analysis/trail.h"

namespace waybill::analysis {

// Everything Waybill says about one trace: what the window and the command line show. Immutable, any thread.
struct TraceAnalysis {
  TraceAnalysis() = default;
  TraceAnalysis(const TraceAnalysis&) = delete;  // its parts refer to the tree
  TraceAnalysis& operator=(const TraceAnalysis&) = delete;

  TraceTree tree;
  SelfTimes selfNs;  // by node
  CriticalPath path;
  Trail trail;
  std::string headline;
  std::vector<Finding> findings;  // best first: by saving, then by kind and evidence
};

// Runs on a worker; returns null when stop was asked for.
std::shared_ptr<const TraceAnalysis> analyzeTrace(std::shared_ptr<const store::Snapshot> snapshot,
                                                  TraceIndex trace, std::stop_token stop = {});

// The same in two steps, for who has something else to do with the tree meanwhile: the analysis with nothing but
// its tree, and the rest, which does not change the tree. False when stop was asked for.
std::shared_ptr<TraceAnalysis> startAnalysis(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                             const Workers& workers = {});
bool finishAnalysis(TraceAnalysis& analysis, std::stop_token stop = {});

}  // namespace waybill::analysis
