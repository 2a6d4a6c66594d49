// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/trace_analysis.h"
#include "cli/output.h"

namespace waybill::cli {

// Draws the way from the request down to the culprit, with the biggest of the steps beside it: duration,
// tree, "← slow because of …", "← found it". Bounded, however deep or wide the trace is.
void printTrail(const analysis::TraceAnalysis& trace, Output& out);

}  // namespace waybill::cli
