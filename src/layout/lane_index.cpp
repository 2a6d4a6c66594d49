// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/lane_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "layout/lane_packing.h"

namespace waybill::layout {
namespace {

// Never less than it was: a block of wide spans must not pass for narrow.
float roundedUp(int64_t ns) {
  const auto rounded = static_cast<float>(ns);
  if (static_cast<double>(rounded) >= static_cast<double>(ns)) return rounded;
  return std::nextafter(rounded, std::numeric_limits<float>::infinity());
}

}  // namespace

LaneIndex::LaneIndex(const analysis::TraceTree& tree, const std::vector<uint32_t>& nodes, size_t indexed)
    : m_tree(&tree), m_nodes(nodes) {
  for (Level level = baseLevel(std::span(nodes).first(indexed)); !level.empty();) {
    Level above = levelAbove(level);
    m_levels.push_back(std::move(level));
    level = std::move(above);
  }
}

LaneIndex::Level LaneIndex::baseLevel(std::span<const uint32_t> nodes) const {
  constexpr uint32_t kBlock = 1 << kBaseBits;
  const size_t blocks = nodes.size() / kBlock;
  Level level(blocks);
  for (size_t b = 0; b < blocks; ++b) {
    uint32_t longest = nodes[b * kBlock];
    int64_t longestNs = durationOf(longest);
    for (size_t i = b * kBlock + 1; i < (b + 1) * kBlock; ++i) {
      const int64_t ns = durationOf(nodes[i]);
      if (ns <= longestNs) continue;
      longestNs = ns;
      longest = nodes[i];
    }
    level[b] = {m_tree->startNs[nodes[(b + 1) * kBlock - 1]], {roundedUp(longestNs), longest}};
  }
  return level;
}

LaneIndex::Level LaneIndex::levelAbove(const Level& below) const {
  constexpr size_t kFanOut = 1 << kFanOutBits;
  const size_t blocks = below.size() / kFanOut;
  Level level(blocks);
  for (size_t b = 0; b < blocks; ++b) {
    level[b] = {below[(b + 1) * kFanOut - 1].lastStartNs, below[b * kFanOut].longest};
    for (size_t i = b * kFanOut + 1; i < (b + 1) * kFanOut; ++i) {
      if (isLonger(below[i].longest, level[b].longest)) level[b].longest = below[i].longest;
    }
  }
  return level;
}

uint32_t LaneIndex::firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const {
  constexpr uint32_t kBlock = 1 << kBaseBits;
  // Among the blocks that lie in the range first: their times stand close together.
  const uint32_t firstBlock = (begin + kBlock - 1) / kBlock, lastBlock = end / kBlock;
  if (firstBlock < lastBlock) {
    const Level& blocks = m_levels.front();
    const auto at = std::lower_bound(blocks.begin() + firstBlock, blocks.begin() + lastBlock, ns,
                                     [](const Block& block, int64_t time) { return block.lastStartNs < time; });
    const auto block = static_cast<uint32_t>(at - blocks.begin());
    if (block > firstBlock) begin = block * kBlock;
    if (block < lastBlock) end = std::min(end, (block + 1) * kBlock);
  }
  while (begin < end) {
    const uint32_t middle = begin + (end - begin) / 2;
    if (startNs(middle) < ns) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

uint32_t LaneIndex::firstEndingAfter(uint32_t begin, uint32_t end, int64_t ns) const {
  const uint32_t after = firstStartingFrom(begin, end, ns);
  // At most one span of a lane began before and lasts longer.
  if (after == begin) return after;
  return occupiedEndNs(startNs(after - 1), endNs(after - 1)) > ns ? after - 1 : after;
}

bool LaneIndex::takesBlock(int level, uint32_t begin, uint32_t end, const Column& column) const {
  if (level < 0 || static_cast<size_t>(level) >= m_levels.size()) return false;
  const uint32_t bits = bitsOf(level);
  const uint64_t blockEnd = uint64_t{begin} + (uint64_t{1} << bits);
  if ((begin & ((uint64_t{1} << bits) - 1)) != 0 || blockEnd > end) return false;
  const Block& block = m_levels[static_cast<size_t>(level)][begin >> bits];
  const bool isInside =
      block.lastStartNs < column.untilNs || column.distanceNs(block.lastStartNs) < column.toleranceNs;
  return isInside && static_cast<double>(block.longest.ns) < column.wideNs;
}

bool LaneIndex::fillsColumn(uint32_t begin, uint32_t end, const Column& column) const {
  // A block has all below it that begin with it.
  return takesBlock(column.level, begin, end, column) || takesBlock(0, begin, end, column);
}

LaneIndex::Fold LaneIndex::fold(uint32_t begin, uint32_t end, const Column& column) const {
  uint32_t at = begin;
  int level = column.level;  // of blocks that are taken whole; -1: single spans
  int first = -1;
  Longest longest;
  const auto offer = [&](const Longest& other) {
    if (at == begin || isLonger(other, longest)) longest = other;
  };
  while (at < end) {
    const int before = level;
    while (level >= 0 && !takesBlock(level, at, end, column)) --level;
    if (level == before) {
      while (takesBlock(level + 1, at, end, column)) ++level;
    }
    if (level >= 0) {
      const Block& block = m_levels[static_cast<size_t>(level)][at >> bitsOf(level)];
      if (at == begin) first = level;
      offer(block.longest);
      at += 1U << bitsOf(level);
      if (column.toleranceNs > 0 && column.distanceNs(block.lastStartNs) <= column.toleranceNs) break;
      continue;
    }
    const uint32_t node = m_nodes[at];
    const int64_t start = m_tree->startNs[node], ns = m_tree->endNs[node] - start;
    if (at != begin && (start >= column.untilNs || static_cast<double>(ns) >= column.wideNs)) break;
    offer({roundedUp(ns), node});
    ++at;
  }
  return {at, longest, first};
}

}  // namespace waybill::layout
