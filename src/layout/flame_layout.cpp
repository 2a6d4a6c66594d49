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
  m_startNs.resize(size);
  m_durationNs.resize(size);
  for (uint32_t node = 0; node < size; ++node) {
    const uint32_t position = next[m_laneOf[node]]++;
    m_nodes[position] = node;
    m_startNs[position] = tree.startNs[node];
    m_durationNs[position] = tree.durationNs(NodeIndex(node));
  }
  m_errorsBefore.resize(size + 1);
  for (uint32_t i = 0; i < size; ++i) {
    m_errorsBefore[i + 1] = m_errorsBefore[i] + (tree.has(NodeIndex(m_nodes[i]), NodeBits::kError) ? 1 : 0);
  }
  m_longest = LongestIndex(m_durationNs);
}

// Draws one lane. A class for what its steps share.
struct FlameLayout::LanePainter {
  const FlameLayout& layout;
  const TimeScale& scale;
  uint32_t lane;
  bool joinRuns;  // neighbouring folded columns of one look become one rectangle
  DrawList& out;
  DrawList& narrow;  // what is painted over the wide ones

  void draw() {
    const TimeRange& range = scale.range();
    const uint32_t laneEnd = layout.m_laneBegin[lane + 1];
    uint32_t i = layout.firstEndingAfter(layout.m_laneBegin[lane], laneEnd, range.startNs);
    const uint32_t end = endOfVisible(i, laneEnd);
    narrow.clear();
    while (i < end) {
      const double x0 = scale.x(layout.m_startNs[i]);
      const double x1 = scale.x(layout.endAt(i));
      if (x1 - x0 >= 1) {
        DrawRect rect = rectOf(i, i + 1);
        place(rect, x0, x1, scale.width(), 1);
        out.push_back(rect);
        ++i;
      } else {
        i = foldColumn(i, end, x0);
      }
    }
    out.insert(out.end(), narrow.begin(), narrow.end());
  }

  uint32_t endOfVisible(uint32_t begin, uint32_t laneEnd) const {
    const int64_t endNs = scale.range().endNs;
    uint32_t end = layout.firstStartingFrom(begin, laneEnd, endNs);
    while (end < laneEnd && isVisible(layout.m_startNs[end], layout.endAt(end), scale.range())) ++end;
    return end;
  }

  DrawRect rectOf(uint32_t begin, uint32_t end) const {
    const uint32_t longest =
        end - begin == 1 ? begin : layout.m_longest.longest(layout.m_durationNs, begin, end);
    DrawRect rect;
    rect.lane = lane;
    rect.kind = end - begin == 1 ? DrawKind::Span : DrawKind::Folded;
    rect.error = layout.anyError(begin, end);
    rect.node = NodeIndex(layout.m_nodes[longest]);
    rect.service = layout.m_tree.service[rect.node.value];
    rect.count = end - begin;
    return rect;
  }

  // Takes the spans from `begin` that start in its pixel column, all but a wide one at its end.
  uint32_t foldColumn(uint32_t begin, uint32_t end, double x0) {
    const double lastColumn = std::max(0.0, std::ceil(scale.width()) - 1);
    double column = std::clamp(std::floor(x0), 0.0, lastColumn);
    // What rounding puts left of a boundary belongs to the next column, or the column would be drawn twice.
    if (column < lastColumn && layout.m_startNs[begin] >= beginOfColumn(column + 1)) ++column;
    uint32_t next = column < lastColumn ? firstFrom(begin + 1, end, beginOfColumn(column + 1)) : end;
    const bool lastIsWide =
        next - begin > 1 && scale.x(layout.endAt(next - 1)) - scale.x(layout.m_startNs[next - 1]) >= 1;
    if (lastIsWide) --next;
    DrawRect rect = rectOf(begin, next);
    place(rect, column, column + 1, scale.width(), 1);
    if (!joinRuns || narrow.empty() || !join(narrow.back(), rect)) narrow.push_back(rect);
    return next;
  }

