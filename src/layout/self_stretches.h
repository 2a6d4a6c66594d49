// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/trace_tree.h"
#include "base/rank_bits.h"
#include "layout/time_scale.h"

namespace waybill::layout {

// When no child of a span ran (analysis::selfTimes says how long that is). Found by walking over the children;
// spans with many have every 16th stored as a place to begin at: less than 2 bytes a child. Immutable.
class SelfStretches {
 public:
  explicit SelfStretches(const analysis::TraceTree& tree);  // must outlive it

  // Calls visit(double x0, double x1) in pixels for what of the stretches lies in the scale's range, in time
  // order. Stretches narrower than a pixel are summed up by pixel column, so that there are at most about two
  // a pixel; where children crowd a column, those within a quarter of a pixel of its border perhaps with the neighbour.
  template <typename Visit>
  void forEachVisible(analysis::NodeIndex node, const TimeScale& scale, Visit&& visit) const {
    const TimeRange& range = scale.range();
    Walk walk = m_hasPlaces[node.value] ? walkFrom(node.value, range.startNs) : walkAll(node.value);
    bool more = walk.next();
    while (more && walk.endNs <= range.startNs) more = walk.next();
    while (more && walk.startNs < range.endNs) {
      const double x0 = scale.x(walk.startNs);
      const double x1 = scale.x(walk.endNs);
      if (!m_hasPlaces[node.value] || x1 - x0 >= 1) {
        visit(x0, x1);
        more = walk.next();
        continue;
      }
      // All that start before the next column: as one, as wide as they are together.
      double column = std::floor(std::max(x0, 0.0)), from = x0;
      int64_t untilNs = scale.ns(column + 1), before = walk.sumNs - (walk.endNs - walk.startNs);
      const auto visitUpTo = [&](int64_t sumNs) {
        visit(from, from + std::min(static_cast<double>(sumNs - before) / scale.nsPerPixel(), 1.0));
      };
      more = walk.next();
      if (more && walk.startNs < untilNs && skip(node.value, walk, untilNs)) {
        // Where a place is at hand near the end of each column, no child is looked at.
        const auto isNear = [&] {
          const uint64_t left = static_cast<uint64_t>(untilNs) - static_cast<uint64_t>(walk.coveredUntilNs);
          return static_cast<double>(left) <= scale.nsPerPixel() / 4;
        };
        for (bool moved = true; moved && untilNs < range.endNs && isNear();) {
          visitUpTo(walk.sumNs);
          before = walk.sumNs;
          from = ++column;
          untilNs = scale.ns(column + 1);
          moved = skip(node.value, walk, untilNs);
        }
        more = walk.next();
      }
      while (more && walk.startNs < untilNs && scale.x(walk.endNs) - scale.x(walk.startNs) < 1) {
        more = walk.next();
      }
      visitUpTo(more ? walk.sumNs - (walk.endNs - walk.startNs) : walk.sumNs);
    }
  }

 private:
  static constexpr uint32_t kFewChildren = 16;  // between two places, too

  // Before a child each: until when the children so far cover the span, and how long no child ran until then.
  struct AllPlaces {
    std::vector<int64_t> coveredUntilNs, sumNs;
    std::vector<uint32_t> child;
  };
  // In m_places.
  struct Places {
    uint32_t begin = 0, end = 0;
  };

  // From stretch to stretch.
  struct Walk {
    const analysis::TraceTree* tree = nullptr;
    int64_t spanEndNs = 0;
    uint32_t child = 0, childrenEnd = 0;  // what comes next
    int64_t coveredUntilNs = 0;
    int64_t sumNs = 0;              // of the stretches so far, with this one
    uint32_t place = 0;             // an index of m_places that it has passed
    uint32_t skipped = 0;           // so many places the last time
    int64_t startNs = 0, endNs = 0;  // the stretch

    bool next();
    bool step();  // over one child; whether there is a stretch before it
    void moveTo(const SelfStretches& stretches, uint32_t to);
  };

  Walk walkAll(uint32_t node) const;
  Walk walkFrom(uint32_t node, int64_t ns) const;  // all that ends after a time is still to come
  Places placesOf(uint32_t node) const;
  // Goes to the last place, if any is further on, that no stretch which begins at or after a time lies before.
  bool skip(uint32_t node, Walk& walk, int64_t ns) const;
  void store(uint32_t node);

  const analysis::TraceTree& m_tree;
  RankBits m_hasPlaces;              // by node
  std::vector<uint32_t> m_begin;     // by such node, and the end
  AllPlaces m_places;                // of all such nodes
};

}  // namespace waybill::layout
