// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/lane_index.h"

#include <algorithm>
#include <utility>

#include "layout/lane_packing.h"

namespace waybill::layout {

LaneIndex::LaneIndex(std::vector<Entry> entries) : m_entries(std::move(entries)) {
  constexpr uint32_t kFanOut = 1 << kFanOutBits;
  std::vector<Block> level(m_entries.size() / kFanOut);
  for (uint32_t b = 0; b < level.size(); ++b) {
    Block& block = level[b];
    block.longest = b * kFanOut;
    for (uint32_t i = block.longest; i < (b + 1) * kFanOut; ++i) {
      if (m_entries[i].durationNs > m_entries[block.longest].durationNs) block.longest = i;
    }
    block.longestNs = m_entries[block.longest].durationNs;
    block.lastStartNs = m_entries[(b + 1) * kFanOut - 1].startNs;
  }
  while (!level.empty()) {
    std::vector<Block> above(level.size() / kFanOut);
    for (uint32_t b = 0; b < above.size(); ++b) {
      above[b] = level[b * kFanOut];
      for (uint32_t i = b * kFanOut; i < (b + 1) * kFanOut; ++i) {
        if (level[i].longestNs > above[b].longestNs) above[b] = level[i];
      }
      above[b].lastStartNs = level[(b + 1) * kFanOut - 1].lastStartNs;
    }
    m_levels.push_back(std::move(level));
    level = std::move(above);
  }
}

uint32_t LaneIndex::firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const {
  const auto at = std::lower_bound(m_entries.begin() + begin, m_entries.begin() + end, ns,
                                   [](const Entry& entry, int64_t time) { return entry.startNs < time; });
  return static_cast<uint32_t>(at - m_entries.begin());
}

uint32_t LaneIndex::firstEndingAfter(uint32_t begin, uint32_t end, int64_t ns) const {
  const uint32_t after = firstStartingFrom(begin, end, ns);
  // At most one span of a lane began before and lasts longer.
  if (after == begin) return after;
  const Entry& before = m_entries[after - 1];
  return occupiedEndNs(before.startNs, before.endNs()) > ns ? after - 1 : after;
}

LaneIndex::Fold LaneIndex::fold(uint32_t begin, uint32_t end, int64_t untilNs, double wideNs) const {
  Fold fold{begin + 1, begin};
  int64_t longestNs = m_entries[begin].durationNs;
  const auto offer = [&](uint32_t position, int64_t ns) {
    if (ns <= longestNs) return;
    longestNs = ns;
    fold.longest = position;
  };
  const auto isNarrow = [wideNs](int64_t ns) { return static_cast<double>(ns) < wideNs; };
  const auto blockAt = [&](size_t level) -> const Block* {  // that begins at fold.end and is taken whole
    const uint32_t bits = kFanOutBits * static_cast<uint32_t>(level + 1);
    const uint64_t blockEnd = uint64_t{fold.end} + (uint64_t{1} << bits);
    if ((fold.end & ((uint64_t{1} << bits) - 1)) != 0 || blockEnd > end) return nullptr;
    const Block& block = m_levels[level][fold.end >> bits];
    return block.lastStartNs < untilNs && isNarrow(block.longestNs) ? &block : nullptr;
  };
  while (fold.end < end) {
    size_t level = 0;
    const Block* taken = nullptr;
    for (; level < m_levels.size(); ++level) {
      const Block* block = blockAt(level);
      if (block == nullptr) break;
      taken = block;
    }
    if (taken != nullptr) {
      offer(taken->longest, taken->longestNs);
      fold.end += uint32_t{1} << (kFanOutBits * static_cast<uint32_t>(level));
      continue;
    }
    const Entry& entry = m_entries[fold.end];
    if (entry.startNs >= untilNs || !isNarrow(entry.durationNs)) break;
    offer(fold.end, entry.durationNs);
    ++fold.end;
  }
  return fold;
}

}  // namespace waybill::layout
