// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "analysis/candidate.h"
#include "analysis/detectors/call_groups.h"

// What the detectors of repetitions have in common; nobody else needs it.
namespace waybill::analysis {

// Children of one parent that may take part in a pattern: not detached, not async, not hung there by guess.
std::vector<NodeIndex> soundChildren(const TraceTree& tree, NodeIndex parent);
// Whether a span has so many children of any kind; looks at no more.
bool hasChildren(const TraceTree& tree, NodeIndex parent, size_t atLeast);

// Whether `later` begins when `earlier` has ended, as well as clocks tell.
bool endsBefore(const TraceTree& tree, NodeIndex earlier, NodeIndex later);
// Each begins when those before have ended, but for one, or one in ten of many. `spans` by start.
bool oneAfterAnother(const TraceTree& tree, const std::vector<NodeIndex>& spans);

// By call: how long it lasts; by call but the first: the time since the one before it ended. Calls by start.
std::vector<int64_t> durationsOf(const TraceTree& tree, const std::vector<NodeIndex>& calls);
std::vector<int64_t> pausesOf(const TraceTree& tree, const std::vector<NodeIndex>& calls);
int64_t medianOf(std::vector<int64_t> values);  // 0 of none

// As weigh(), but what saves too little to be worth a line is told at severity low with the little it saves: repetitions
// are looked for on a desk, with hardly any data, and grow with it.
Finding tellAnyway(const TraceFacts& facts, Candidate candidate);

// Where the calls are made: the operation of the span around them, or the service where that span is missing.
std::string placeText(const TraceFacts& facts, const CallGroup& group);

// ", with 250 ms between them", where the calls lie apart.
std::string pauseText(const TraceTree& tree, const std::vector<NodeIndex>& calls);

// One call in the place of many, as Rewrite::collapse; but pauses longer than a call stay:
// they are other work.
void collapse(const TraceTree& tree, const std::vector<NodeIndex>& calls, Rewrite& rewrite);

// More than that no change of the calls can save: their time on the critical path, and their makers' own.
int64_t pathTimeAround(const TraceFacts& facts, const CallGroup& group);
// On the critical path in the spans and below them; none may lie in another.
int64_t pathTimeOf(const TraceFacts& facts, const std::vector<NodeIndex>& spans);

// What the first calls ask for. Where something of it is unknown, calls with equal parameters may ask for different
// things, but those with unequal ones do.
struct Parameters {
  size_t distinct = 0, read = 0;
  bool known = false;  // of every one read

  bool areDistinct() const { return distinct > 1 && distinct * 100 >= read * 80; }
};
Parameters parametersOf(const TraceFacts& facts, const std::vector<NodeIndex>& calls);

// Standard deviation of the durations by their mean.
double variation(const TraceTree& tree, const std::vector<NodeIndex>& calls);

// Page after page, each of which may tell where the next begins.
bool readsPages(const CallTemplate& what);
// More than half of them failed: that is about failures, not about repetition.
bool mostlyFailed(const TraceTree& tree, const std::vector<NodeIndex>& calls);

// Asking again and again whether something has happened, or waiting for it: by name, or by long pauses of one length, or
// by calls that last seconds each.
bool looksLikePolling(const TraceFacts& facts, const std::vector<NodeIndex>& calls);
bool isNamedPolling(const TraceFacts& facts, NodeIndex call);

// Not only for a connection, a transaction or a sign of life.
bool asksForData(const CallGroup& group);

// "`SELECT … FROM orders WHERE id = ?`", "`GetProduct`": plain text, short.
std::string callText(const TraceFacts& facts, NodeIndex call);
// Who is called: a service, system or host; empty when nothing says so.
std::string calleeText(const TraceFacts& facts, NodeIndex call);

}  // namespace waybill::analysis
