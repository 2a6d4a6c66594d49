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
  Severity severity = Severity::Critical;    // at most; what is usual proves that time goes there, not that it broke
  Standing standing = Standing::Unknown;
};

// Times of calls or steps of one kind against what is usual for them, and the rewrite that brings them back to it: those
// above what is usual to its median; all of them to nothing, and "up to", where nothing is known or most of the time is
// as usual.
class AgainstUsual {
 public:
  explicit AgainstUsual(const TraceFacts& facts) : m_facts(facts) {}
  // `ns` of the step's own time (of a call: between it and its server), of which the request waited for `onPathNs`.
  // `isSeenBefore`: without a baseline, others took as long.
  void add(NodeIndex node, const Baseline* usual, int64_t ns, int64_t onPathNs, bool isSeenBefore = false);
  // Evidence, rewrite, standing, and how severe at most; the caller may add to it.
  Candidate candidate() const;
  Standing standing() const;
  // To go on with after the facts of a sentence: "; normally 12 ms (…)", "; as in every request here (median 118 ms, n =
  // 41)", "; this is not above normal (…)"; empty when nothing is known.
  std::string text() const;

 private:
  struct Step {
    NodeIndex node;
    const Baseline* usual;
    Standing standing;
  };
  const TraceFacts& m_facts;
  std::vector<Step> m_steps;
  // Of the step that the request waited for longest: what is usual for it (null: not known), and its time.
  const Baseline* m_usual = nullptr;
  Standing m_longestStanding = Standing::Unknown;
  int64_t m_longestOnPathNs = -1, m_longestNs = 0;
  int64_t m_onPathNs = 0, m_aboveNs = 0;  // of all; and what of it is above usual
  bool m_isAlarming = false;
};

// The own time on the critical path of an operation.
AgainstUsual ownTimeAgainstUsual(const TraceFacts& facts, const OperationGroup& group);

// Replays the candidate and makes a finding without words: saving, severity, confidence, evidence, service and
// operation of the first of the evidence. None when it saves too little to be worth a line. The detector fills in
// sentence and advice, and may change whom it blames and the severity. Kind and title come from the registry.
std::optional<Finding> weigh(const TraceFacts& facts, Candidate candidate);

// The same for findings that save nothing: waste, root causes, data quality. Not replayed, never folded into others.
Finding remark(const TraceFacts& facts, std::vector<NodeIndex> evidence, Severity severity,
               Confidence confidence = Confidence::High);

// How sure times of these spans let one be: spans with guessed or doubtful times, or lost spans, lower it.
Confidence trustIn(const TraceFacts& facts, const std::vector<NodeIndex>& evidence);

// "this 155 ms request", or while its root is missing, "the 155 ms that have come of this request".
std::string wholeText(const TraceFacts& facts);

// " in 12 calls", or nothing for one.
std::string inCalls(size_t calls);

// "GetCart", or what stands for an empty name; the service likewise. Plain text, short.
std::string nameText(const TraceTree& tree, NodeIndex node);
std::string serviceText(const TraceTree& tree, NodeIndex node);

// "normally 12 ms (p99 40 ms, n = 1,204)".
std::string usualText(const Baseline& usual);

}  // namespace waybill::analysis
