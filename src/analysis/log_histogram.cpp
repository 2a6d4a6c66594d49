// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/log_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace waybill::analysis {
namespace {

constexpr int kBits = 5;
constexpr uint64_t kParts = uint64_t{1} << kBits;

// Values below 2 × kParts have a bucket of their own.
uint32_t bucketOf(int64_t value) {
  const auto v = static_cast<uint64_t>(std::max<int64_t>(value, 0));
  if (v < 2 * kParts) return static_cast<uint32_t>(v);
  const int shift = std::bit_width(v) - 1 - kBits;
  return static_cast<uint32_t>((static_cast<uint64_t>(shift) << kBits) + (v >> shift));
}

double middleOf(uint32_t bucket) {
  if (bucket < 2 * kParts) return bucket;
  const uint32_t shift = (bucket >> kBits) - 1;
  const auto lowest = static_cast<double>((bucket & (kParts - 1)) + kParts);
  return std::ldexp(lowest + 0.5, static_cast<int>(shift));
}

}  // namespace

void LogHistogram::add(int64_t value, uint64_t count) {
  const uint32_t bucket = bucketOf(value);
  if (m_buckets.empty()) {
    m_first = bucket;
    m_buckets.resize(1);
  } else if (bucket < m_first) {
    m_buckets.insert(m_buckets.begin(), m_first - bucket, 0);
    m_first = bucket;
  } else if (bucket - m_first >= m_buckets.size()) {
    m_buckets.resize(bucket - m_first + 1);
  }
  uint32_t& counter = m_buckets[bucket - m_first];
  counter = static_cast<uint32_t>(std::min<uint64_t>(counter + count, std::numeric_limits<uint32_t>::max()));
  m_count += count;
}

void LogHistogram::merge(const LogHistogram& other) {
  for (size_t i = 0; i < other.m_buckets.size(); ++i) {
    if (other.m_buckets[i] == 0) continue;
    add(static_cast<int64_t>(middleOf(other.m_first + static_cast<uint32_t>(i))), other.m_buckets[i]);
  }
}

int64_t LogHistogram::quantile(double q) const {
  if (m_count == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::clamp(q, 0.0, 1.0) * static_cast<double>(m_count - 1));
  uint64_t below = 0;
  for (size_t i = 0; i < m_buckets.size(); ++i) {
    below += m_buckets[i];
    if (below > wanted) return static_cast<int64_t>(middleOf(m_first + static_cast<uint32_t>(i)));
  }
  return static_cast<int64_t>(middleOf(m_first + static_cast<uint32_t>(m_buckets.size()) - 1));
}

double LogHistogram::rankOf(int64_t value) const {
  if (m_count == 0) return 0;
  const uint32_t bucket = bucketOf(value);
  double below = 0;
  for (size_t i = 0; i < m_buckets.size(); ++i) {
    const uint32_t at = m_first + static_cast<uint32_t>(i);
    if (at > bucket) break;
    below += at == bucket ? m_buckets[i] / 2.0 : m_buckets[i];
  }
  return below / static_cast<double>(m_count);
}

double LogHistogram::atLeast(int64_t value) const {
  if (m_count == 0) return 0;
  const uint32_t bucket = bucketOf(value);
  double above = 0;
  for (size_t i = 0; i < m_buckets.size(); ++i) {
    if (m_first + static_cast<uint32_t>(i) >= bucket) above += m_buckets[i];
  }
  return above / static_cast<double>(m_count);
}

double LogHistogram::Columns::placeOf(int64_t value) const {
  const auto log = [](int64_t ns) { return std::log(std::max<double>(1, static_cast<double>(ns))); };
  const double width = log(largest) - log(smallest);
  return width <= 0 ? 0.5 : std::clamp((log(value) - log(smallest)) / width, 0.0, 1.0);
}

LogHistogram::Columns LogHistogram::logColumns(uint32_t columns) const {
  Columns out{quantile(0), quantile(1), std::vector<uint64_t>(std::max(columns, 1U))};
  const auto last = static_cast<double>(out.counts.size() - 1);
  for (size_t i = 0; i < m_buckets.size(); ++i) {
    const auto middle = static_cast<int64_t>(middleOf(m_first + static_cast<uint32_t>(i)));
    out.counts[static_cast<size_t>(std::lround(out.placeOf(middle) * last))] += m_buckets[i];
  }
  return out;
}

double LogHistogram::logDeviation() const {
  if (m_count == 0) return 0;
  const double middle = std::log(std::max<double>(1, static_cast<double>(median())));
  std::vector<std::pair<double, uint32_t>> deviations;
  for (size_t i = 0; i < m_buckets.size(); ++i) {
    if (m_buckets[i] == 0) continue;
    const double value = std::log(std::max(1.0, middleOf(m_first + static_cast<uint32_t>(i))));
    deviations.emplace_back(std::abs(value - middle), m_buckets[i]);
  }
  std::sort(deviations.begin(), deviations.end());
  uint64_t below = 0;
  for (const auto& [deviation, count] : deviations) {
    below += count;
    if (below * 2 >= m_count) return deviation;
  }
  return deviations.back().first;
}

}  // namespace waybill::analysis
