// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "layout/segment_order.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// What a request waited for while no span below says so (ANALYSIS sections 1.2 and 2).
enum class GapKind : uint8_t {
  Network,          // between a client span and its server: network, TLS, proxy, accept queue
  Queue,            // between a producer and its consumer
  Waiting,          // for a peer that recorded nothing: a client span without children
  NothingRecorded,  // before, between or after children: own code, a lock, a pool, something not instrumented
};

struct PathGap {
  int64_t startNs = 0, endNs = 0;
  GapKind kind = GapKind::NothingRecorded;
};

// Stretches of a span's own time on the critical path that have a name, in time order: those of at least `leastNs`
// (> 0) that are partly in the range. A leaf that calls nobody has none: its bar says it all. O(range / leastNs · log segments).
std::vector<PathGap> gapsOnPath(const analysis::TraceTree& tree, const SegmentOrder& segments, analysis::NodeIndex node,
                                TimeRange range, int64_t leastNs);

// How long a message lay in its queue: from the end of the producer to the start of this consumer below it. None when
// the span is no such consumer, or began before the producer ended. O(1).
std::optional<PathGap> queueBefore(const analysis::TraceTree& tree, analysis::NodeIndex node);

}  // namespace waybill::layout
