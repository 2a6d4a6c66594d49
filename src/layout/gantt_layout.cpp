// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gantt_layout.h"

#include <algorithm>

#include "layout/gallop.h"
#include "layout/group_bar.h"
#include "layout/visible_pixels.h"

namespace waybill::layout {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::PathSegment;
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
    const int64_t start = layout.m_path.segments[run->first].startNs;
    const int64_t end = layout.m_path.segments[run->second].endNs;
    if (end - start != layout.m_path.totalNs[node.value]) return false;
    if (isVisible(start, end, scale.range())) add(DrawKind::CriticalPath, scale.x(start), scale.x(end), 1);
    return true;
  }

  PathSegment segment(uint32_t place) const { return layout.m_segments[place]; }

  // The node's own segments; what is less than a pixel apart becomes one.
  void drawPath() {
    const TimeRange& range = scale.range();
    const auto [begin, end] = layout.m_segments.of(node.value);
    const auto startsBefore = [&](int64_t ns) {
      return [this, ns](uint32_t at) { return segment(at).startNs < ns; };
    };
    uint32_t i = halve(begin, end, startsBefore(range.startNs));
    if (i > begin && segment(i - 1).endNs > range.startNs) --i;
    uint32_t aPixel = 0;  // so many segments there were in the last
    while (i < end && segment(i).startNs < range.endNs) {
      const double x0 = scale.x(segment(i).startNs);
      double x1 = x0;
      uint32_t next = i + 1;
      while (true) {
        x1 = std::max(scale.x(segment(next - 1).endNs), x0 + 1);
        if (next == end || x1 > scale.width() || scale.x(segment(next).startNs) >= x1 + 1) break;
        const uint32_t joined = next + 1;
        next = gallop(joined, end, aPixel, startsBefore(scale.ns(x1 + 1)));
        aPixel = next - joined;
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
  uint32_t place = rows.placeAt(firstRow);
  for (uint32_t row = firstRow; row < end; ++row, place = rows.nextPlace(place)) {
    if (const auto group = order.headerAt(place)) {
      drawGroup(m_tree, *order.groups(), *group, scale, row, out);
    } else {
      RowPainter{*this, scale, row, order.nodeAt(place), rows.isClosed(place), out}.draw();
    }
  }
  return out;
}

}  // namespace waybill::layout