  // The first nanosecond of a pixel column.
  int64_t beginOfColumn(double column) const {
    const TimeRange& range = scale.range();
    const double offset = std::ceil(column * scale.nsPerPixel());
    const bool inside = offset < static_cast<double>(range.durationNs());
    return inside ? range.startNs + static_cast<int64_t>(offset) : range.endNs;
  }

  // The first span that starts at or after a time. Gallops: it is near.
  uint32_t firstFrom(uint32_t begin, uint32_t end, int64_t ns) const {
    uint32_t step = 1;
    uint32_t low = begin;
    while (low + step < end && layout.m_startNs[low + step] < ns) {
      low += step;
      step *= 2;
    }
    return layout.firstStartingFrom(low, std::min(end, low + step + 1), ns);
  }

  bool join(DrawRect& left, const DrawRect& right) const {
    if (left.x + left.width != right.x || left.service != right.service || left.error != right.error) {
      return false;
    }
    left.width += right.width;
    left.count += right.count;
    left.kind = DrawKind::Folded;
    if (layout.m_tree.durationNs(right.node) > layout.m_tree.durationNs(left.node)) left.node = right.node;
    return true;
  }
};

DrawList FlameLayout::draw(const TimeScale& scale, uint32_t firstLane, uint32_t laneCount) const {
  DrawList out, narrow;
  const uint64_t end = std::min<uint64_t>(this->laneCount(), uint64_t{firstLane} + laneCount);
  for (uint32_t lane = firstLane; lane < end; ++lane) {
    LanePainter{*this, scale, lane, true, out, narrow}.draw();
  }
  return out;
}

DrawList FlameLayout::drawColumns(const TimeScale& scale, uint32_t lane) const {
  DrawList out, narrow;
  LanePainter{*this, scale, lane, false, out, narrow}.draw();
  return out;
}

std::optional<NodeIndex> FlameLayout::hit(uint32_t lane, int64_t ns, int64_t slackNs) const {
  if (lane >= laneCount()) return std::nullopt;
  const uint32_t begin = m_laneBegin[lane];
  const uint32_t end = m_laneBegin[lane + 1];
  const uint32_t after = firstEndingAfter(begin, end, ns);
  if (after < end && m_startNs[after] <= ns) return NodeIndex(m_nodes[after]);
  // Between two spans: the nearer one. The distances fit: nothing lies between.
  const auto distance = [](int64_t from, int64_t to) {
    return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
  };
  std::optional<NodeIndex> nearest;
  auto limit = static_cast<uint64_t>(std::max<int64_t>(slackNs, 0));
  if (slackNs <= 0) return nearest;
  if (after > begin && distance(endAt(after - 1), ns) <= limit) {
    limit = distance(endAt(after - 1), ns);
    nearest = NodeIndex(m_nodes[after - 1]);
    if (limit == 0) return nearest;
    --limit;  // the right one must be nearer
  }
  if (after < end && distance(ns, m_startNs[after]) <= limit) nearest = NodeIndex(m_nodes[after]);
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

uint32_t FlameLayout::firstStartingFrom(uint32_t begin, uint32_t end, int64_t ns) const {
  const auto at = std::lower_bound(m_startNs.begin() + begin, m_startNs.begin() + end, ns);
  return static_cast<uint32_t>(at - m_startNs.begin());
}

uint32_t FlameLayout::firstEndingAfter(uint32_t begin, uint32_t end, int64_t ns) const {
  const uint32_t after = firstStartingFrom(begin, end, ns);
  // At most one span of a lane began before and lasts longer.
  const bool reaches = after > begin && occupiedEndNs(m_startNs[after - 1], endAt(after - 1)) > ns;
  return reaches ? after - 1 : after;
}

uint32_t FlameLayout::positionOf(NodeIndex node) const {
  const uint32_t lane = laneOf(node);
  uint32_t position = firstStartingFrom(m_laneBegin[lane], m_laneBegin[lane + 1], m_tree.startNs[node.value]);
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
