// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/critical_path.h"
#include "base/packed_numbers.h"

namespace waybill::layout {

// The segments of the critical path by span. The path comes to a span once, and stays in its subtree until it leaves for
// good: what of it is below a span lies together, and the span itself is the least node there. So the first and the
// last segment of each span are enough to find the others from: about two bytes a span on the path. Immutable.
class SegmentOrder {
 public:
  SegmentOrder(const analysis::TraceTree& tree, const analysis::CriticalPath& path);  // must outlive it

  // From the first segment in the subtree of a node to the last, as indexes of the path; none when the path
  // does not come there. O(log n).
  std::optional<std::pair<uint32_t, uint32_t>> runOfSubtree(uint32_t node) const;

  // A node's own segments, as indexes of the path; end() for none. O(log n).
  uint32_t first(uint32_t node) const;
  uint32_t firstEndingAfter(uint32_t node, int64_t ns) const;
  // The first at or after a place of the path that does not lie before first(), and before another; end() for none.
  uint32_t next(uint32_t node, uint32_t from, uint32_t before) const;
  uint32_t next(uint32_t node, uint32_t from) const { return next(node, from, end()); }
  // The last before a place of the path; `from`, which is one of them, when that place does not lie behind it.
  uint32_t last(uint32_t node, uint32_t from, uint32_t before) const;
  uint32_t end() const { return static_cast<uint32_t>(m_path.segments.size()); }

  // Places of the path [first, second) that have some of a stretch of time. O(log n).
  std::pair<uint32_t, uint32_t> placesIn(int64_t startNs, int64_t endNs) const;

  const analysis::PathSegments& segments() const { return m_path.segments; }

 private:
  static constexpr uint32_t kFanOut = 16;

  uint32_t leastNode(size_t level, uint32_t block) const;
  // Whether a node has no own segments between those two, which are the first and the last.
  bool holdsAllOwn(uint32_t node, uint32_t first, uint32_t last) const;

  const analysis::TraceTree& m_tree;
  const analysis::CriticalPath& m_path;
  // By span that the path visits, in preorder: its first own segment, and its last.
  PackedIndexes m_first, m_last;
  std::vector<std::vector<uint32_t>> m_least;  // [k]: the least node of kFanOut^(k + 1) blocks of segments each
};

}  // namespace waybill::layout
