// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "analysis/path_segments.h"
#include "analysis/path_times.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// The critical path of the primary root: segments disjoint, in time order, summing exactly to the root's
// duration. Algorithm of ANALYSIS section 1.2, iterative, O(n log n).
struct CriticalPath {
  PathSegments segments;
  // By node: nanoseconds on the path in the node itself, and in its whole subtree. They read the tree, which
  // must outlive them (it may be moved).
  OwnTimeOnPath selfNs;
  TimeOnPath totalNs;
};

CriticalPath criticalPath(const TraceTree& tree);

// The path made of given segments.
CriticalPath criticalPathOf(const TraceTree& tree, PathSegments segments);

// The same for any span with all that it waits for: segments that divide its duration.
PathSegments pathBelow(const TraceTree& tree, NodeIndex top);
// What a span's own time is called: Self, or Edge or External of a call.
SegmentKind ownTimeKind(const TraceTree& tree, NodeIndex node);

}  // namespace waybill::analysis
