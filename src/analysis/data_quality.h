// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/operations.h"
#include "analysis/population.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// How far the spans of a trace can be trusted (ANALYSIS B24).
struct DataQuality {
  std::vector<NodeIndex> orphans;   // their parent is not in the trace
  std::vector<NodeIndex> detached;  // wholly outside their parent, and no message that waited
  std::vector<NodeIndex> clipped;   // stick out of their parent a little: clocks disagree
  std::vector<NodeIndex> holes;     // calls whose server is missing, though it is there in 95 % of such calls
  bool clocksDisagree = false;      // more than 5 % are clipped
  bool somethingIsLost = false;     // an orphan that found no place, or the root has not come: a lost span may have covered what looks like own time

  bool good() const { return orphans.empty() && detached.empty() && holes.empty() && !clocksDisagree; }
};

DataQuality dataQuality(const TraceTree& tree, const TraceOperations& operations, const Population* population);

}  // namespace waybill::analysis
