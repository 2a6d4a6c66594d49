// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/flame_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "layout/lane_packing.h"
#include "layout/visible_pixels.h"

namespace waybill::layout {

using analysis::NodeBits;
using analysis::NodeIndex;

FlameLayout::FlameLayout(const analysis::TraceTree& tree) : m_tree(tree), m_laneOf(packLanes(tree)) {
  const uint32_t size = tree.size();
  const uint32_t lanes = size == 0 ? 0 : *std::max_element(m_laneOf.begin(), m_laneOf.end()) + 1;
  m_laneBegin.assign(lanes + 1, 0);
  for (const uint32_t lane : m_laneOf) ++m_laneBegin[lane + 1];
  for (uint32_t lane = 0; lane < lanes; ++lane) m_laneBegin[lane + 1] += m_laneBegin[lane];
  // Nodes were placed in time order in each lane, so that keeping their order sorts them by start.
  std::vector<uint32_t> next(m_laneBegin.begin(), m_laneBegin.end() - 1);
  m_nodes.resize(size);
  std::vector<LaneIndex::Entry> entries(size);
  for (uint32_t node = 0; node < size; ++node) {
    const uint32_t position = next[m_laneOf[node]]++;
    m_nodes[position] = node;
    entries[position] = {tree.startNs[node], tree.durationNs(NodeIndex(node))};
  }
  m_index = LaneIndex(std::move(entries));
  m_errors = RankBits(size, [&](uint32_t i) { return tree.has(NodeIndex(m_nodes[i]), NodeBits::kError); });
}

// Draws lanes. A class for what its steps share.
class FlameLayout::LanePainter {
 public:
  // `joinRuns`: neighbouring folded columns of one look become one rectangle.
  LanePainter(const FlameLayout& layout, const TimeScale& scale, bool joinRuns)
      : m_layout(layout),
        m_index(layout.m_index),
        m_scale(scale),
        m_nsPerPixel(scale.nsPerPixel()),
        m_lastColumn(std::max(0.0, std::ceil(scale.width()) - 1)),
        m_joinRuns(joinRuns) {}

  void draw(uint32_t lane) {
    m_lane = lane;
    m_narrow.clear();
    const TimeRange& range = m_scale.range();
    const uint32_t laneEnd = m_layout.m_laneBegin[lane + 1];
    uint32_t i = m_index.firstEndingAfter(m_layout.m_laneBegin[lane], laneEnd, range.startNs);
    const uint32_t end = endOfVisible(i, laneEnd);
    while (i < end) i = isWide(m_index[i]) ? drawWide(i) : foldColumn(i, end);
    m_out.insert(m_out.end(), m_narrow.begin(), m_narrow.end());
  }

  DrawList take() { return std::move(m_out); }

 private:
  bool isWide(const LaneIndex::Entry& entry) const {
    return static_cast<double>(entry.durationNs) >= m_nsPerPixel;
  }

  uint32_t endOfVisible(uint32_t begin, uint32_t laneEnd) const {
    uint32_t end = m_index.firstStartingFrom(begin, laneEnd, m_scale.range().endNs);
    while (end < laneEnd && isVisible(m_index[end].startNs, m_index[end].endNs(), m_scale.range())) ++end;
    return end;
  }

  DrawRect rectOf(uint32_t begin, uint32_t end, uint32_t shown) const {
    DrawRect rect;
    rect.lane = m_lane;
    rect.kind = end - begin == 1 ? DrawKind::Span : DrawKind::Folded;
    rect.error = m_layout.m_errors.any(begin, end);
    rect.node = NodeIndex(m_layout.m_nodes[shown]);
    rect.service = m_layout.m_tree.service[rect.node.value];
    rect.count = end - begin;
    return rect;
  }

  uint32_t drawWide(uint32_t i) {
    DrawRect rect = rectOf(i, i + 1, i);
    place(rect, m_scale.x(m_index[i].startNs), m_scale.x(m_index[i].endNs()), m_scale.width(), 1);
    m_out.push_back(rect);
    return i + 1;
  }

  // Takes the narrow spans from `begin` that start in its pixel column.
  uint32_t foldColumn(uint32_t begin, uint32_t end) {
    const int64_t startNs = m_index[begin].startNs;
    double column = std::clamp(std::floor(m_scale.x(startNs)), 0.0, m_lastColumn);
    // What rounding puts left of a boundary belongs to the next column, or the column would be drawn twice.
    if (column < m_lastColumn && startNs >= beginOfColumn(column + 1)) ++column;
    const bool isLast = column >= m_lastColumn;
    const int64_t untilNs = isLast ? std::numeric_limits<int64_t>::max() : beginOfColumn(column + 1);
    const LaneIndex::Fold fold = m_index.fold(begin, end, untilNs, m_nsPerPixel);
    DrawRect rect = rectOf(begin, fold.end, fold.longest);
    place(rect, column, column + 1, m_scale.width(), 1);
    const int64_t longestNs = m_index[fold.longest].durationNs;
    if (!m_joinRuns || m_narrow.empty() || !join(m_narrow.back(), rect, longestNs)) {
      m_narrow.push_back(rect);
      m_longestNs = longestNs;
    }
    return fold.end;
  }

