// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "layout/segment_order.h"

namespace waybill::layout {

// Until when a branch that the request did not wait for could end without changing the total ("could take +x ms",
// ANALYSIS section 1.1, parallel children). Of a child k off the critical path of a parent p that is on it:
//
//   slack(k) = end of the path through c − k.end,   c = the child of p that p waits for at k.end
//
// After c ends, p goes on, perhaps with what k gave it; until then nothing waits for k. This is the total float of
// project planning (Kelley, Walker: Critical-Path Planning and Scheduling, 1959), with the order of siblings in this one
// trace as what depends on what. None of a span that is on the path, that has no such parent (what is below a branch has
// at least the branch's), that nobody waits for in any case (asynchronous, detached), or that ends while the parent
// waits for nothing. O(log n), and a step for each level between p and what the path is in; none beyond
// kMostLevels.
inline constexpr uint32_t kMostLevels = 1024;
std::optional<int64_t> slackEndNs(const analysis::TraceTree& tree, const analysis::CriticalPath& path,
                                  const SegmentOrder& segments, analysis::NodeIndex node);

}  // namespace waybill::layout
