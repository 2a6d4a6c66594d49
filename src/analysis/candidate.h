// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/detector.h"
#include "analysis/operation_groups.h"

// What detectors have in common; nobody else needs it.
namespace waybill::analysis {

// What a detector suspects, before it is known whether it matters.
struct Candidate {
  std::vector<NodeIndex> evidence;  // the spans to look at; the first is the one blamed unless `longestFirst`
  Rewrite rewrite;                  // the trace without the trouble: what it saves is replayed
  int64_t limitNs = INT64_MAX;      // it cannot save more than that
  bool savingIsUpperBound = false;  // nothing says what would be usual: "up to"
  bool longestFirst = false;        // order evidence by own time on the critical path
  Confidence confidence = Confidence::High;  // at most; doubtful evidence lowers it
  Severity severity = Severity::Critical;    // at most; what varies that much anyway is no alarm
};

// A group's own time back to what is usual, for each of its spans that takes half as much again or more; gone, and "up
// to", where nothing is known.
Candidate ownTimeCandidate(const TraceFacts& facts, const OperationGroup& group);

// Replays the candidate and makes a finding without words: saving, severity, confidence, evidence, service and
// operation of the first of the evidence. None when it saves too little to be worth a line. The detector fills in
// sentence and advice, and may change whom it blames and the severity. Kind and title come from the registry.
std::optional<Finding> weigh(const TraceFacts& facts, Candidate candidate);

// The same for findings that save nothing: waste, root causes, data quality. Not replayed, never folded into others.
Finding remark(const TraceFacts& facts, std::vector<NodeIndex> evidence, Severity severity,
               Confidence confidence = Confidence::High);

// How sure times of these spans let one be: spans with guessed or doubtful times, or lost spans, lower it.
Confidence trustIn(const TraceFacts& facts, const std::vector<NodeIndex>& evidence);

// " in 12 calls", or nothing for one.
std::string inCalls(size_t calls);

// "GetCart", or what stands for an empty name; the service likewise. Plain text, short.
std::string nameText(const TraceTree& tree, NodeIndex node);
std::string serviceText(const TraceTree& tree, NodeIndex node);

// The three parts of "normally 12 ms (p99 40 ms, n = 1,204)".
std::string usualText(const Baseline& usual);

}  // namespace waybill::analysis
