// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/detector.h"

// Calls that one span makes again and again.
namespace waybill::analysis {

// Calls of one template on one call path, made by one span or by the INTERNAL spans below it (FORMATS section 13,
// "N+1"). A call is a client span, a database span of any kind, or a server span whose client recorded nothing.
struct CallGroup {
  OptionalNode parent;              // the innermost span around all of them; none: that span is missing
  std::vector<NodeIndex> calls;     // by start; at least two
  std::vector<NodeIndex> branches;  // children of the parent: the calls, or what wraps one each; empty: neither
  int64_t sumNs = 0;                // of their durations
  int64_t onPathNs = 0;             // what of it is on the critical path
  // Of the first call.
  std::shared_ptr<const SpanSemantics> semantics;
  std::shared_ptr<const CallTemplate> what;

  size_t size() const { return calls.size(); }
};

// Beyond so many a list of findings helps nobody, and each costs a replay.
inline constexpr size_t kMostCandidates = 16;

// Fewer are no repetition.
inline constexpr size_t kFewestCalls = 5;

// Whether a span is a call of something outside its service. Reads attributes only of leaves that do not say.
bool isCall(const TraceFacts& facts, NodeIndex node);

// By node: the span in whose code it runs; INTERNAL spans in between are that code. Roots whose parent is one missing
// span share a number from tree.size() on; TraceTree::kNone for other roots. O(spans).
std::vector<uint32_t> owners(const TraceTree& tree);

// Groups of at least kFewestCalls calls that the request waits for, with enough time on the critical path to be worth a
// finding; those with the most first, at most kMostCandidates. O(spans), once for all that ask on one thread.
const std::vector<CallGroup>& callGroups(const TraceFacts& facts);

// All groups, also small ones and those beside or after what the request waits for, cut where a pause stands out, long
// before the median one and the median call, and something else runs in it: there another part of the code begins,
// with a loop of its own. Parts of fewer than kFewestCalls calls are left out. Of a call that two libraries record one
// after the other (prepared, then run) the longer span counts.
const std::vector<CallGroup>& loopsOf(const TraceFacts& facts);

}  // namespace waybill::analysis
