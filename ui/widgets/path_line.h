// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/critical_path.h"
#include "layout/time_scale.h"

namespace waybill::ui {

// A piece of the line of the critical path: along the bottom of a bar (one key) or from bar to bar
// (two keys; x1 - x0 < 1). Pixels of the scale; lanes are keys, see PathLine.
struct PathPiece {
  double x0 = 0, x1 = 0;
  uint32_t firstKey = 0, lastKey = 0;
  bool isConnector() const { return firstKey != lastKey; }
};

// The critical path as one continuous line, in O(pixels · log segments) a frame: stretches narrower than a pixel
// become one vertical line over the lanes they touch. A key stands for a lane: the node where rows may be folded
// (rows stand in node order), the lane itself where they may not.
class PathLine {
 public:
  PathLine() = default;
  // `segments` must outlive it. O(segments).
  PathLine(const std::vector<analysis::PathSegment>& segments, const std::function<uint32_t(analysis::NodeIndex)>& keyOf);

  std::vector<PathPiece> pieces(const layout::TimeScale& scale) const;

 private:
  struct Extent {
    uint32_t low = UINT32_MAX, high = 0;
    void include(const Extent& other);
  };
  Extent extent(size_t begin, size_t end) const;  // of keys

  const std::vector<analysis::PathSegment>* m_segments = nullptr;
  std::vector<std::vector<Extent>> m_levels;  // level k: of each kFanOut^k segments
};

}  // namespace waybill::ui
