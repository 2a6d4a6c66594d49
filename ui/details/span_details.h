// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "analysis/trace_analysis.h"
#include "ui/details/detail_entry.h"

namespace waybill::ui {

// Everything the span carries, read from its bytes. The entries point into the snapshot of the analysis.
std::vector<DetailSection> spanDetails(const analysis::TraceAnalysis& analysis, analysis::NodeIndex node);

// The whole trace in a few lines, for when no span is chosen.
std::vector<DetailSection> traceDetails(const analysis::TraceAnalysis& analysis);

// The title of the section whose lines are made only when it is opened, and those lines.
QString rawJsonTitle();
std::vector<DetailEntry> rawJsonEntries(const analysis::TraceTree& tree, analysis::NodeIndex node);

}  // namespace waybill::ui
