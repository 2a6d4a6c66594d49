// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "analysis/adjusted_trace.h"
#include "analysis/trace_tree.h"

namespace waybill::cli {

// --adjust-clock-skew
void addClockOption(CLI::App& command, bool& adjusts);

// The tree of a trace, by one clock for all hosts where that is asked for.
analysis::TraceTree treeOf(const std::shared_ptr<const store::Snapshot>& snapshot, TraceIndex trace, bool adjusts);

// "times adjusted: cart's clock is 52 ms ahead, ± 3 ms", a line for each host; empty where times are as recorded.
std::string clockLines(const analysis::TraceTree& tree);

}  // namespace waybill::cli
