// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>

#include "analysis/critical_path.h"
#include "base/time_text.h"

namespace waybill::test {

// What the critical path says that the picture denies: stretches in which a span did something itself, though one of
// its children that lies within it was running, by more than clocks err. Empty when all is well.
inline std::string untrueSelfTimes(const analysis::TraceTree& tree, const analysis::CriticalPath& path) {
  std::string out;
  path.segments.forEach([&](const analysis::PathSegment& segment) {
    if (segment.kind != analysis::SegmentKind::Self) return;
    const uint32_t parent = segment.node.value;
    tree.forEachChild(segment.node, [&](analysis::NodeIndex child) {
      const int64_t tolerance = analysis::toleranceNs(tree, segment.node, segment.node, child);
      const int64_t start = tree.startNs[child.value], end = tree.endNs[child.value];
      if (start < tree.startNs[parent] - tolerance || end > tree.endNs[parent] + tolerance) return;
      const int64_t covered = std::min(end, segment.endNs) - std::max(start, segment.startNs);
      if (covered <= tolerance) return;
      out += std::string(tree.name(segment.node)) + " is said to do itself " + durationText(covered) + " of " +
             std::string(tree.name(child)) + "\n";
    });
  });
  return out;
}

}  // namespace waybill::test
