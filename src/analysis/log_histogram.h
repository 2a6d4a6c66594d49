// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace waybill::analysis {

// How many of what length: buckets whose width is 1/32 of the power of two they lie in, so that every quantile is
// right within 1.6 % (in the manner of DDSketch and HDR histograms). Mergeable; the order of values does not matter.
// Memory follows the spread of the values, at most 8 kB.
class LogHistogram {
 public:
  void add(int64_t value, uint64_t count = 1);  // negative values count as 0
  void merge(const LogHistogram& other);

  uint64_t count() const { return m_count; }
  bool empty() const { return m_count == 0; }
  int64_t quantile(double q) const;      // the middle of the bucket; 0 when empty
  int64_t median() const { return quantile(0.5); }
  double rankOf(int64_t value) const;    // share of values that are smaller, its own bucket counted half
  double atLeast(int64_t value) const;   // share of values in its bucket or above
  // Median of |ln x − ln median|, the spread of a robust z score (ANALYSIS section 6.1).
  double logDeviation() const;

  // How many of the values lie in each of `columns` stretches of equal width on a logarithmic scale between the
  // smallest and the largest value; a bucket counts where its middle lies.
  struct Columns {
    int64_t smallest = 0, largest = 0;  // middles of the outermost buckets
    std::vector<uint64_t> counts;

    double placeOf(int64_t value) const;  // of a value on that scale: 0 to 1, whatever lies beyond
  };
  Columns logColumns(uint32_t columns) const;

 private:
  std::vector<uint32_t> m_buckets;  // from bucket m_first on
  uint32_t m_first = 0;
  uint64_t m_count = 0;
};

}  // namespace waybill::analysis
