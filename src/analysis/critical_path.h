// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "analysis/path_times.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// What the request was doing during a stretch of its critical path.
enum class SegmentKind : uint8_t {
  Self,            // own code, or waiting that no child span covers
  SelfConcurrent,  // own time while a child that is not on the path was running: see `other`
  Edge,      // between a client (producer) span and its one remote child: network, queue, proxy; see `other`
  External,  // waiting for a peer that recorded nothing: a client span without children
};

// A half-open stretch [startNs, endNs) in which `node` was what the request waited for.
struct PathSegment {
  NodeIndex node;
  int64_t startNs = 0;
  int64_t endNs = 0;
  SegmentKind kind = SegmentKind::Self;
  OptionalNode other;

  int64_t durationNs() const { return endNs - startNs; }
};

// The critical path of the primary root: segments disjoint, in time order, summing exactly to the root's
// duration. Algorithm of ANALYSIS section 1.2, iterative, O(n log n).
struct CriticalPath {
  std::vector<PathSegment> segments;
  // By node: nanoseconds on the path in the node itself, and in its whole subtree. They read the tree, which
  // must outlive them (it may be moved).
  OwnTimeOnPath selfNs;
  TimeOnPath totalNs;
};

CriticalPath criticalPath(const TraceTree& tree);

// The path made of given segments.
CriticalPath criticalPathOf(const TraceTree& tree, std::vector<PathSegment> segments);

// The same for any span with all that it waits for: segments that divide its duration.
std::vector<PathSegment> pathBelow(const TraceTree& tree, NodeIndex top);
// What a span's own time is called: Self, or Edge or External of a call.
SegmentKind ownTimeKind(const TraceTree& tree, NodeIndex node);

}  // namespace waybill::analysis
