// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/path_times.h"

namespace waybill::analysis {

PathTimes::PathTimes(const TraceTree& tree, const PathSegments& segments)
    : m_onPath(tree.size()), m_subtreeEnd(tree.subtreeEnd) {
  for (const PathSegment& segment : segments) m_onPath.set(segment.node.value);
  m_onPath.count();
  m_before.assign(size_t{m_onPath.rank(tree.size())} + 1, 0);
  for (const PathSegment& segment : segments) {
    m_before[m_onPath.rank(segment.node.value) + 1] += segment.durationNs();
  }
  for (size_t i = 1; i < m_before.size(); ++i) m_before[i] += m_before[i - 1];
}

}  // namespace waybill::analysis
