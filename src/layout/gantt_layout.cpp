// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gantt_layout.h"

#include <algorithm>
#include <utility>

#include "layout/group_bar.h"
#include "layout/visible_pixels.h"

namespace waybill::layout {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

GanttLayout::GanttLayout(const TraceTree& tree, const analysis::CriticalPath& path)
    : m_tree(tree),
      m_path(path),
      m_selfStretches(tree),
      m_errors(tree.size(), [&](uint32_t node) { return tree.has(NodeIndex(node), NodeBits::kError); }),
      m_segments(tree, path) {}

// Draws one row. A class for what its steps share.
struct GanttLayout::RowPainter {
  const GanttLayout& layout;
  const TimeScale& scale;
  uint32_t row;
  NodeIndex node;
  bool collapsed;
  std::pair<uint32_t, uint32_t> visiblePath;  // places of the critical path in the scale's range
  DrawList& out;

  void draw() {
    const TraceTree& tree = layout.m_tree;
    const int64_t start = tree.startNs[node.value];
    const int64_t end = tree.endNs[node.value];
    if (isVisible(start, end, scale.range())) {
      DrawRect& bar = add(DrawKind::Span, scale.x(start), scale.x(end), 1);
      const uint32_t last = collapsed ? tree.subtreeEnd[node.value] : node.value + 1;
      bar.count = last - node.value;
      bar.error = layout.m_errors.any(node.value, last);
      drawSelfTime();
    }
    if (!collapsed || !drawPathOfSubtree()) drawPath();
  }

  DrawRect& add(DrawKind kind, double x0, double x1, double least) {
    DrawRect rect;
    place(rect, x0, x1, scale.width(), least);
    rect.lane = row;
    rect.kind = kind;
    rect.node = node;
    rect.service = layout.m_tree.service[node.value];
    rect.error = layout.m_tree.has(node, NodeBits::kError);
    out.push_back(rect);
    return out.back();
  }

  void drawSelfTime() {
    constexpr double kInvisible = 1.0 / 64;  // pixels
    layout.m_selfStretches.forEachVisible(node, scale, [&](double x0, double x1) {
      if (x1 - x0 >= kInvisible) add(DrawKind::SelfTime, x0, x1, 0);
    });
  }

  // The path runs through a subtree once, without a break; false when it does not.
  bool drawPathOfSubtree() {
    const auto run = layout.m_segments.runOfSubtree(node.value);
    if (!run) return true;
    const int64_t start = layout.m_path.segments.startNs(run->first);
    const int64_t end = layout.m_path.segments.endNs(run->second);
    if (end - start != layout.m_path.totalNs[node.value]) return false;
    if (isVisible(start, end, scale.range())) add(DrawKind::CriticalPath, scale.x(start), scale.x(end), 1);
    return true;
  }

  // The node's own segments; what is less than a pixel apart becomes one.
  void drawPath() {
    const SegmentOrder& own = layout.m_segments;
    const analysis::PathSegments& path = own.segments();
    const auto [begin, end] = visiblePath;
    const uint32_t first = own.first(node.value);
    uint32_t i = first < end ? own.next(node.value, std::max(first, begin), end) : own.end();
    while (i < end) {
      const double x0 = scale.x(path.startNs(i));
      double x1 = x0;
      uint32_t last = i, next = i;
      while (true) {
        x1 = std::max(scale.x(path.endNs(last)), x0 + 1);
        next = own.next(node.value, last + 1, end);
        if (next == own.end() || x1 > scale.width() || scale.x(path.startNs(next)) >= x1 + 1) break;
        const size_t beyond = path.firstFrom(scale.ns(x1 + 1), next + 1);
        last = own.last(node.value, next, static_cast<uint32_t>(beyond));
      }
      add(DrawKind::CriticalPath, x0, x1, 1);
      i = next;
    }
  }
};

DrawList GanttLayout::draw(const GanttRows& rows, const TimeScale& scale, uint32_t firstRow,
                           uint32_t rowCount) const {
  DrawList out;
  const auto end = static_cast<uint32_t>(std::min<uint64_t>(rows.rowCount(), uint64_t{firstRow} + rowCount));
  if (firstRow >= end) return out;
  const RowOrder& order = rows.order();
  const auto visiblePath = m_segments.placesIn(scale.range().startNs, scale.range().endNs);
  uint32_t place = rows.placeAt(firstRow);
  for (uint32_t row = firstRow; row < end; ++row, place = rows.nextPlace(place)) {
    if (const auto group = order.headerAt(place)) {
      drawGroup(m_tree, *order.groups(), *group, scale, row, out);
    } else {
      RowPainter{*this, scale, row, order.nodeAt(place), rows.isClosed(place), visiblePath, out}.draw();
    }
  }
  return out;
}

}  // namespace waybill::layout
