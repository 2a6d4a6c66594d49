// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/trace_tree.h"
#include "base/packed_numbers.h"

namespace waybill::layout {

// The level-of-detail index over the spans of all lanes, lane after lane, each in time order. Level k sums up
// blocks of 8 · 4^k spans, so that a pixel column of any length is folded in about a dozen steps that touch few
// cache lines. Times stay in the tree: 2.7 bytes a span, and its node in a byte or two. Immutable.
class LaneIndex {
 public:
  // Lanes of fewer spans need no index.
  static constexpr uint32_t kFewestIndexed = 8;

  LaneIndex() = default;
  // `nodes`: of all lanes, of which those that end behind `indexed` have fewer than kFewestIndexed each. The tree must
  // outlive it.
  LaneIndex(const analysis::TraceTree& tree, const std::vector<uint32_t>& nodes, size_t indexed);

  // By position.
  uint32_t node(uint32_t i) const { return m_nodes[i]; }
  int64_t startNs(uint32_t i) const { return m_tree->startNs[m_nodes[i]]; }
  int64_t endNs(uint32_t i) const { return m_tree->endNs[m_nodes[i]]; }
  int64_t durationNs(uint32_t i) const { return endNs(i) - startNs(i); }

  // The first of [begin, end), all of one lane, that starts at or after a time; that ends after it.
  uint32_t firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const;
  uint32_t firstEndingAfter(uint32_t begin, uint32_t end, int64_t ns) const;

  // What a pixel column takes.
  struct Column {
    int64_t untilNs = 0;      // spans that start at or after it belong to the next
    int64_t toleranceNs = 0;  // so far from untilNs it may be cut instead, where that saves looking closer
    double wideNs = 0;        // spans that last so long stand for themselves
    int level = -1;           // of the blocks to begin with, a guess: where the column before began

    int64_t distanceNs(int64_t ns) const {  // from the end of the column; saturating
      const auto [less, more] = std::minmax(ns, untilNs);
      const uint64_t distance = static_cast<uint64_t>(more) - static_cast<uint64_t>(less);
      return static_cast<int64_t>(std::min<uint64_t>(distance, INT64_MAX));
    }
  };
  // The longest of some spans, the first of equals. With how long it lasts, rounded up: most are told apart by that,
  // without a look at the tree, which is far away.
  struct Longest {
    float ns = 0;
    uint32_t node = 0;
  };
  // Whether `b` lasts longer.
  bool isLonger(const Longest& b, const Longest& a) const {
    constexpr float kExact = 1 << 24;  // whole numbers up to that one are not rounded
    if (a.ns != b.ns) return b.ns > a.ns;
    return b.ns > kExact && durationOf(b.node) > durationOf(a.node);
  }

  struct Fold {
    uint32_t end = 0;
    Longest longest;
    int level = -1;  // of the first block that was taken, -1: a single span
  };
  // The spans from `begin` up to the end of the column, the first wide one, or `end`. `begin` itself is taken
  // unseen. [begin, end) is of one lane.
  Fold fold(uint32_t begin, uint32_t end, const Column& column) const;

  // Whether a block of spans that all belong to the column begins here, so that none needs to be looked at.
  bool fillsColumn(uint32_t begin, uint32_t end, const Column& column) const;

 private:
  static constexpr uint32_t kBaseBits = 3, kFanOutBits = 2;
  static_assert(kFewestIndexed == 1 << kBaseBits);

  // In one: what is asked for one is asked for the other.
  struct Block {
    int64_t lastStartNs = 0;
    Longest longest;
  };
  using Level = std::vector<Block>;

  static uint32_t bitsOf(int level) { return kBaseBits + kFanOutBits * static_cast<uint32_t>(level); }
  bool takesBlock(int level, uint32_t begin, uint32_t end, const Column& column) const;
  int64_t durationOf(uint32_t node) const { return m_tree->endNs[node] - m_tree->startNs[node]; }
  Level baseLevel(std::span<const uint32_t> nodes) const;
  Level levelAbove(const Level& below) const;

  const analysis::TraceTree* m_tree = nullptr;
  PackedIndexes m_nodes;
  std::vector<Level> m_levels;  // full blocks only
};

}  // namespace waybill::layout
