// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::layout {

// A span as lanes see it: a span without duration still takes a nanosecond, so that two of them never share
// one.
inline int64_t occupiedEndNs(int64_t startNs, int64_t endNs) {
  if (endNs > startNs || startNs == std::numeric_limits<int64_t>::max()) return endNs;
  return startNs + 1;
}

// The lane of every node. Spans are placed in preorder, each in the first lane below its parent's in which
// nothing placed before ends after it starts: a subtree stays together under its span, overlapping siblings
// go deeper, and spans of a lane never overlap. O(n log n) time, for a million overlapping siblings too; 16
// bytes a span while it runs.
std::vector<uint32_t> packLanes(const analysis::TraceTree& tree);

}  // namespace waybill::layout
