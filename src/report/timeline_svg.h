// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::report {

// Rows of a drawn timeline at most; of larger traces those that matter: the way to the culprit, what findings show,
// what has most time on the critical path, and their ancestors.
inline constexpr size_t kMostTimelineRows = 200;

// The nodes that get a row, in preorder.
std::vector<analysis::NodeIndex> timelineNodes(const analysis::TraceAnalysis& trace);

// A timeline as one SVG element of a page: a row a span, the critical path drawn below its bars, numbers where findings
// point.
std::string timelineSvg(const analysis::TraceAnalysis& trace);

}  // namespace waybill::report
