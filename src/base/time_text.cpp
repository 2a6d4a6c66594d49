// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time_text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <tuple>

namespace waybill {
namespace {

constexpr uint64_t kMicro = 1'000, kMilli = 1'000'000, kSecond = 1'000'000'000;
constexpr uint64_t kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour, kYear = 365 * kDay;

uint64_t magnitude(int64_t ns) { return ns < 0 ? ~static_cast<uint64_t>(ns) + 1 : static_cast<uint64_t>(ns); }

std::string twoUnits(uint64_t ns, uint64_t big, const char* bigName, uint64_t small, const char* smallName) {
  const uint64_t smalls = (ns + small / 2) / small;  // rounded first, so that 59.6 s carries into the minute
  const uint64_t perBig = big / small;
  std::string out = std::to_string(smalls / perBig) + " " + bigName;
  if (smalls % perBig != 0) out += " " + std::to_string(smalls % perBig) + " " + smallName;
  return out;
}

std::string unsignedText(uint64_t ns) {
  if (ns < kMicro) return std::to_string(ns) + " ns";
  struct Unit {
    uint64_t size, end;
    const char* name;
  };
  // `end` is where rounding to three digits would print 1000 of the unit.
  static constexpr std::array kUnits{Unit{kMicro, 999'500, "µs"}, Unit{kMilli, 999'500'000, "ms"}};
  for (const Unit& unit : kUnits) {
    if (ns >= unit.end) continue;
    const double value = static_cast<double>(ns) / static_cast<double>(unit.size);
    return decimalText(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + " " + unit.name;
  }
  if (ns < kMinute - kMilli / 2) {
    const double seconds = static_cast<double>(ns) / static_cast<double>(kSecond);
    return decimalText(seconds, seconds < 9.9995 ? 3 : 2) + " s";
  }
  if (ns < kHour - kSecond / 2) return twoUnits(ns, kMinute, "min", kSecond, "s");
  if (ns < kDay - kMinute / 2) return twoUnits(ns, kHour, "h", kMinute, "min");
  if (ns < kYear) return twoUnits(ns, kDay, "d", kHour, "h");
  return twoUnits(ns, kYear, "y", kDay, "d");
}

}  // namespace

std::string decimalText(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  std::string out = text.data();
  if (out.find('.') != std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
  }
  return out;
}

std::string durationText(int64_t ns) { return (ns < 0 ? "−" : "") + unsignedText(magnitude(ns)); }

std::string exactDurationText(int64_t ns) {
  const uint64_t value = magnitude(ns);
  const auto [size, digits, name] = value < kMicro    ? std::tuple<uint64_t, int, const char*>{1, 0, "ns"}
                                    : value < kMilli  ? std::tuple<uint64_t, int, const char*>{kMicro, 3, "µs"}
                                    : value < kSecond ? std::tuple<uint64_t, int, const char*>{kMilli, 6, "ms"}
                                                      : std::tuple<uint64_t, int, const char*>{kSecond, 9, "s"};
  std::string out = (ns < 0 ? "−" : "") + std::to_string(value / size);
  if (digits > 0) {
    std::string fraction = std::to_string(value % size);
    fraction.insert(0, static_cast<size_t>(digits) - fraction.size(), '0');
    out += "." + fraction;
  }
  return out + " " + name;
}

std::string percentText(int64_t part, int64_t whole) {
  if (part == 0 || whole == 0) return "0 %";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent > 0 && percent < 1) return "<1 %";
  return std::to_string(std::llround(percent)) + " %";
}

std::string countText(uint64_t count) {
  std::string out = std::to_string(count);
  for (size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string bytesText(uint64_t bytes) {
  static constexpr std::array kNames{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kNames.size()) {
    value /= 1000;
    ++unit;
  }
  return decimalText(value, unit == 0 || value >= 9.95 ? 0 : 1) + " " + kNames[unit];
}

std::string isoTimeText(int64_t unixNs) {
  constexpr auto kSignedSecond = static_cast<int64_t>(kSecond);
  int64_t seconds = unixNs / kSignedSecond;
  int64_t rest = unixNs % kSignedSecond;
  if (rest < 0) {
    rest += kSignedSecond;
    --seconds;
  }
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  const size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + length, text.size() - length, ".%09lldZ", static_cast<long long>(rest));
  return text.data();
}

}  // namespace waybill
