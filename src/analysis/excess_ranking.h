// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::analysis {

// An operation, or the way of calls to it, and how much more of a request it takes than is usual.
struct OperationExcess {
  std::string service, operation;  // the one blamed; ids taken out
  std::string peerService;         // of time between two services: the caller; else empty
  bool isStarved = false;          // the time lies on the way of all calls of `service`, whoever answers
  uint64_t requests = 0;           // traces that touch it
  uint64_t slowRequests = 0;       // those in which it took more than usual
  int64_t excessNs = 0;            // per request that touches it: time on the critical path above usual
  TraceIndex worstTrace;           // where it took most above usual …
  SpanRow worstSpan;               // … and the span of it that took most there
};

// "GET /cart", "GET /cart, on the way from web", "its calls, whoever answers": where the time of the service lies.
std::string excessPlace(const OperationExcess& excess);

// Which operations make a set of traces slower than they could be: by excess time per request that touches them, not by
// total time nor by a ratio. Time between a client and its server is booked on the callee, with the caller as peer; but
// on the caller, in one row, when it rises to most of its callees alike (see StarvedCaller). Excess is what lies above
// the 95th percentile of what the user calls normal, or above the median of what is loaded; of an operation that is new
// to the normal, all. One per thread, then merged; the result does not depend on the order.
class ExcessRanking {
 public:
  // Traces analysed with a population, which must be the same for all; others say nothing. Needs tree, operations and
  // path only.
  void add(const TraceAnalysis& analysis);
  void merge(const ExcessRanking& other);
  // Operations that take no more than usual are left out. First the largest of each service, by the excess of the whole
  // service per request that touches it; then the others by their own. Means over few requests count for less: as if
  // five more without excess had been seen.
  std::vector<OperationExcess> ranked(const store::Snapshot& snapshot) const;

 private:
  struct Sum {
    uint64_t requests = 0, slowRequests = 0;
    int64_t ns = 0, worstNs = 0;
    TraceIndex worstTrace;
    SpanRow worstSpan;  // of the worst trace; names the operation
  };
  // A step's own time, or the way of calls of one service to one operation.
  struct Key {
    uint64_t operation = 0;  // OperationKey of the one blamed
    uint64_t caller = 0;     // hash of the caller's service; 0: own time
    bool operator==(const Key&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.operation, key.caller);
    }
  };
  struct Row {
    Sum sum;
    SpanRow worstCall;     // of the way: the call's span, which names the caller
    uint64_t calls = 0;    // spans
    uint64_t service = 0;  // hash of the one blamed
  };
  class OfTrace;
  struct Ranked;

  static void unite(Sum& into, const Sum& other);
  static void unite(Row& into, const Row& other);
  // Callers whose calls lose time whoever answers.
  absl::flat_hash_set<uint64_t> starvedCallers() const;
  std::vector<Ranked> rankedRows() const;

  absl::flat_hash_map<Key, Row> m_rows;
  absl::flat_hash_map<uint64_t, Sum> m_ways;           // by caller: of all its calls together
  absl::flat_hash_map<uint64_t, uint64_t> m_requests;  // by service: traces that touch it
};

}  // namespace waybill::analysis
