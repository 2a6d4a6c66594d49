// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "session/open_trace.h"
#include "ui/details/detail_entry.h"

namespace waybill::ui {

// Everything the span carries, read from its bytes, and what was measured of it; with a prediction, that too. The
// entries point into the snapshot of the trace. The work does not depend on the size of the trace.
std::vector<DetailSection> spanDetails(const session::OpenTrace& open, analysis::NodeIndex node);

// The whole trace in a few lines, for when no span is chosen.
std::vector<DetailSection> traceDetails(const session::OpenTrace& open);

// The title of the section whose lines are made only when it is opened, and those lines.
QString rawJsonTitle();
std::vector<DetailEntry> rawJsonEntries(const store::Snapshot& snapshot, SpanRow row);

}  // namespace waybill::ui
