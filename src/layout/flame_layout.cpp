// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/flame_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/large_pages.h"
#include "layout/lane_packing.h"
#include "layout/visible_pixels.h"

namespace waybill::layout {

using analysis::NodeBits;
using analysis::NodeIndex;

FlameLayout::FlameLayout(const analysis::TraceTree& tree) : m_tree(tree) {
  const uint32_t size = tree.size();
  const std::vector<uint32_t> laneOf = packLanes(tree);
  const uint32_t lanes = size == 0 ? 0 : *std::max_element(laneOf.begin(), laneOf.end()) + 1;
  std::vector<uint32_t> laneBegin(lanes + 1, 0);
  for (const uint32_t lane : laneOf) ++laneBegin[lane + 1];
  uint32_t indexed = 0;  // the end of the last lane with so many
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    const bool isIndexed = laneBegin[lane + 1] >= LaneIndex::kFewestIndexed;
    laneBegin[lane + 1] += laneBegin[lane];
    if (isIndexed) indexed = laneBegin[lane + 1];
  }
  m_laneOf = PackedIndexes(laneOf);
  m_laneBegin = PackedIndexes(laneBegin);
  // Nodes were placed in time order in each lane, so that keeping their order sorts them by start.
  auto nodes = largeVector<uint32_t>(size);
  for (uint32_t node = 0; node < size; ++node) nodes[laneBegin[laneOf[node]]++] = node;
  m_index = LaneIndex(tree, nodes, indexed);
  m_errors = RankBits(size, [&](uint32_t i) { return tree.has(NodeIndex(m_index.node(i)), NodeBits::kError); });
}

// Draws lanes. A class for what its steps share.
class FlameLayout::LanePainter {
 public:
  // `exact`: folded columns are cut where they are cut in pixels, and each is a rectangle of its own. Else
  // neighbouring ones of one look become one.
  LanePainter(const FlameLayout& layout, const TimeScale& scale, bool exact)
      : m_layout(layout),
        m_index(layout.m_index),
        m_scale(scale),
        m_nsPerPixel(scale.nsPerPixel()),
        m_lastColumn(std::max(0.0, std::ceil(scale.width()) - 1)),
        m_toleranceNs(exact ? 0 : static_cast<int64_t>(m_nsPerPixel / 4)),
        m_exact(exact) {}

  void draw(uint32_t lane) {
    m_lane = lane;
    m_folded.clear();
    m_narrow.clear();
    m_column = kNoColumn;
    m_level = -1;
    const TimeRange& range = m_scale.range();
    const uint32_t laneEnd = m_layout.m_laneBegin[lane + 1];
    uint32_t i = m_index.firstEndingAfter(m_layout.m_laneBegin[lane], laneEnd, range.startNs);
    const uint32_t end = endOfVisible(i, laneEnd);
    while (i < end) {
      if (goesOn(i, end)) {
        i = foldColumn(m_column + 1, i, end);
      } else {
        i = isWide(i) ? drawWide(i) : foldColumn(columnOf(i), i, end);
      }
    }
    for (const Folded& folded : m_folded) addNarrow(folded);
    m_out.insert(m_out.end(), m_narrow.begin(), m_narrow.end());
  }

  DrawList take() { return std::move(m_out); }

 private:
  static constexpr double kNoColumn = -1;

  // The narrow spans of a column.
  struct Folded {
    double column = 0;
    uint32_t begin = 0, end = 0;
    LaneIndex::Longest longest;
  };

  bool isWide(uint32_t i) const { return static_cast<double>(m_index.durationNs(i)) >= m_nsPerPixel; }

  uint32_t endOfVisible(uint32_t begin, uint32_t laneEnd) const {
    uint32_t end = m_index.firstStartingFrom(begin, laneEnd, m_scale.range().endNs);
    while (end < laneEnd && isVisible(m_index.startNs(end), m_index.endNs(end), m_scale.range())) ++end;
    return end;
  }

  DrawRect rectOf(uint32_t begin, uint32_t end, uint32_t node) const {
    DrawRect rect;
    rect.lane = m_lane;
    rect.kind = end - begin == 1 ? DrawKind::Span : DrawKind::Folded;
    rect.error = m_layout.m_errors.any(begin, end);
    rect.node = NodeIndex(node);
    rect.service = m_layout.m_tree.service[node];
    rect.count = end - begin;
    return rect;
  }

  uint32_t drawWide(uint32_t i) {
    DrawRect rect = rectOf(i, i + 1, m_index.node(i));
    place(rect, m_scale.x(m_index.startNs(i)), m_scale.x(m_index.endNs(i)), m_scale.width(), 1);
    m_out.push_back(rect);
    return i + 1;
  }

  // Where spans are many a pixel the next column follows without a look at any of them.
  bool goesOn(uint32_t begin, uint32_t end) const {
    return m_toleranceNs > 0 && m_column != kNoColumn && m_column < m_lastColumn &&
           m_index.fillsColumn(begin, end, bordersOf(m_column + 1));
  }

  // The pixel column in which a narrow span starts.
  double columnOf(uint32_t i) const {
    const int64_t startNs = m_index.startNs(i);
    double column = std::clamp(std::floor(m_scale.x(startNs)), 0.0, m_lastColumn);
    // What rounding puts left of a boundary belongs to the next column, or the column would be drawn twice;
    // as it would when the tolerance left something of a column over.
    if (column < m_lastColumn && startNs >= beginOfColumn(column + 1)) ++column;
    if (m_toleranceNs > 0) column = std::clamp(m_column + 1, column, m_lastColumn);
    return column;
  }

