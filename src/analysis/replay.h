// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// How much sooner the primary root would end if the spans had no time of their own (ANALYSIS section 6.3, one
// trace): a child starts as long as before after the last thing that happened before it, and parallel
// branches wait for each other. Between 0 and the root's duration. O(n), and sorting the children of the
// spans' ancestors.
int64_t savingWithoutOwnTime(const TraceTree& tree, std::span<const NodeIndex> spans);

}  // namespace waybill::analysis
