// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/detector.h"

// How much of the time of many calls is due to their number. What is due to something else, a finding about that thing
// claims.
namespace waybill::analysis {

// The time of calls in two parts: calls × a usual call, and what is due to slow ones.
struct CallTime {
  int64_t usualNs = INT64_MAX;  // a usual call lasts at most that
  int64_t slownessNs = 0;       // on the critical path, beyond that
};

// A usual call is what is usual of the operation, and some of the calls, or most, are slower; else, where few of the
// calls take nearly all of the time, one of the fastest quarter. Elsewhere nothing is due to slowness.
CallTime partTime(const TraceFacts& facts, const std::vector<NodeIndex>& calls);

// ", most of it because calls are slow (usually about 2 ms), not because of their number": of calls that last so long in
// all.
std::string slownessText(const CallTime& time, int64_t sumNs);

// Of the calls' time on the critical path, what passes in the callees.
int64_t timeInCallees(const TraceFacts& facts, const std::vector<NodeIndex>& calls);

// Where the server's own span is missing, and what it called hangs there instead, the time between the two is not the
// network's. None where no server is known.
std::optional<NodeIndex> exactServer(const TraceTree& tree, NodeIndex call);

}  // namespace waybill::analysis