  LaneIndex::Column bordersOf(double column) const {
    const bool isLast = column >= m_lastColumn;
    const int64_t untilNs = isLast ? std::numeric_limits<int64_t>::max() : beginOfColumn(column + 1);
    return {untilNs, m_toleranceNs, m_nsPerPixel, m_level};
  }

  // Takes the narrow spans of a column, `begin` being the first of them.
  uint32_t foldColumn(double column, uint32_t begin, uint32_t end) {
    m_column = column;
    const LaneIndex::Fold fold = m_index.fold(begin, end, bordersOf(column));
    m_level = fold.level;
    m_folded.push_back({column, begin, fold.end, fold.longest});
    __builtin_prefetch(&m_layout.m_tree.service[fold.longest.node]);  // spans of neighbouring columns are far apart
    return fold.end;
  }

  void addNarrow(const Folded& folded) {
    DrawRect rect = rectOf(folded.begin, folded.end, folded.longest.node);
    place(rect, folded.column, folded.column + 1, m_scale.width(), 1);
    if (m_exact || m_narrow.empty() || !join(m_narrow.back(), rect, folded.longest)) {
      m_narrow.push_back(rect);
      m_longest = folded.longest;
    }
  }

  // The first nanosecond of a pixel column.
  int64_t beginOfColumn(double column) const {
    const TimeRange& range = m_scale.range();
    const double offset = std::ceil(column * m_nsPerPixel);
    const bool inside = offset < static_cast<double>(range.durationNs());
    return inside ? range.startNs + static_cast<int64_t>(offset) : range.endNs;
  }

  bool join(DrawRect& left, const DrawRect& right, const LaneIndex::Longest& longest) {
    const bool touch = left.x + left.width == right.x;
    if (!touch || left.service != right.service || left.error != right.error) return false;
    left.width += right.width;
    left.count += right.count;
    left.kind = DrawKind::Folded;
    if (m_index.isLonger(longest, m_longest)) {
      m_longest = longest;
      left.node = right.node;
    }
    return true;
  }

  const FlameLayout& m_layout;
  const LaneIndex& m_index;
  const TimeScale& m_scale;
  const double m_nsPerPixel;
  const double m_lastColumn;
  const int64_t m_toleranceNs;
  const bool m_exact;
  double m_column = kNoColumn;  // the last that was folded in this lane
  int m_level = -1;             // of the blocks it was made of
  uint32_t m_lane = 0;
  std::vector<Folded> m_folded;  // of this lane: all are found before any is looked at
  LaneIndex::Longest m_longest;  // of the last of m_narrow
  DrawList m_narrow;             // of this lane: what is painted over the wide ones
  DrawList m_out;
};

DrawList FlameLayout::draw(const TimeScale& scale, uint32_t firstLane, uint32_t laneCount) const {
  LanePainter painter(*this, scale, false);
  const uint64_t end = std::min<uint64_t>(this->laneCount(), uint64_t{firstLane} + laneCount);
  for (uint32_t lane = firstLane; lane < end; ++lane) painter.draw(lane);
  return painter.take();
}

DrawList FlameLayout::drawColumns(const TimeScale& scale, uint32_t lane) const {
  LanePainter painter(*this, scale, true);
  painter.draw(lane);
  return painter.take();
}

std::optional<NodeIndex> FlameLayout::hit(uint32_t lane, int64_t ns, int64_t slackNs) const {
  if (lane >= laneCount()) return std::nullopt;
  const uint32_t begin = m_laneBegin[lane];
  const uint32_t end = m_laneBegin[lane + 1];
  const uint32_t after = m_index.firstEndingAfter(begin, end, ns);
  if (after < end && m_index.startNs(after) <= ns) return NodeIndex(m_index.node(after));
  // Between two spans: the nearer one. The distances fit: nothing lies between.
  const auto distance = [](int64_t from, int64_t to) {
    return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  };
  std::optional<NodeIndex> nearest;
  auto limit = static_cast<uint64_t>(std::max<int64_t>(slackNs, 0));
  if (slackNs <= 0) return nearest;
  if (after > begin && distance(m_index.endNs(after - 1), ns) <= limit) {
    limit = distance(m_index.endNs(after - 1), ns);
    nearest = NodeIndex(m_index.node(after - 1));
    if (limit == 0) return nearest;
    --limit;  // the right one must be nearer
  }
  if (after < end && distance(ns, m_index.startNs(after)) <= limit) nearest = NodeIndex(m_index.node(after));
  return nearest;
}

std::optional<NodeIndex> FlameLayout::previousInLane(NodeIndex node) const {
  const uint32_t position = positionOf(node);
  if (position == m_laneBegin[laneOf(node)]) return std::nullopt;
  return NodeIndex(m_index.node(position - 1));
}

std::optional<NodeIndex> FlameLayout::nextInLane(NodeIndex node) const {
  const uint32_t position = positionOf(node);
  if (position + 1 == m_laneBegin[laneOf(node) + 1]) return std::nullopt;
  return NodeIndex(m_index.node(position + 1));
}

uint32_t FlameLayout::positionOf(NodeIndex node) const {
  const uint32_t lane = laneOf(node);
  uint32_t position =
      m_index.firstStartingFrom(m_laneBegin[lane], m_laneBegin[lane + 1], m_tree.startNs[node.value]);
  while (m_index.node(position) != node.value) ++position;  // starts are equal only at the end of time
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
