// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::layout {

// A half-open stretch of time in nanoseconds since the Unix epoch. Never empty where it is shown.
struct TimeRange {
  int64_t startNs = 0;
  int64_t endNs = 1;

  int64_t durationNs() const { return endNs - startNs; }
  bool operator==(const TimeRange&) const = default;
};

// Maps a range to pixels 0 … width. Exact from years to nanoseconds: offsets are taken in integers before
// they become doubles. A value; any thread.
class TimeScale {
 public:
  static constexpr int64_t kMinDurationNs = 10;  // the closest zoom: ten nanoseconds over the whole width

  TimeScale(TimeRange range, double widthPixels) : m_range(range), m_width(widthPixels) {}

  const TimeRange& range() const { return m_range; }
  double width() const { return m_width; }
  double nsPerPixel() const { return static_cast<double>(m_range.durationNs()) / m_width; }

  double x(int64_t ns) const;  // may lie outside 0 … width; finite for any input
  int64_t ns(double x) const;  // the time at a pixel, saturating

  // New ranges, kept inside `bounds` (the trace) and no closer than kMinDurationNs.
  TimeRange zoomedAt(double x, double factor,
                     TimeRange bounds) const;             // factor > 1 zooms in; x stays where it is
  TimeRange pannedBy(double dx, TimeRange bounds) const;  // pixels; positive shows later times

 private:
  TimeRange m_range;
  double m_width;
};

// `range` moved and shrunk so that it lies inside bounds and lasts at least kMinDurationNs. Bounds shorter
// than that are shown from their start.
TimeRange clampRange(TimeRange range, TimeRange bounds);

// A labelled position on the time axis.
struct AxisTick {
  int64_t ns = 0;  // absolute
  // "25 ms", relative to the origin, with as many digits as neighbours need to differ; "+120 ns" from
  // axisBase() where that would be too long to read.
  std::string label;
};

// Ticks at round distances (1, 2, 2.5, 5 × a power of ten of a unit; for minutes and above 1, 2, 5, 10, 15,
// 30; 1, 2, 3, 6, 12 h; days) from `originNs`, at least `minSpacing` pixels apart, covering the scale's
// range.
std::vector<AxisTick> axisTicks(const TimeScale& scale, int64_t originNs, double minSpacing);

// What labels with a "+" count from, as text from the origin: "2 h 3 min 4.000004 s"; empty when labels are
// complete. The same arguments as for axisTicks().
std::string axisBase(const TimeScale& scale, int64_t originNs, double minSpacing);

}  // namespace waybill::layout
