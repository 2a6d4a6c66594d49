// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/answers.h"
#include "analysis/critical_path.h"
#include "analysis/log_histogram.h"
#include "analysis/operations.h"
#include "analysis/span_semantics.h"

namespace waybill::analysis {

// What of an operation is compared with what is usual; nanoseconds, but CallsPerTrace.
enum class Measure : uint8_t {
  Duration,
  Self,           // without the time in which a child ran
  Edge,           // of a call and the server that answers it: edgeNs(); by pair
  Gap,            // own time of the parent before a child; by pair of parent and the child's step
  CallsPerTrace,  // in traces that have any; by the wide key
  QueueDelay,     // from a message's producer to its consumer; by pair
  Answered,       // of calls: 1 when a server's span is there, else 0; by the step and the operation, as the wide key
  Children,       // how many, of spans that are no calls
};

// The usual values of one measure of one key. Median and spread are settled when the population is complete.
struct Baseline {
  LogHistogram values;
  uint32_t traces = 0, lastTrace = 0;  // how many traces they come from, and the number of the last one
  int64_t medianNs = 0, p95Ns = 0, p99Ns = 0;
  double logDeviation = 0;  // MAD of the logarithms, at least 0.05

  uint64_t count() const { return values.count(); }
  double robustZ(int64_t value) const;
  // Whether it is one of a kind that is there now and then: at least three others, and one in 7 % of the traces, are
  // three quarters as large; or half, if they are outliers too. Two ways of being usual (a cache that hits and misses)
  // are no outliers. The value counts among them.
  bool isCommon(int64_t value) const;
  // The rule of ANALYSIS 6.1: z >= 3.5, at least 1.5 × the median and 1 ms above it; and not common.
  bool isOutlier(int64_t value) const;
};

// Keys are hashes of contents: of (service, operation, kind, caller's operation, and of calls whose other side is not
// recorded what is called), of (service, operation), of (parent's operation, child's operation or step).
struct BaselineKeys {
  uint64_t narrow = 0, wide = 0;
};
BaselineKeys baselineKeys(const TraceTree& tree, const TraceOperations& operations, NodeIndex node,
                          SemanticsReader& semantics);
// The same for one span alone, whatever the size of its trace: reads it, and its name and its parent's.
BaselineKeys baselineKeys(const TraceTree& tree, NodeIndex node);
uint64_t wideKey(OperationKey operation);
uint64_t pairKey(OperationKey parent, OperationKey child);

// Histograms by key and measure. Built by one thread from the traces it is given, then merged, then settled; constant
// from then on, and read by any thread. What comes out does not depend on the order.
class Baselines {
 public:
  // How much must be known of a key.
  struct Fewest {
    // Fewer values say nothing, nor do those of fewer traces: a hundred calls in one slow request are not what is usual.
    uint64_t values = 20;
    uint32_t traces = 5;
    // So few do not tell what is usual, but that a value has been there before.
    uint64_t hint = 8;
  };
  // Where the user has chosen what is normal: even one good request is something to compare with.
  static constexpr Fewest kAnyValues{1, 1, 1};

  // What is added from here on comes from another trace.
  void beginTrace() { ++m_trace; }
  void add(uint64_t key, Measure measure, int64_t value);
  void merge(const Baselines& other);
  void settle(Fewest fewest);  // when all is merged: keys with too few values are let go

  // None with too few values.
  const Baseline* find(uint64_t key, Measure measure) const;
  // By the narrow key, else by the wide one, else none; a key with many values goes before one with few.
  const Baseline* find(const BaselineKeys& keys, Measure measure) const;
  // A value for which there is no baseline, but others like it: see Baseline::isCommon.
  bool seenBefore(uint64_t key, Measure measure, int64_t value) const;
  size_t size() const { return m_all.size(); }

 private:
  static bool isEnough(const Baseline& baseline, const Fewest& fewest) {
    return baseline.count() >= fewest.values && baseline.traces >= fewest.traces;
  }
  const Baseline* find(uint64_t key, Measure measure, const Fewest& fewest) const;
  absl::flat_hash_map<uint64_t, uint32_t> m_index;  // by key and measure
  std::vector<Baseline> m_all;
  uint32_t m_trace = 0;
  Fewest m_fewest;
};

// The gap before each child its parent waits for: own time since the last thing that happened before it.
template <typename Visit>
void forEachGap(const TraceTree& tree, NodeIndex parent, Visit&& visit) {
  int64_t last = tree.startNs[parent.value];
  tree.forEachChild(parent, [&](NodeIndex child) {
    if (tree.has(child, NodeBits::kNotJoined)) return;
    const int64_t start = tree.startNs[child.value];
    // A gap is one only where no child ran.
    if (start >= last) visit(child, start - last);
    last = last < tree.endNs[child.value] ? tree.endNs[child.value] : last;
  });
}

// Adds all that one trace says.
void addTrace(const TraceTree& tree, const std::vector<int64_t>& selfNs, const TraceOperations& operations,
              SemanticsReader& semantics, Baselines& baselines);

}  // namespace waybill::analysis
