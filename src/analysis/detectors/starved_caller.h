// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "analysis/detector.h"
#include "analysis/detectors/call_edges.h"

namespace waybill::analysis {

// A service all of whose calls lose about as much time on the way, whoever answers. A process without processor time is
// slow to send and to read, so every edge that leaves it grows: the callees are not to blame, nor what lies between.
struct StarvedCaller {
  StringId service;
  std::vector<Edge> calls;       // by node: those that lose time, also beside the critical path
  std::vector<StringId> callees; // by the largest loss of one call
  int64_t onPathNs = 0;          // of what is lost, the request waited for so much
  int64_t leastNs = 0, mostNs = 0;  // lost in one call, by callee
};

// By first call. At least three callees must lose 5 ms in a call, none of the first three less than a quarter of what the
// first loses; with a normal only what is above it counts. O(spans).
std::vector<StarvedCaller> starvedCallers(const TraceFacts& facts);
bool isStarved(const std::vector<StarvedCaller>& callers, StringId service);

void detectStarvedCaller(const TraceFacts& facts, std::vector<Finding>& out);

}  // namespace waybill::analysis
