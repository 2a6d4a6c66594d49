// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "analysis/path_segments.h"
#include "base/packed_numbers.h"
#include "base/rank_bits.h"

namespace waybill::analysis {

// How long the critical path is in each span, kept only for spans that it visits: their own time summed up in
// preorder, so that a subtree's is the difference of two sums. About 4 bytes a span on the path and 0.2 bytes a
// span of the tree. Immutable; the tree must outlive it, and may be moved.
class PathTimes {
 public:
  PathTimes(const TraceTree& tree, const PathSegments& segments);

  // In the node itself, and in its whole subtree; nanoseconds.
  int64_t selfNs(uint32_t node) const { return m_onPath[node] ? ownNs(m_onPath.rank(node)) : 0; }
  int64_t totalNs(uint32_t node) const { return sumOf(node, m_subtreeEnd[node]); }

  // Numbers the spans that the path visits itself, in preorder.
  uint32_t rank(uint32_t node) const { return m_onPath.rank(node); }
  uint32_t visited() const { return static_cast<uint32_t>(m_before.size() - 1); }

 private:
  int64_t ownNs(uint32_t rank) const { return static_cast<int64_t>(m_before[rank + 1] - m_before[rank]); }
  int64_t sumOf(uint32_t begin, uint32_t end) const {
    const uint32_t first = m_onPath.rank(begin), last = m_onPath.rank(end);
    return first == last ? 0 : static_cast<int64_t>(m_before[last] - m_before[first]);
  }

  RankBits m_onPath;       // by node: the path visits it
  PackedNumbers m_before;  // by such node, and the end: nanoseconds in those before
  std::span<const uint32_t> m_subtreeEnd;
};

// By node, as if each were a vector. All zero without a path.
struct OwnTimeOnPath {
  std::shared_ptr<const PathTimes> times;
  int64_t operator[](size_t node) const {
    return times == nullptr ? 0 : times->selfNs(static_cast<uint32_t>(node));
  }
};
struct TimeOnPath {
  std::shared_ptr<const PathTimes> times;
  int64_t operator[](size_t node) const {
    return times == nullptr ? 0 : times->totalNs(static_cast<uint32_t>(node));
  }
};

}  // namespace waybill::analysis
