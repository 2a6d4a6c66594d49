// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/segment_order.h"

namespace waybill::layout {

SegmentOrder::SegmentOrder(const analysis::TraceTree& tree, const analysis::CriticalPath& path)
    : m_tree(tree), m_path(path) {
  if (path.segments.empty()) return;
  const analysis::PathTimes& times = *path.selfNs.times;
  const auto segments = static_cast<uint32_t>(path.segments.size());
  // Counted one place further on, so that filling in moves each begin to where it belongs.
  m_begin.assign(times.visited() + size_t{2}, 0);
  for (const analysis::PathSegment& segment : path.segments) ++m_begin[times.rank(segment.node.value) + 2];
  for (size_t i = 2; i < m_begin.size(); ++i) m_begin[i] += m_begin[i - 1];
  m_order.resize(segments);
  for (uint32_t i = 0; i < segments; ++i) m_order[m_begin[times.rank(path.segments[i].node.value) + 1]++] = i;
  m_begin.pop_back();
  for (uint32_t below = segments; below >= kFanOut;) {
    std::vector<Run> runs(below / kFanOut);
    for (uint32_t i = 0; i < runs.size() * kFanOut; ++i) runs[i / kFanOut].add(at(m_levels.size(), i));
    below = static_cast<uint32_t>(runs.size());
    m_levels.push_back(std::move(runs));
  }
}

SegmentOrder::Run SegmentOrder::at(size_t level, uint32_t i) const {
  if (level == 0) return {m_order[i], m_order[i]};
  return m_levels[level - 1][i];
}

std::pair<uint32_t, uint32_t> SegmentOrder::placesOf(uint32_t nodesBegin, uint32_t nodesEnd) const {
  if (m_order.empty()) return {0, 0};
  const analysis::PathTimes& times = *m_path.selfNs.times;
  return {m_begin[times.rank(nodesBegin)], m_begin[times.rank(nodesEnd)]};
}

std::optional<std::pair<uint32_t, uint32_t>> SegmentOrder::runOfSubtree(uint32_t node) const {
  auto [begin, end] = placesOf(node, m_tree.subtreeEnd[node]);
  if (begin == end) return std::nullopt;
  Run run;
  for (size_t level = 0; begin < end; ++level) {
    const bool isTop = level == m_levels.size();
    for (; begin < end && (isTop || begin % kFanOut != 0); ++begin) run.add(at(level, begin));
    for (; begin < end && end % kFanOut != 0; --end) run.add(at(level, end - 1));
    begin /= kFanOut;
    end /= kFanOut;
  }
  return std::pair(run.first, run.last);
}

}  // namespace waybill::layout