  // The first nanosecond of a pixel column.
  int64_t beginOfColumn(double column) const {
    const TimeRange& range = m_scale.range();
    const double offset = std::ceil(column * m_nsPerPixel);
    const bool inside = offset < static_cast<double>(range.durationNs());
    return inside ? range.startNs + static_cast<int64_t>(offset) : range.endNs;
  }

  bool join(DrawRect& left, const DrawRect& right, int64_t longestNs) {
    const bool touch = left.x + left.width == right.x;
    if (!touch || left.service != right.service || left.error != right.error) return false;
    left.width += right.width;
    left.count += right.count;
    left.kind = DrawKind::Folded;
    if (longestNs > m_longestNs) {
      m_longestNs = longestNs;
      left.node = right.node;
    }
    return true;
  }

  const FlameLayout& m_layout;
  const LaneIndex& m_index;
  const TimeScale& m_scale;
  const double m_nsPerPixel;
  const double m_lastColumn;
  const bool m_joinRuns;
  uint32_t m_lane = 0;
  int64_t m_longestNs = 0;  // of the last of m_narrow
  DrawList m_narrow;        // of this lane: what is painted over the wide ones
  DrawList m_out;
};

DrawList FlameLayout::draw(const TimeScale& scale, uint32_t firstLane, uint32_t laneCount) const {
  LanePainter painter(*this, scale, true);
  const uint64_t end = std::min<uint64_t>(this->laneCount(), uint64_t{firstLane} + laneCount);
  for (uint32_t lane = firstLane; lane < end; ++lane) painter.draw(lane);
  return painter.take();
}

DrawList FlameLayout::drawColumns(const TimeScale& scale, uint32_t lane) const {
  LanePainter painter(*this, scale, false);
  painter.draw(lane);
  return painter.take();
}

std::optional<NodeIndex> FlameLayout::hit(uint32_t lane, int64_t ns, int64_t slackNs) const {
  if (lane >= laneCount()) return std::nullopt;
  const uint32_t begin = m_laneBegin[lane];
  const uint32_t end = m_laneBegin[lane + 1];
  const uint32_t after = m_index.firstEndingAfter(begin, end, ns);
  if (after < end && m_index[after].startNs <= ns) return NodeIndex(m_nodes[after]);
  // Between two spans: the nearer one. The distances fit: nothing lies between.
  const auto distance = [](int64_t from, int64_t to) {
    return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  };
  std::optional<NodeIndex> nearest;
  auto limit = static_cast<uint64_t>(std::max<int64_t>(slackNs, 0));
  if (slackNs <= 0) return nearest;
  if (after > begin && distance(m_index[after - 1].endNs(), ns) <= limit) {
    limit = distance(m_index[after - 1].endNs(), ns);
    nearest = NodeIndex(m_nodes[after - 1]);
    if (limit == 0) return nearest;
    --limit;  // the right one must be nearer
  }
  if (after < end && distance(ns, m_index[after].startNs) <= limit) nearest = NodeIndex(m_nodes[after]);
  return nearest;
}

std::optional<NodeIndex> FlameLayout::previousInLane(NodeIndex node) const {
  const uint32_t position = positionOf(node);
  if (position == m_laneBegin[laneOf(node)]) return std::nullopt;
  return NodeIndex(m_nodes[position - 1]);
}

std::optional<NodeIndex> FlameLayout::nextInLane(NodeIndex node) const {
  const uint32_t position = positionOf(node);
  if (position + 1 == m_laneBegin[laneOf(node) + 1]) return std::nullopt;
  return NodeIndex(m_nodes[position + 1]);
}

uint32_t FlameLayout::positionOf(NodeIndex node) const {
  const uint32_t lane = laneOf(node);
  uint32_t position =
      m_index.firstStartingFrom(m_laneBegin[lane], m_laneBegin[lane + 1], m_tree.startNs[node.value]);
  while (m_nodes[position] != node.value) ++position;  // starts are equal only at the end of time
  return position;
}

TimeRange traceRange(const analysis::TraceTree& tree) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  bool anyStart = false;
  int64_t start = 0, end = 0;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (tree.startNs[i] != 0) {
      start = anyStart ? std::min(start, tree.startNs[i]) : tree.startNs[i];
      anyStart = true;
    }
    end = i == 0 ? tree.endNs[i] : std::max(end, tree.endNs[i]);
  }
  if (end > start) return {start, end};
  return start < kMax ? TimeRange{start, start + 1} : TimeRange{kMax - 1, kMax};
}

}  // namespace waybill::layout
