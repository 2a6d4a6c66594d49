// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "analysis/finding.h"
#include "analysis/trace_tree.h"

namespace waybill::session {

// What was found in a trace, by the nodes that its spans have after it has grown, until it is explained anew: what was
// said stays, what was replayed does not. Both trees must be of one store. Worker thread; O(spans).
std::vector<analysis::Finding> inGrownTrace(std::vector<analysis::Finding> found, const analysis::TraceTree& before,
                                            const analysis::TraceTree& after);

}  // namespace waybill::session
