// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/operations.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// When the messages of all traces were sent: consumers often begin a trace of their own, which only links to the
// producer's. Built like Baselines: part by part, merged.
class SentMessages {
 public:
  struct Sent {
    int64_t endNs = 0;  // of the producer's span
    OperationKey operation;
  };
  void addTrace(const TraceTree& tree, const TraceOperations& operations);
  void merge(const SentMessages& other);
  std::optional<Sent> find(TraceId trace, SpanId span) const;

 private:
  void keepEarlier(uint64_t key, const Sent& sent);
  absl::flat_hash_map<uint64_t, Sent> m_sent;  // by hash of trace and span id
};

// From a span to one that it set off and does not wait for: a message from its producer to its consumer, or a span link
// (ANALYSIS section 1.1).
struct MessageHop {
  NodeIndex consumer;
  std::optional<NodeIndex> producer;  // none when it is in another trace
  int64_t sentNs = 0;                 // end of the producer
  OperationKey producerOperation;
  bool isMessage = false;  // else a link between other steps
  bool isBatch = false;    // the consumer has more of them

  int64_t waitNs(const TraceTree& tree) const { return tree.startNs[consumer.value] - sentNs; }
};

// By consumer, then by when it was sent. Links to what started later than the linking span are left out; those to other
// traces come only with `elsewhere`. Reads the bytes of spans that have links. O(n log n).
std::vector<MessageHop> messageHops(const TraceTree& tree, const TraceOperations& operations,
                                    const SentMessages* elsewhere = nullptr);

// The hops of one consumer after another.
template <typename Visit>
void forEachConsumer(std::span<const MessageHop> hops, Visit&& visit) {
  for (size_t begin = 0, end = 0; begin < hops.size(); begin = end) {
    while (end < hops.size() && hops[end].consumer == hops[begin].consumer) ++end;
    visit(hops.subspan(begin, end - begin));
  }
}

}  // namespace waybill::analysis
