// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>

#include "analysis/clock_skew.h"
#include "analysis/trace_analysis.h"

namespace waybill::analysis {

// The clocks of a trace, to build its tree with; null when they fit each other as they are. O(n log n): it builds the
// tree of the recorded times once.
std::shared_ptr<const ClockSkew> clocksToAdjust(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                TraceIndex trace);

// As analyzeTrace(), by one clock for all hosts. Its diagnostics name the clocks that were adjusted.
std::shared_ptr<const TraceAnalysis> analyzeAdjusted(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                     TraceIndex trace, std::shared_ptr<const Population> population,
                                                     std::stop_token stop = {}, OperationMemo* memo = nullptr);

}  // namespace waybill::analysis
