// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/critical_path.h"

namespace waybill::analysis {

// The spans of one operation (service and name; of an edge also the service at its other end) that have own
// time of one kind on the critical path.
struct OperationGroup {
  int64_t ns = 0;                // all their own time of that kind
  std::vector<NodeIndex> nodes;  // in path order
};

// In path order of their first spans.
std::vector<OperationGroup> groupPath(const TraceTree& tree, const CriticalPath& path, SegmentKind kind);

// Own time of every kind, by service and name.
std::vector<OperationGroup> groupPath(const TraceTree& tree, const CriticalPath& path);

// The same without the list of the spans, of which there may be as many as the trace has.
struct OperationTime {
  int64_t ns = 0;       // all their own time
  NodeIndex longest;    // the span with the most of it; the first of equals
  int64_t longestNs = 0;
  uint32_t spans = 0;
};
std::vector<OperationTime> timeByOperation(const TraceTree& tree, const CriticalPath& path);

}  // namespace waybill::analysis
