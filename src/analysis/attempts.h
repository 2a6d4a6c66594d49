// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/operations.h"
#include "analysis/span_semantics.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// One call, made again because it failed: siblings of one operation to one peer with the same parameters, each after
// the end of the one before, all but the last failed.
struct Attempts {
  std::vector<NodeIndex> tries;  // at least two, by start
  bool succeeded = false;        // the last one did
  bool sure = false;  // the same parameters were seen, or the spans say that they resend; else only the same operation

  // From the end of a try to the start of the next.
  int64_t backOffNs(const TraceTree& tree) const;
};

// By the first try. Reads the bytes only of operations that failed under the same parent, or, given the critical path, of
// few calls of one operation beside each other on it, that may say so. O(n log n).
std::vector<Attempts> findAttempts(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics,
                                   const CriticalPath* path);

// In how many traces an operation was tried again. Built like Baselines: part by part, merged.
class RetryFacts {
 public:
  void addTrace(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics);
  void merge(const RetryFacts& other);
  uint64_t tracesWithRetries(OperationKey operation) const;

 private:
  absl::flat_hash_map<OperationKey, uint64_t> m_traces;
};

}  // namespace waybill::analysis
