// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/path_line.h"

#include <algorithm>
#include <cmath>

namespace waybill::ui {
namespace {
constexpr size_t kFanOut = 16;
constexpr double kBeyond = 8;  // pixels outside the picture that are still drawn
}  // namespace

void PathLine::Extent::include(const Extent& other) {
  low = std::min(low, other.low);
  high = std::max(high, other.high);
}

PathLine::PathLine(const std::vector<analysis::PathSegment>& segments,
                   const std::function<uint32_t(analysis::NodeIndex)>& keyOf)
    : m_segments(&segments) {
  std::vector<Extent> level;
  level.reserve(segments.size());
  for (const analysis::PathSegment& segment : segments) {
    const uint32_t key = keyOf(segment.node);
    level.push_back({key, key});
  }
  m_levels.push_back(std::move(level));
  while (m_levels.back().size() > kFanOut) {
    const std::vector<Extent>& below = m_levels.back();
    std::vector<Extent> above((below.size() + kFanOut - 1) / kFanOut);
    for (size_t i = 0; i < below.size(); ++i) above[i / kFanOut].include(below[i]);
    m_levels.push_back(std::move(above));
  }
}

PathLine::Extent PathLine::extent(size_t begin, size_t end) const {
  Extent out;
  for (size_t level = 0; begin < end; ++level) {
    const std::vector<Extent>& extents = m_levels[level];
    const bool top = level + 1 == m_levels.size();
    while (begin < end && (top || begin % kFanOut != 0)) out.include(extents[begin++]);
    while (begin < end && end % kFanOut != 0) out.include(extents[--end]);
    begin /= kFanOut;
    end /= kFanOut;
  }
  return out;
}

std::vector<PathPiece> PathLine::pieces(const layout::TimeScale& scale) const {
  std::vector<PathPiece> out;
  if (m_segments == nullptr) return out;
  const std::vector<analysis::PathSegment>& segments = *m_segments;
  const auto endsAfter = [](int64_t ns, const analysis::PathSegment& segment) { return ns < segment.endNs; };
  const auto clampX = [&](double x) { return std::clamp(x, -kBeyond, scale.width() + kBeyond); };
  auto at = std::upper_bound(segments.begin(), segments.end(), scale.range().startNs, endsAfter);
  while (at != segments.end() && at->startNs < scale.range().endNs) {
    const auto index = static_cast<size_t>(at - segments.begin());
    const double x0 = clampX(scale.x(at->startNs));
    const double x1 = clampX(scale.x(at->endNs));
    auto next = at + 1;
    if (x1 - x0 >= 1) {
      const Extent here = extent(index, index + 1);
      out.push_back({x0, x1, here.low, here.low});
      if (next != segments.end()) {
        const Extent both = extent(index, index + 2);
        if (both.low != both.high) out.push_back({x1, x1, both.low, both.high});
      }
    } else {
      // Everything that ends in this pixel column, and the segment it leads to.
      next = std::max(next, std::upper_bound(next, segments.end(), scale.ns(std::floor(x0) + 1), endsAfter));
      const auto end = static_cast<size_t>(next - segments.begin());
      const Extent all = extent(index, std::min(end + 1, segments.size()));
      out.push_back({x0, x0, all.low, all.high});
    }
    at = next;
  }
  return out;
}

}  // namespace waybill::ui
