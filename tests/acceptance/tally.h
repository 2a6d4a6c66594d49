// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace waybill::acceptance {

// A share with its 95 % interval (Wilson 1927).
struct Share {
  uint64_t hits = 0, of = 0;

  void count(bool hit) {
    ++of;
    hits += hit ? 1 : 0;
  }
  void merge(const Share& other) {
    hits += other.hits;
    of += other.of;
  }
  double value() const { return of == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(of); }
  double low() const { return bound(-1); }
  double high() const { return bound(1); }

  // "0.965 [0.931, 0.983] n=200"
  std::string text() const {
    char buffer[80];
    std::snprintf(buffer, sizeof buffer, "%.3f [%.3f, %.3f] n=%llu", value(), low(), high(),
                  static_cast<unsigned long long>(of));
    return buffer;
  }

 private:
  double bound(int sign) const {
    if (of == 0) return sign < 0 ? 0 : 1;
    constexpr double kZ = 1.959964;
    const double n = static_cast<double>(of), p = value();
    const double middle = p + kZ * kZ / (2 * n);
    const double half = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
    return std::clamp((middle + sign * half) / (1 + kZ * kZ / n), 0.0, 1.0);
  }
};

// The value that a share `q` of the values does not exceed; 0 for none.
inline double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto at = static_cast<size_t>(std::ceil(q * static_cast<double>(values.size())));
  return values[std::clamp<size_t>(at, 1, values.size()) - 1];
}

inline double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace waybill::acceptance
