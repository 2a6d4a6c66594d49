// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/lane_packing.h"

#include <algorithm>
#include <bit>

namespace waybill::layout {
namespace {

// When each lane becomes free, as a segment tree of minima: finds the first free lane from a given one on.
class LaneEnds {
 public:
  explicit LaneEnds(uint32_t lanes)
      : m_leaves(std::bit_ceil(std::max(lanes, 1U))),
        m_min(size_t{2} * m_leaves, std::numeric_limits<int64_t>::min()) {}

  // There is one: lanes are filled without holes, and there are as many lanes as spans.
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
      if (m_min[at] == smaller) return;
      m_min[at] = smaller;
    }
  }

 private:
  size_t m_leaves;
  std::vector<int64_t> m_min;  // a heap-ordered tree: the children of i are 2i and 2i + 1
};

}  // namespace

std::vector<uint32_t> packLanes(const analysis::TraceTree& tree) {
  std::vector<uint32_t> laneOf(tree.size());
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
