// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/trace_analysis.h"
#include "ui/details/detail_entry.h"

namespace waybill::ui {

// Where the duration of a span stands among all spans like it: "slower than 96 % of 1,204 like it", with their
// histogram; none when too few are known. The work does not depend on the size of the trace.
std::optional<DetailEntry> usualEntry(const analysis::TraceAnalysis& measured, analysis::NodeIndex node);

}  // namespace waybill::ui
