// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "analysis/detector.h"

// Time between calls and the servers that answer them: what the detectors of it have in common; nobody else needs it.
namespace waybill::analysis {

struct Edge {
  NodeIndex call, server;
  const Baseline* usual = nullptr;  // of lostNs between these two operations; null when too little is known
  bool isSeenBefore = false;        // too little for that, but others lost as much
  int64_t lostNs = 0;               // edgeNs(): clocks that differ between the two sides do not change it
  int64_t onPathNs = 0;             // what of it the request waited for
};

// Less in one call is no edge to look at, nor is less than 10 % of the request in all calls alike.
inline constexpr int64_t kSmallestEdgeNs = 5'000'000;
bool isLargeEdge(int64_t onPathNs, int64_t rootDurationNs);

// Calls that lose time worth a look, in path order: kSmallestEdgeNs or more, or any time above what the user calls
// normal. O(path).
std::vector<Edge> edgesOnPath(const TraceFacts& facts);
// The same of one call, whatever it loses; none when no server answers it.
std::optional<Edge> edgeOf(const TraceFacts& facts, NodeIndex call);

}  // namespace waybill::analysis
