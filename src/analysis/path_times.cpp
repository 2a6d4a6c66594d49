// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/path_times.h"

#include <vector>

namespace waybill::analysis {

PathTimes::PathTimes(const TraceTree& tree, const PathSegments& segments)
    : m_onPath(tree.size()), m_subtreeEnd(tree.subtreeEnd) {
  segments.forEach([&](const PathSegment& segment) { m_onPath.set(segment.node.value); });
  m_onPath.count();
  std::vector<int64_t> own(m_onPath.rank(tree.size()), 0);
  segments.forEach(
      [&](const PathSegment& segment) { own[m_onPath.rank(segment.node.value)] += segment.durationNs(); });
  uint64_t before = 0;
  m_before.push_back(before);
  for (const int64_t ns : own) m_before.push_back(before += static_cast<uint64_t>(ns));
  m_before.finish();
}

}  // namespace waybill::analysis
