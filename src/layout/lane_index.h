// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace waybill::layout {

// The level-of-detail index over the spans of all lanes, lane after lane, each in time order. Level k sums up
// blocks of 16^k spans, so that a stretch of any length is folded in a few dozen steps that touch few cache
// lines. 18 bytes a span.
class LaneIndex {
 public:
  struct Entry {
    int64_t startNs = 0;
    int64_t durationNs = 0;

    int64_t endNs() const { return startNs + durationNs; }
  };

  LaneIndex() = default;
  explicit LaneIndex(std::vector<Entry> entries);

  const Entry& operator[](uint32_t i) const { return m_entries[i]; }

  // The first of [begin, end), all of one lane, that starts at or after a time; that ends after it.
  uint32_t firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const;
  uint32_t firstEndingAfter(uint32_t begin, uint32_t end, int64_t ns) const;

  // What a pixel column folds: the entries from `begin` up to the first that starts at or after `untilNs` or
  // lasts `wideNs` or more, and the longest of them (the first of equals).
  struct Fold {
    uint32_t end = 0;
    uint32_t longest = 0;
  };
  // `begin` itself is taken unseen. [begin, end) is of one lane.
  Fold fold(uint32_t begin, uint32_t end, int64_t untilNs, double wideNs) const;

 private:
  static constexpr uint32_t kFanOutBits = 4;

  struct Block {
    int64_t lastStartNs = 0;
    int64_t longestNs = 0;
    uint32_t longest = 0;  // position of the entry
  };

  std::vector<Entry> m_entries;
  std::vector<std::vector<Block>> m_levels;  // [0] is level 1; full blocks only
};

}  // namespace waybill::layout
