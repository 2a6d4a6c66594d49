// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/candidate.h"

// Calls that one span makes again and again: what the detectors of repetitions have in common; nobody else needs it.
namespace waybill::analysis {

// Calls of one template on one call path, made by one span or by the INTERNAL spans below it (FORMATS section 13,
// "N+1"). A call is a client span, a database span of any kind, or a server span whose client recorded nothing.
struct CallGroup {
  NodeIndex parent;                 // the innermost span around all of them
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

// Groups of at least kFewestCalls calls that have enough time on the critical path to be worth a finding; those with the
// most first, at most kMostCandidates. O(spans), once for all that ask on one thread.
const std::vector<CallGroup>& callGroups(const TraceFacts& facts);

// The same groups cut where a pause stands out, long before the median one and the median call: there another part of
// the code begins, with a loop of its own. Parts of fewer than kFewestCalls calls are left out.
const std::vector<CallGroup>& loopsOf(const TraceFacts& facts);

// Children of one parent that may take part in a pattern: not detached, not async, not hung there by guess.
std::vector<NodeIndex> soundChildren(const TraceTree& tree, NodeIndex parent);
// Whether a span has so many children of any kind; looks at no more.
bool hasChildren(const TraceTree& tree, NodeIndex parent, size_t atLeast);

// Whether `later` begins when `earlier` has ended, as well as clocks tell.
bool endsBefore(const TraceTree& tree, NodeIndex earlier, NodeIndex later);
// Each begins when those before have ended, but for one in ten. `spans` by start.
bool oneAfterAnother(const TraceTree& tree, const std::vector<NodeIndex>& spans);

// One call in the place of many, as Rewrite::collapse; but pauses longer than a call stay:
// they are other work.
void collapse(const TraceTree& tree, const std::vector<NodeIndex>& calls, Rewrite& rewrite);

// More than that no change of the calls can save: their time on the critical path, and their makers' own.
int64_t pathTimeAround(const TraceFacts& facts, const CallGroup& group);
// On the critical path in the spans and below them; none may lie in another.
int64_t pathTimeOf(const TraceFacts& facts, const std::vector<NodeIndex>& spans);

// What the first calls ask for, by parameters known.
struct Parameters {
  size_t distinct = 0, read = 0;
  bool known = false;  // of every one read
};
Parameters parametersOf(const TraceFacts& facts, const std::vector<NodeIndex>& calls);

// Standard deviation of the durations by their mean.
double variation(const TraceTree& tree, const std::vector<NodeIndex>& calls);

// Page after page, each of which may tell where the next begins.
bool readsPages(const CallTemplate& what);
// More than half of them failed: that is about failures, not about repetition.
bool mostlyFailed(const TraceTree& tree, const std::vector<NodeIndex>& calls);

// Asking again and again whether something has happened, or waiting for it: by name, or by regular long pauses, or by
// calls that last seconds each.
bool looksLikePolling(const TraceFacts& facts, const std::vector<NodeIndex>& calls);

// "`SELECT … FROM orders WHERE id = ?`", "`GetProduct`": plain text, short.
std::string callText(const TraceFacts& facts, NodeIndex call);
// Who is called: a service, system or host; empty when nothing says so.
std::string calleeText(const TraceFacts& facts, NodeIndex call);

}  // namespace waybill::analysis
