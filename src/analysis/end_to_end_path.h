// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/message_hops.h"

namespace waybill::analysis {

// A stretch of the end-to-end path: of a span, as on the critical path, or of nobody's span: between the end of what
// set a step off and its start.
struct EndToEndSegment {
  PathSegment segment;   // of a wait: `node` is the step that waited to begin, `other` what set it off
  bool isWait = false;
  bool isQueue = false;  // the wait of a message for its consumer

  int64_t durationNs() const { return segment.durationNs(); }
};

// From the start of the primary root to the last end of all that it set off, messages, links and work after the
// response included (ANALYSIS section 1.1): segments disjoint, in time order, without a gap.
struct EndToEndPath {
  std::vector<EndToEndSegment> segments;
  NodeIndex last;            // ends last
  bool outlivesResponse = false;  // else it is the critical path of the root

  int64_t durationNs() const {
    return segments.empty() ? 0 : segments.back().segment.endNs - segments.front().segment.startNs;
  }
};

// `response` is the critical path of the same tree, `hops` all of its hops. O(n log n), without recursion.
EndToEndPath endToEndPath(const TraceTree& tree, const CriticalPath& response, std::span<const MessageHop> hops);

// When everything that the primary root set off has ended. O(n).
int64_t lastEndNs(const TraceTree& tree, std::span<const MessageHop> hops);

// How much sooner the last of it would end if these consumers had begun so much sooner: what they do, and set off,
// moves along. Between 0 and the duration of the path. O(n log n).
struct EarlierStart {
  NodeIndex consumer;
  int64_t ns = 0;
};
int64_t endToEndSavingNs(const TraceTree& tree, std::span<const MessageHop> hops, std::span<const EarlierStart> earlier);

}  // namespace waybill::analysis
