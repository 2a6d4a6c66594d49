// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "analysis/excess_ranking.h"
#include "analysis/trace_analysis.h"

namespace waybill::report {

// Pieces of one self-contained HTML page: nothing is fetched, no script runs, colours follow the reader's system. Any
// text may stand in a trace; it is shown as text. Pieces are written as they come, so that memory does not grow.
std::string htmlBegin(std::string_view title);
std::string htmlTrace(const analysis::TraceAnalysis& trace);  // headline, timeline, findings
std::string htmlRanking(const std::vector<analysis::OperationExcess>& operations, uint64_t traces);
std::string htmlEnd();

// Plain text for text and attribute values: markup escaped, control characters gone, cut.
std::string htmlEscaped(std::string_view text, size_t maxBytes = 4000);

}  // namespace waybill::report
