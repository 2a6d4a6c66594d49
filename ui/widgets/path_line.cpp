// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/path_line.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {
constexpr size_t kFanOut = 16;
constexpr double kBeyond = 8;  // pixels outside the picture that are still drawn

using SegmentIterator = analysis::PathSegments::Iterator;

bool endsAfter(int64_t ns, const analysis::PathSegment& segment) {
  return ns < segment.endNs;
}

// Looks near `begin` first: the next pixel column is never far.
SegmentIterator firstEndingAfter(SegmentIterator begin, SegmentIterator end, int64_t ns) {
  std::ptrdiff_t reach = 1;
  while (reach < end - begin && (begin + reach)->endNs <= ns) reach *= 2;
  return std::upper_bound(begin + reach / 2, begin + std::min(reach, end - begin), ns, &endsAfter);
}

// Where the line has come to.
class Pen {
 public:
  explicit Pen(std::vector<PathPiece>& out) : m_out(out) {}

  std::optional<uint32_t> key() const { return m_key; }

  void draw(double x0, double x1, uint32_t key) {
    if (m_key && *m_key != key) m_out.push_back({x0, x0, *m_key, key});
    m_out.push_back({x0, x1, key, key});
    m_key = key;
  }

 private:
  std::vector<PathPiece>& m_out;
  std::optional<uint32_t> m_key;
};

}  // namespace

QColor QuietWays::color() { return blended(theme().criticalPath, theme().panel, 0.26); }

bool QuietWays::take(double x) {
  if (x - m_last < kDistance) return false;
  m_last = x;
  return true;
}

PathLine::PathLine(const analysis::PathSegments& segments,
                   const std::function<uint32_t(analysis::NodeIndex)>& keyOf)
    : m_segments(&segments) {
  std::vector<uint32_t> keys;
  keys.reserve(segments.size());
  for (const analysis::PathSegment& segment : segments) keys.push_back(keyOf(segment.node));
  m_levels.push_back(std::move(keys));
  while (m_levels.back().size() > kFanOut) {
    const std::vector<uint32_t>& below = m_levels.back();
    std::vector<uint32_t> above((below.size() + kFanOut - 1) / kFanOut, 0);
    for (size_t i = 0; i < below.size(); ++i) above[i / kFanOut] = std::max(above[i / kFanOut], below[i]);
    m_levels.push_back(std::move(above));
  }
}

uint32_t PathLine::deepest(size_t begin, size_t end) const {
  uint32_t out = 0;
  for (size_t level = 0; begin < end; ++level) {
    const std::vector<uint32_t>& keys = m_levels[level];
    const bool top = level + 1 == m_levels.size();
    while (begin < end && (top || begin % kFanOut != 0)) out = std::max(out, keys[begin++]);
    while (begin < end && end % kFanOut != 0) out = std::max(out, keys[--end]);
    begin /= kFanOut;
    end /= kFanOut;
  }
  return out;
}

std::vector<PathPiece> PathLine::pieces(const layout::TimeScale& scale) const {
  std::vector<PathPiece> out;
  if (m_segments == nullptr) return out;
  const analysis::PathSegments& segments = *m_segments;
  const auto clampX = [&](double x) { return std::clamp(x, -kBeyond, scale.width() + kBeyond); };
  Pen pen(out);
  auto at = std::upper_bound(segments.begin(), segments.end(), scale.range().startNs, &endsAfter);
  while (at != segments.end() && at->startNs < scale.range().endNs) {
    const double x0 = clampX(scale.x(at->startNs));
    auto next = at + 1;
    if (clampX(scale.x(at->endNs)) - x0 < 1) {
      // With everything else that ends in this pixel column.
      next = std::max(next, firstEndingAfter(next, segments.end(), scale.ns(std::floor(x0) + 1)));
    }
    const double x1 = clampX(scale.x((next - 1)->endNs));
    const auto begin = static_cast<size_t>(at - segments.begin());
    const auto end = static_cast<size_t>(next - segments.begin());
    uint32_t key = deepest(begin, end);
    if (x1 - x0 < 1 && pen.key() && next != segments.end()) {
      const bool onlyBack = key < std::min(*pen.key(), m_levels.front()[end]);
      if (onlyBack) key = *pen.key();
    }
    pen.draw(x0, x1, key);
    at = next;
  }
  return out;
}

}  // namespace waybill::ui
