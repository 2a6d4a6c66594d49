// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::analysis {

// An operation, and how much more of a request it takes than is usual for it.
struct OperationExcess {
  std::string service, operation;  // ids taken out
  uint64_t requests = 0;           // traces that touch it
  uint64_t slowRequests = 0;       // those in which it took more than usual
  int64_t excessNs = 0;            // per request that touches it: own and edge time on the critical path above usual
  TraceIndex worstTrace;           // where it took most above usual …
  SpanRow worstSpan;               // … and the span of it that took most there
};

// Which operations make a set of traces slower than they could be (ANALYSIS section 6.4): by excess milliseconds per
// request, not by total time nor by a ratio. One per thread, then merged; the result does not depend on the order.
class ExcessRanking {
 public:
  // Traces analysed with a population; others say nothing.
  void add(const TraceAnalysis& analysis);
  void merge(const ExcessRanking& other);
  // Largest first; operations that take no more than usual are left out.
  std::vector<OperationExcess> ranked(const store::Snapshot& snapshot) const;

 private:
  struct Sum {
    uint64_t requests = 0, slowRequests = 0;
    int64_t ns = 0, worstNs = 0;
    TraceIndex worstTrace;
    SpanRow worstSpan;  // of the worst trace; names the operation
  };
  static void unite(Sum& into, const Sum& other);
  absl::flat_hash_map<OperationKey, Sum> m_sums;
};

}  // namespace waybill::analysis
