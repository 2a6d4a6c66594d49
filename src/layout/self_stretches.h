// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/trace_tree.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// When no child of a span ran (analysis::selfTimes says how long that is). Found on the spot for a span with
// few children; spans with many have their stretches stored, at most 16 bytes a child. Immutable.
class SelfStretches {
 public:
  explicit SelfStretches(const analysis::TraceTree& tree);  // must outlive it

  // Calls visit(double x0, double x1) in pixels for what of the stretches lies in the scale's range, in time
  // order. Stretches narrower than a pixel are summed up by pixel column, so that there are at most about two
  // a pixel.
  template <typename Visit>
  void forEachVisible(analysis::NodeIndex node, const TimeScale& scale, Visit&& visit) const {
    const Stored* stored = find(node);
    if (stored != nullptr) return forEachStored(*stored, scale, visit);
    int64_t from = m_tree.startNs[node.value];
    const int64_t end = m_tree.endNs[node.value];
    const auto stretch = [&](int64_t until) {
      if (until > from && until > scale.range().startNs && from < scale.range().endNs)
        visit(scale.x(from), scale.x(until));
    };
    m_tree.forEachChild(node, [&](analysis::NodeIndex child) {
      stretch(std::min(m_tree.startNs[child.value], end));
      from = std::max(from, std::min(m_tree.endNs[child.value], end));
    });
    stretch(end);
  }

 private:
  static constexpr uint32_t kFewChildren = 16;

  struct Stored {
    uint32_t node = 0;
    uint32_t begin = 0, end = 0;  // in m_startNs
  };

  void store(uint32_t node);
  const Stored* find(analysis::NodeIndex node) const;
  int64_t endNs(uint32_t i) const { return m_startNs[i] + (m_sumBefore[i + 1] - m_sumBefore[i]); }
  uint32_t firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const;

  template <typename Visit>
  void forEachStored(const Stored& stored, const TimeScale& scale, Visit&& visit) const {
    const TimeRange& range = scale.range();
    uint32_t i = firstStartingFrom(stored.begin, stored.end, range.startNs);
    if (i > stored.begin && endNs(i - 1) > range.startNs) --i;
    while (i < stored.end && m_startNs[i] < range.endNs) {
      const double x0 = scale.x(m_startNs[i]);
      const double x1 = scale.x(endNs(i));
      if (x1 - x0 >= 1) {
        visit(x0, x1);
        ++i;
        continue;
      }
      // All that start before the next column: as one, as wide as they are together.
      const double nextColumn = std::floor(std::max(x0, 0.0)) + 1;
      uint32_t next = i + 1;
      if (next < stored.end && scale.x(m_startNs[next]) < nextColumn) {
        next = std::max(next, firstStartingFrom(next, stored.end, scale.ns(nextColumn)));
        if (scale.x(endNs(next - 1)) - scale.x(m_startNs[next - 1]) >= 1) --next;
      }
      const double together = static_cast<double>(m_sumBefore[next] - m_sumBefore[i]) / scale.nsPerPixel();
      visit(x0, x0 + std::min(together, 1.0));
      i = std::max(next, i + 1);
    }
  }

  const analysis::TraceTree& m_tree;
  std::vector<Stored> m_stored;      // by node
  std::vector<int64_t> m_startNs;    // of all stored stretches
  std::vector<int64_t> m_sumBefore;  // duration of the stretches before each, and of all
};

}  // namespace waybill::layout
