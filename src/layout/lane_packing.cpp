// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/lane_packing.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "base/large_pages.h"

namespace waybill::layout {
namespace {

// When each lane becomes free, as a segment tree of minima: finds the first free lane from a given one on. It grows with
// the lanes, of which there are few mostly, and at most as many as spans.
class LaneEnds {
 public:
  explicit LaneEnds(uint32_t spans)
      : m_most(std::bit_ceil(size_t{std::max(spans, 1U)})),
        m_leaves(std::min(m_most, kFirstLeaves)),
        m_min(largeVector(2 * m_leaves, kFree)) {}

  // There is one: lanes are filled without holes, and the one behind the last is there until all spans have theirs.
  uint32_t firstFree(uint32_t from, int64_t startNs) const {
    size_t at = m_leaves + from;
    while (m_min[at] > startNs) {
      while ((at & 1) != 0) at >>= 1;  // a right child: what is to the right lies beside an ancestor
      at += 1;
    }
    while (at < m_leaves) {
      at *= 2;
      if (m_min[at] > startNs) at += 1;
    }
    return static_cast<uint32_t>(at - m_leaves);
  }

  void occupy(uint32_t lane, int64_t endNs) {
    size_t at = m_leaves + lane;
    m_min[at] = endNs;
    while (at > 1) {
      at /= 2;
      const int64_t smaller = std::min(m_min[2 * at], m_min[2 * at + 1]);
      if (m_min[at] == smaller) break;
      m_min[at] = smaller;
    }
    if (lane + size_t{1} == m_leaves && m_leaves < m_most) grow();
  }

 private:
  static constexpr int64_t kFree = std::numeric_limits<int64_t>::min();
  static constexpr size_t kFirstLeaves = 4096, kGrowth = 8;

  void grow() {
    const size_t leaves = std::min(m_leaves * kGrowth, m_most);
    std::vector<int64_t> grown = largeVector(2 * leaves, kFree);
    std::copy_n(m_min.begin() + static_cast<std::ptrdiff_t>(m_leaves), m_leaves,
                grown.begin() + static_cast<std::ptrdiff_t>(leaves));
    // Only what is above the copied leaves.
    for (size_t first = leaves / 2, count = m_leaves / 2; first > 0; first /= 2, count = std::max<size_t>(count / 2, 1)) {
      for (size_t i = first; i < first + count; ++i) grown[i] = std::min(grown[2 * i], grown[2 * i + 1]);
    }
    m_min.swap(grown);
    m_leaves = leaves;
  }

  size_t m_most, m_leaves;
  std::vector<int64_t> m_min;  // a heap-ordered tree: the children of i are 2i and 2i + 1
};

}  // namespace

std::vector<uint32_t> packLanes(const analysis::TraceTree& tree) {
  auto laneOf = largeVector<uint32_t>(tree.size());
  LaneEnds ends(tree.size());
  for (uint32_t node = 0; node < tree.size(); ++node) {
    const uint32_t parent = tree.parent[node];
    const uint32_t from = parent == analysis::TraceTree::kNone ? 0 : laneOf[parent] + 1;
    const int64_t start = tree.startNs[node];
    laneOf[node] = ends.firstFree(from, start);
    ends.occupy(laneOf[node], occupiedEndNs(start, tree.endNs[node]));
  }
  return laneOf;
}

}  // namespace waybill::layout
