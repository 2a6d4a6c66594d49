// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/critical_path.h"

namespace waybill::analysis {

// A step of the way from the request down to the culprit.
struct TrailStep {
  NodeIndex node;
  int64_t onPathNs = 0;   // of the node and its subtree, on the critical path
  bool slow = false;      // carries at least half of its parent's time: "← slow because of ↓"
  bool foundIt = false;   // the last step: here the time goes
};

// The walk of ANALYSIS section 6.2: from the root along the child with the most time on the critical path, as long
// as it carries at least half of its parent's. When no single step carries half, the time is spread.
struct Trail {
  std::vector<TrailStep> steps;         // root first; at least one
  std::optional<NodeIndex> culprit;     // the step found, none when the time is spread
  int64_t culpritNs = 0;                // what the headline says of it: its time on the path, subtree included
  uint32_t spreadOver = 0;              // when spread: how many operations share 90 % of the path
};

Trail findTrail(const TraceTree& tree, const CriticalPath& path);

// The one sentence over the trace: "90 % of this request was spent in bank-api POST /auth (140 of 155 ms)." or
// "The time is spread over 7 steps; …". Plain text.
std::string headline(const TraceTree& tree, const Trail& trail);

// "bank-api POST /auth": service and operation of a node; a client span without children that names a peer shows
// the peer. Plain text.
std::string operationText(const TraceTree& tree, NodeIndex node);

}  // namespace waybill::analysis
