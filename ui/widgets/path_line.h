// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/critical_path.h"
#include "layout/time_scale.h"

namespace waybill::ui {

// A piece of the line of the critical path: along the bottom of a bar (one key), or from bar to bar (two
// keys, x0 == x1). Pixels of the scale; for keys see PathLine.
struct PathPiece {
  double x0 = 0, x1 = 0;
  uint32_t fromKey = 0, toKey = 0;
  bool isConnector() const { return fromKey != toKey; }
};

// Ways from bar to bar that together would be a curtain: some pixels apart and pale, so that one sees what is behind.
class QuietWays {
 public:
  static QColor color();
  // Whether the way at x is drawn. To be asked of all of them from left to right, in sight or not: scrolling must not
  // change what stands in a row.
  bool take(double x);

 private:
  static constexpr double kDistance = 4;
  double m_last = -kDistance;
};

// The critical path as one continuous line, in O(pixels · log segments) a frame. A key stands for a lane: the
// node where rows may be folded (rows stand in node order), the lane itself where they may not; deeper is
// larger. Of the stretches that share a pixel the line visits the deepest; a return to the parent that lasts
// less than a pixel is left out, so that a row of short children makes a staircase and not a curtain.
class PathLine {
 public:
  PathLine() = default;
  // `segments` must outlive it. O(segments).
  PathLine(const analysis::PathSegments& segments,
           const std::function<uint32_t(analysis::NodeIndex)>& keyOf);

  std::vector<PathPiece> pieces(const layout::TimeScale& scale) const;

 private:
  uint32_t deepest(size_t begin, size_t end) const;  // key of segments [begin, end), not empty

  const analysis::PathSegments* m_segments = nullptr;
  std::vector<std::vector<uint32_t>> m_levels;  // level k: of each kFanOut^k segments, the largest key
};

}  // namespace waybill::ui
