// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "layout/flame_layout.h"

namespace waybill::layout {
namespace {

// One row of cells while it is filled.
class MinimapRow {
 public:
  MinimapRow(MinimapCell* cells, uint32_t columns) : m_cells(cells), m_covered(columns, 0.0F) {}

  // `pixels`: how much of a folded rectangle its longest span covers.
  void add(const DrawRect& rect, float longestPixels) {
    const auto columns = static_cast<float>(m_covered.size());
    const float x0 = std::clamp(rect.x, 0.0F, columns);
    const float x1 = std::clamp(rect.x + rect.width, 0.0F, columns);
    for (auto column = static_cast<size_t>(x0); column < m_covered.size() && static_cast<float>(column) < x1;
         ++column) {
      const auto left = static_cast<float>(column);
      const float inside = std::min(x1, left + 1) - std::max(x0, left);
      const float covered = std::min(inside, longestPixels);
      MinimapCell& cell = m_cells[column];
      if (cell.count == 0 || covered > m_covered[column]) {
        m_covered[column] = covered;
        cell.service = rect.service;
      }
      cell.count += rect.count;
      cell.error = cell.error || rect.error;
    }
  }

 private:
  MinimapCell* m_cells;
  std::vector<float> m_covered;  // by column: by the span whose service the cell shows
};

}  // namespace

std::vector<MinimapCell> minimap(const FlameLayout& layout, const analysis::TraceTree& tree, TimeRange bounds,
                                 uint32_t rows, uint32_t columns) {
  std::vector<MinimapCell> cells(size_t{rows} * columns);
  const uint64_t lanes = layout.laneCount();
  if (rows == 0 || columns == 0 || lanes == 0) return cells;
  const TimeScale scale(bounds, columns);
  const double pixelsPerNs = 1 / scale.nsPerPixel();
  const uint64_t lanesPerRow = std::max<uint64_t>(1, kMinimapLanes / rows);
  for (uint32_t row = 0; row < rows; ++row) {
    const uint64_t first = row * lanes / rows;
    const uint64_t end = std::max(first + 1, (uint64_t{row} + 1) * lanes / rows);
    const uint64_t stride = (end - first + lanesPerRow - 1) / lanesPerRow;
    MinimapRow picture(&cells[size_t{row} * columns], columns);
    for (uint64_t lane = first; lane < end; lane += stride) {
      for (const DrawRect& rect : layout.drawColumns(scale, static_cast<uint32_t>(lane))) {
        picture.add(rect, static_cast<float>(static_cast<double>(tree.durationNs(rect.node)) * pixelsPerNs));
      }
    }
  }
  return cells;
}

}  // namespace waybill::layout
