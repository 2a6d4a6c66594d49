// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "analysis/operations.h"
#include "analysis/span_semantics.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// Spearman's rank correlation, ties at their middle rank; 0 when one side does not vary. O(n log n).
double rankCorrelation(const std::vector<std::pair<int64_t, int64_t>>& pairs);

// How the time of an operation goes with the size of what it sends and receives.
struct PayloadEffect {
  uint32_t calls = 0;           // compared
  double correlation = 0;       // of size and duration, by rank
  int64_t smallNs = 0;          // median duration of the smaller quarter
  int64_t usualBytes = 0, largeBytes = 0;  // median size of all, and of the larger quarter
  double nsPerKilobyte = 0;     // from there to the larger quarter
};

// Sizes and durations of calls, a sample of each operation that does not depend on the order of traces. Built like
// Baselines: part by part, merged, then settled.
class PayloadFacts {
 public:
  static constexpr size_t kSample = 128, kFewest = 20;

  // Reads the calls of the trace, and the servers whose callers do not say a size; given operations, only of these.
  void addTrace(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics,
                const absl::flat_hash_set<OperationKey>* only = nullptr);
  void merge(const PayloadFacts& other);
  void settle();
  // Null with fewer than kFewest calls.
  const PayloadEffect* find(OperationKey operation) const;

 private:
  struct Call {
    uint64_t order;  // random, and the same in every run
    int64_t bytes, ns;
    bool operator<(const Call& other) const { return order < other.order; }
  };
  struct Operation {
    std::vector<Call> calls;  // a heap, the last in order on top
    PayloadEffect effect;
    bool wants(uint64_t order) const;
    void add(const Call& call);
  };
  absl::flat_hash_map<OperationKey, Operation> m_operations;
};

// Bytes sent and received, as far as the span says; 0: not said.
int64_t payloadBytes(const PayloadSizes& sizes);
// The same of a call, or of a server whose caller does not say. 0 of all other spans, which are not read.
int64_t payloadBytes(const TraceTree& tree, NodeIndex node, SemanticsReader& semantics);

}  // namespace waybill::analysis
