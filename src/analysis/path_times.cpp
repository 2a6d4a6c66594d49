// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/path_times.h"

#include "base/large_pages.h"

namespace waybill::analysis {

PathTimes::PathTimes(const TraceTree& tree, const PathSegments& segments)
    : m_onPath(tree.size()), m_subtreeEnd(tree.subtreeEnd) {
  segments.forEachNode([&](NodeIndex node) { m_onPath.set(node.value); });
  m_onPath.count();
  auto own = largeVector<int64_t>(m_onPath.rank(tree.size()));
  segments.forEachDuration([&](NodeIndex node, int64_t ns) { own[m_onPath.rank(node.value)] += ns; });
  uint64_t before = 0;
  m_before.push_back(before);
  for (const int64_t ns : own) m_before.push_back(before += static_cast<uint64_t>(ns));
  m_before.finish();
}

}  // namespace waybill::analysis
