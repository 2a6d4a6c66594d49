// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/segment_order.h"

#include <algorithm>

#include "layout/gallop.h"

namespace waybill::layout {
namespace {

constexpr uint32_t kBlock = analysis::PathSegments::kNodesBlock;

}  // namespace

SegmentOrder::SegmentOrder(const analysis::TraceTree& tree, const analysis::CriticalPath& path)
    : m_tree(tree), m_path(path) {
  const analysis::PathSegments& segments = path.segments;
  if (segments.empty()) return;
  const analysis::PathTimes& times = *path.selfNs.times;
  std::vector<uint32_t> first(times.visited(), end()), last(times.visited());
  uint32_t at = 0;
  segments.forEachNode([&](analysis::NodeIndex node) {
    const uint32_t rank = times.rank(node.value);
    first[rank] = std::min(first[rank], at);
    last[rank] = at++;
  });
  m_first = PackedIndexes(first);
  m_last = PackedIndexes(last);
  for (auto below = static_cast<uint32_t>(segments.nodesBlocks()); below >= kFanOut;) {
    std::vector<uint32_t> least(below / kFanOut, UINT32_MAX);
    for (uint32_t i = 0; i < least.size() * kFanOut; ++i) {
      least[i / kFanOut] = std::min(least[i / kFanOut], leastNode(m_least.size(), i));
    }
    below = static_cast<uint32_t>(least.size());
    m_least.push_back(std::move(least));
  }
}

// Level 0 is that of the segments' own blocks.
uint32_t SegmentOrder::leastNode(size_t level, uint32_t block) const {
  return level == 0 ? m_path.segments.leastNodeOf(block).value : m_least[level - 1][block];
}

std::optional<std::pair<uint32_t, uint32_t>> SegmentOrder::runOfSubtree(uint32_t node) const {
  if (m_first.empty()) return std::nullopt;
  const analysis::PathTimes& times = *m_path.selfNs.times;
  const uint32_t subtreeEnd = m_tree.subtreeEnd[node];
  const uint32_t rank = times.rank(node);
  if (rank == times.rank(subtreeEnd)) return std::nullopt;
  const auto isInside = [&](uint32_t i) {
    const uint32_t at = m_path.segments.node(i).value;
    return at >= node && at < subtreeEnd;
  };
  // What is below the span lies on both sides of any segment there.
  const uint32_t known = m_first[rank];
  const uint32_t before = gallop(0, known, 0, [&](uint32_t i) { return isInside(known - 1 - i); });
  return std::pair(known - before, gallop(known + 1, end(), 0, isInside) - 1);
}

uint32_t SegmentOrder::first(uint32_t node) const {
  if (m_first.empty()) return end();
  const analysis::PathTimes& times = *m_path.selfNs.times;
  const uint32_t rank = times.rank(node);
  return rank == times.rank(node + 1) ? end() : m_first[rank];
}

// Most spans have no more than two.
bool SegmentOrder::holdsAllOwn(uint32_t node, uint32_t first, uint32_t last) const {
  const analysis::PathSegments& segments = m_path.segments;
  int64_t ns = segments.endNs(first) - segments.startNs(first);
  if (last != first) ns += segments.endNs(last) - segments.startNs(last);
  return ns == m_path.selfNs[node];
}

// Until the path leaves the subtree for a lesser node, only the span's own segments are not of greater ones.
uint32_t SegmentOrder::next(uint32_t node, uint32_t from, uint32_t before) const {
  const analysis::PathTimes& times = *m_path.selfNs.times;
  const uint32_t rank = times.rank(node);
  const uint32_t last = m_last[rank];
  if (from > last) return end();
  if (from == last || holdsAllOwn(node, m_first[rank], last)) {
    const uint32_t found = from <= m_first[rank] ? m_first[rank] : last;
    return found < before ? found : end();
  }
  before = std::min(before, last + 1);
  uint32_t i = from;
  while (i < before) {
    uint64_t step = 0;
    uint64_t size = kBlock;
    for (size_t level = 0; level <= m_least.size() && i % size == 0; ++level, size *= kFanOut) {
      const auto block = static_cast<uint32_t>(i / size);
      const bool isWhole = i + size <= end() && (level == 0 || block < m_least[level - 1].size());
      if (!isWhole || leastNode(level, block) <= node) break;
      step = size;
    }
    if (step != 0) {
      i += static_cast<uint32_t>(step);
      continue;
    }
    const uint32_t blockEnd = std::min(before, (i / kBlock + 1) * kBlock);
    for (; i < blockEnd; ++i) {
      const uint32_t at = m_path.segments.node(i).value;
      if (at <= node) return at == node ? i : end();
    }
  }
  return end();
}

uint32_t SegmentOrder::last(uint32_t node, uint32_t from, uint32_t before) const {
  if (before <= from + 1) return from;
  const uint32_t last = m_last[m_path.selfNs.times->rank(node)];
  if (before > last) return last;
  uint32_t i = before;
  while (i > from + 1) {
    uint64_t step = 0;
    uint64_t size = kBlock;
    for (size_t level = 0; level <= m_least.size() && i % size == 0 && size <= i - from; ++level, size *= kFanOut) {
      if (leastNode(level, static_cast<uint32_t>(i / size - 1)) <= node) break;
      step = size;
    }
    if (step != 0) {
      i -= static_cast<uint32_t>(step);
      continue;
    }
    const uint32_t blockBegin = std::max(from + 1, (i - 1) / kBlock * kBlock);
    for (; i > blockBegin; --i) {
      if (m_path.segments.node(i - 1).value == node) return i - 1;
    }
  }
  return from;
}

uint32_t SegmentOrder::firstEndingAfter(uint32_t node, int64_t ns) const {
  const analysis::PathSegments& segments = m_path.segments;
  const uint32_t begin = first(node);
  if (begin == end() || segments.endNs(begin) > ns) return begin;
  const auto after = static_cast<uint32_t>(segments.firstFrom(ns, begin + 1));
  return next(node, segments.endNs(after - 1) > ns ? after - 1 : after);
}

std::pair<uint32_t, uint32_t> SegmentOrder::placesIn(int64_t startNs, int64_t endNs) const {
  const analysis::PathSegments& segments = m_path.segments;
  auto begin = static_cast<uint32_t>(segments.firstFrom(startNs));
  if (begin > 0 && segments.endNs(begin - 1) > startNs) --begin;
  return {begin, static_cast<uint32_t>(segments.firstFrom(endNs, begin))};
}

}  // namespace waybill::layout
