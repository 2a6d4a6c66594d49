// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "layout/time_scale.h"

namespace waybill::layout {
namespace {

constexpr int64_t kMicro = 1'000, kMilli = 1'000'000, kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

// Beyond this many characters a label gives its distance from a base instead.
constexpr size_t kLongestLabel = 11;

int64_t difference(int64_t a, int64_t b) {
  int64_t result = 0;
  if (!__builtin_sub_overflow(a, b, &result)) return result;
  return a < b ? -kMax : kMax;
}

uint64_t magnitude(int64_t ns) {
  return ns < 0 ? ~static_cast<uint64_t>(ns) + 1 : static_cast<uint64_t>(ns);
}

int64_t floorDivide(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && a < 0 ? 1 : 0);
}

// The smallest round distance that is at least `ns`.
int64_t roundStep(double ns) {
  constexpr std::array<int64_t, 14> kClock{
      kSecond,     2 * kSecond, 5 * kSecond,  10 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,
      2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute, kHour,        2 * kHour};
  constexpr std::array<int64_t, 4> kDayParts{3 * kHour, 6 * kHour, 12 * kHour, kDay};
  const auto atLeast = [&](int64_t step) { return static_cast<double>(step) >= ns; };
  for (int64_t power = 1; power < kSecond; power *= 10) {
    if (atLeast(power)) return power;
    if (atLeast(2 * power)) return 2 * power;
    if (power >= 10 && atLeast(power / 10 * 25)) return power / 10 * 25;
    if (atLeast(5 * power)) return 5 * power;
  }
  for (const int64_t step : kClock) {
    if (atLeast(step)) return step;
  }
  for (const int64_t step : kDayParts) {
    if (atLeast(step)) return step;
  }
  for (int64_t power = kDay; power <= kMax / 10; power *= 10) {
    if (atLeast(2 * power)) return 2 * power;
    if (atLeast(5 * power)) return 5 * power;
    if (atLeast(10 * power)) return 10 * power;
  }
  return kMax;
}

// `ns` in a unit, with as many decimals as multiples of `step` need.
std::string inUnit(uint64_t ns, uint64_t unit, const char* name, uint64_t step) {
  std::string text = std::to_string(ns / unit);
  uint64_t rest = ns % unit;
  uint64_t stepRest = step % unit;
  if (stepRest != 0) text += '.';
  for (uint64_t digit = unit / 10; stepRest != 0 && digit > 0; digit /= 10) {
    text += static_cast<char>('0' + rest / digit);
    rest %= digit;
    stepRest %= digit;
  }
  return text + " " + name;
}

// A multiple of `step` in the words of an axis whose largest value is `largest`.
std::string tickText(int64_t ns, int64_t step, uint64_t largest) {
  if (ns == 0) return "0";
  const uint64_t value = magnitude(ns);
  const auto unsignedStep = static_cast<uint64_t>(step);
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : " ") + part; };
  if (largest < kMicro) {
    text = inUnit(value, 1, "ns", unsignedStep);
  } else if (largest < kMilli) {
    text = inUnit(value, kMicro, "µs", unsignedStep);
  } else if (largest < kSecond) {
    text = inUnit(value, kMilli, "ms", unsignedStep);
  } else if (largest < kMinute) {
    text = inUnit(value, kSecond, "s", unsignedStep);
  } else {
    if (value >= kDay) add(std::to_string(value / kDay) + " d");
    if (value % kDay >= kHour) add(std::to_string(value % kDay / kHour) + " h");
    if (value % kHour >= kMinute) add(std::to_string(value % kHour / kMinute) + " min");
    if (value % kMinute != 0) add(inUnit(value % kMinute, kSecond, "s", unsignedStep));
  }
  return (ns < 0 ? "−" : "") + text;
}

size_t characters(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// How an axis is labelled: everything that its ticks share.
struct Plan {
  int64_t step = 1;
  int64_t first = 0, last = -1;  // multiples of step, from the origin
  int64_t base = 0;              // from the origin; what labels count from
  bool hasBase = false;

  std::string baseText() const {
    // Written in full: a base is a multiple of its own unit, at least a microsecond.
    int64_t unit = kMicro;
    for (const int64_t larger : {kMilli, kSecond}) unit = base % larger == 0 ? larger : unit;
    return tickText(base, unit, std::max(magnitude(base), uint64_t{1}));
  }
};

Plan planOf(const TimeScale& scale, int64_t originNs, double minSpacing) {
  Plan plan;
  const double spacing = minSpacing >= 1 ? minSpacing : 1;
  const double perPixel = scale.nsPerPixel();
  if (!(perPixel > 0) || !std::isfinite(perPixel)) return plan;
  plan.step = roundStep(perPixel * spacing);
  const int64_t from = difference(scale.range().startNs, originNs);
  const int64_t to = difference(scale.range().endNs, originNs);
  plan.first = -floorDivide(-from, plan.step);
  plan.last = floorDivide(to, plan.step);
  if (plan.first > plan.last) return plan;
  const uint64_t largest = std::max(magnitude(plan.first * plan.step), magnitude(plan.last * plan.step));
  size_t longest = 0;
  for (int64_t i = plan.first; i <= std::min(plan.last, plan.first + 20); ++i) {
    longest = std::max(longest, characters(tickText(i * plan.step, plan.step, largest)));
  }
  if (longest <= kLongestLabel) return plan;
  // The base stays put while one pans: a multiple of the first unit that is as long as the range.
  for (const int64_t unit : {kMicro, kMilli, kSecond, kMinute, kHour, kDay}) {
    if (unit < to - from || unit <= plan.step) continue;
    plan.base = floorDivide(from, unit) * unit;
    plan.hasBase = true;
    break;
  }
  return plan;
}

}  // namespace

std::vector<AxisTick> axisTicks(const TimeScale& scale, int64_t originNs, double minSpacing) {
  const Plan plan = planOf(scale, originNs, minSpacing);
  std::vector<AxisTick> ticks;
  if (plan.first > plan.last) return ticks;
  ticks.reserve(static_cast<size_t>(plan.last - plan.first + 1));
  const uint64_t largest =
      std::max(magnitude(plan.first * plan.step - plan.base), magnitude(plan.last * plan.step - plan.base));
  for (int64_t i = plan.first; i <= plan.last; ++i) {
    const int64_t offset = i * plan.step;
    const std::string label = plan.hasBase && offset == plan.base ? plan.baseText()
                              : plan.hasBase ? "+" + tickText(offset - plan.base, plan.step, largest)
                                             : tickText(offset, plan.step, largest);
    ticks.push_back({originNs + offset, label});
  }
  return ticks;
}

std::string axisBase(const TimeScale& scale, int64_t originNs, double minSpacing) {
  const Plan plan = planOf(scale, originNs, minSpacing);
  return plan.hasBase ? plan.baseText() : std::string();
}

}  // namespace waybill::layout
