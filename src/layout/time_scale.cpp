// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/time_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waybill::layout {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

int64_t saturatingAdd(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? kMin : kMax;
}

// At least 1, whatever the range: what one divides by.
int64_t lengthOf(const TimeRange& range) {
  int64_t length = 0;
  if (__builtin_sub_overflow(range.endNs, range.startNs, &length)) return kMax;
  return std::max<int64_t>(length, 1);
}

// a - b, exact as long as a double is: the integers are subtracted first.
double difference(int64_t a, int64_t b) {
  return a >= b ? static_cast<double>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b))
                : -static_cast<double>(static_cast<uint64_t>(b) - static_cast<uint64_t>(a));
}

int64_t toInteger(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 0x1p63) return kMax;
  return value <= -0x1p63 ? kMin : static_cast<int64_t>(value);
}

}  // namespace

double TimeScale::x(int64_t ns) const {
  const double position = difference(ns, m_range.startNs) / static_cast<double>(lengthOf(m_range)) * m_width;
  return std::isfinite(position) ? position : 0.0;
}

int64_t TimeScale::ns(double x) const {
  if (!(m_width > 0)) return m_range.startNs;
  const double offset = x * (static_cast<double>(lengthOf(m_range)) / m_width);
  // The nanosecond that the pixel lies in; what misses a whole one only by rounding counts as that one, so
  // that ns(x(t)) is t.
  const double nearest = std::round(offset);
  const bool isWhole = std::abs(offset - nearest) <= 1e-9 + std::abs(offset) * 0x1p-50;
  return saturatingAdd(m_range.startNs, toInteger(isWhole ? nearest : std::floor(offset)));
}

TimeRange TimeScale::zoomedAt(double x, double factor, TimeRange bounds) const {
  if (!(factor > 0) || !(m_width > 0) || !std::isfinite(x)) return clampRange(m_range, bounds);
  const int64_t length = lengthOf(m_range);
  const int64_t longest = std::max(lengthOf(bounds), kMinDurationNs);
  int64_t wanted = toInteger(std::round(static_cast<double>(length) / factor));
  // A gentle zoom of a few nanoseconds must not get stuck on rounding.
  if (factor > 1 && wanted >= length) wanted = length - 1;
  if (factor < 1 && wanted <= length) wanted = saturatingAdd(length, 1);
  wanted = std::clamp(wanted, kMinDurationNs, longest);
  const double before = static_cast<double>(length - wanted) * (x / m_width);
  const int64_t start = saturatingAdd(m_range.startNs, toInteger(std::round(before)));
  return clampRange({start, saturatingAdd(start, wanted)}, bounds);
}

TimeRange TimeScale::pannedBy(double dx, TimeRange bounds) const {
  if (!(m_width > 0) || std::isnan(dx)) return clampRange(m_range, bounds);
  const int64_t length = lengthOf(m_range);
  const int64_t shift = toInteger(std::round(dx * (static_cast<double>(length) / m_width)));
  // Kept so far inside the number range that adding the length back cannot overflow.
  const int64_t start = std::clamp(saturatingAdd(m_range.startNs, shift), kMin, kMax - length);
  return clampRange({start, start + length}, bounds);
}

TimeRange clampRange(TimeRange range, TimeRange bounds) {
  const int64_t room = std::max(lengthOf(bounds), TimeScale::kMinDurationNs);
  const int64_t length = std::clamp(lengthOf(range), TimeScale::kMinDurationNs, room);
  // Bounds shorter than the closest zoom are shown from their start.
  const int64_t first = std::min(bounds.startNs, kMax - room);
  const int64_t last = first + (room - length);
  const int64_t start = std::clamp(range.startNs, first, last);
  return {start, start + length};
}

}  // namespace waybill::layout
