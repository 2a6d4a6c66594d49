// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// How far the clock of one host is ahead of the clock of the host of the request (its primary root), as far as the
// trace tells. Nanoseconds.
struct HostClock {
  std::string name;        // "cart", or "host db-7" where several services run on it; plain text, may be long
  int64_t aheadNs = 0;     // the estimate; negative: behind
  // The true value lies in [lowNs, highNs] if calls nest and messages come after they were sent; kUnbounded where
  // nothing bounds it.
  int64_t lowNs = 0, highNs = 0;
  uint32_t calls = 0;      // between this host and others: what the estimate is made of
  bool isCertain = true;   // false: what the spans say of this clock contradicts itself (async work, a clock that drifts)

  static constexpr int64_t kUnbounded = INT64_MAX;  // of highNs; -kUnbounded of lowNs
  bool isBounded() const { return lowNs != -kUnbounded && highNs != kUnbounded; }
  int64_t boundNs() const;  // the largest error of the estimate; kUnbounded when there is no telling
};

// The clocks of one trace (ANALYSIS section 5). Only a view: nothing here changes a time that was recorded.
class ClockSkew {
 public:
  // The host of the primary root is the first.
  const std::vector<HostClock>& hosts() const { return m_hosts; }
  // Those whose clock does not fit that of the request, by how far they are off.
  std::vector<HostClock> apart() const;
  bool isAnyApart() const;
  bool empty() const { return m_hosts.size() < 2; }

  // Of the host that wrote the span; null of a span of another trace.
  const HostClock* of(const store::Snapshot& snapshot, SpanRow row) const;
  // What is to be taken off its times.
  int64_t aheadNs(const store::Snapshot& snapshot, SpanRow row) const;

 private:
  friend ClockSkew estimateClockSkew(const TraceTree& tree);

  std::vector<HostClock> m_hosts;
  absl::flat_hash_map<uint32_t, uint32_t> m_hostOfContext;  // of the contexts in the trace
};

// Host by host, from what must be so: a server's span lies inside the call that it answers, a message is received
// after it was sent. Each call between two hosts bounds the difference of their clocks from both sides, each message
// from one; the bounds are intersected and carried over from host to host. A host whose clock may be the one of its
// callers keeps it: moving it would hide time that was really spent on the way. Else the middle of what is possible.
// A host is what the resource calls one (node, host, pod, instance), else the service. `tree` holds recorded times.
// O(spans + hosts log hosts).
ClockSkew estimateClockSkew(const TraceTree& tree);

// Says in the diagnostics of the tree which clocks are apart, or that its times are without that.
void reportClocks(TraceTree& tree, const ClockSkew& skew);

// "cart's clock is 52 ms ahead, ± 3 ms".
std::string clockText(const HostClock& host);

}  // namespace waybill::analysis
