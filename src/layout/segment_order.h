// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/critical_path.h"

namespace waybill::layout {

// The segments of the critical path by span: of a span in time order, spans in preorder, so that those of a
// subtree lie together. 4 bytes a segment and a span on the path. Immutable.
class SegmentOrder {
 public:
  SegmentOrder(const analysis::TraceTree& tree, const analysis::CriticalPath& path);  // must outlive it

  // Places of a node's own segments: [first, second).
  std::pair<uint32_t, uint32_t> of(uint32_t node) const { return placesOf(node, node + 1); }
  analysis::PathSegment operator[](uint32_t place) const { return m_path.segments[m_order[place]]; }

  // From the first segment in the subtree of a node to the last, as indexes of the path; none when the path
  // does not come there. O(log n).
  std::optional<std::pair<uint32_t, uint32_t>> runOfSubtree(uint32_t node) const;

 private:
  static constexpr uint32_t kFanOut = 64;

  struct Run {
    uint32_t first = UINT32_MAX, last = 0;

    void add(const Run& other) {
      first = other.first < first ? other.first : first;
      last = other.last > last ? other.last : last;
    }
  };

  std::pair<uint32_t, uint32_t> placesOf(uint32_t nodesBegin, uint32_t nodesEnd) const;
  Run at(size_t level, uint32_t i) const;

  const analysis::TraceTree& m_tree;
  const analysis::CriticalPath& m_path;
  std::vector<uint32_t> m_begin;            // by span that the path visits, in preorder, and the end
  std::vector<uint32_t> m_order;            // segment indexes
  std::vector<std::vector<Run>> m_levels;   // [k]: of kFanOut^(k + 1) places each; full ones only
};

}  // namespace waybill::layout
