// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::analysis {

// The trace as it would have been: the same spans under the same nodes at replayed times, with the critical path and
// the trail that follow from them. It has no findings: those are of what was measured. Other spans of the trace than
// those that wait for what changed stay as they are; no time leaves the stretch that the trace took. O(n log n), one
// thread; null when stop was asked for.
std::shared_ptr<const TraceAnalysis> predictTrace(const TraceAnalysis& measured, const Rewrite& rewrite,
                                                  std::stop_token stop = {});

// Every span of the trace with the service and the name of that one, itself among them; by node. O(n).
std::vector<NodeIndex> spansLike(const TraceTree& tree, NodeIndex node);

// So many per cent (0 … 100) less time for each of the spans: for the whole span with all below it, in proportion, or
// for its own time only.
enum class FasterPart { Whole, OwnTime };
Rewrite fasterSpans(const TraceTree& tree, const std::vector<NodeIndex>& spans, FasterPart part, int percent);

}  // namespace waybill::analysis
