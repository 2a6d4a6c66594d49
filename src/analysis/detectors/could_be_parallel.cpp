// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/could_be_parallel.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <array>

#include "analysis/detectors/repeated_calls.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kSmallestSavingNs = 10'000'000, kSmallestGapNs = 1'000'000;
// So many traces that all have one order speak for a reason behind it.
constexpr uint32_t kTracesThatSpeak = 5;
constexpr uint32_t kTracesThatPersuade = 3;
// The pairs compared are bounded by what HappensBefore compares.
constexpr size_t kMostTogether = kMostSiblings;

// Calls that could begin with the first of them.
struct Row {
  std::vector<NodeIndex> calls;  // by start
  bool refuted = true;           // their order, in other traces
  uint32_t traces = 0;           // in which the least known pair was seen
  uint32_t otherwise = 0;        // of these: overlapping, or in the other order
};

uint32_t add(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

struct PairFacts {
  uint32_t traces = 0, otherwise = 0;
  bool refuted = false;
};

PairFacts factsOf(const TraceFacts& facts, NodeIndex earlier, NodeIndex later) {
  PairFacts out;
  if (facts.population == nullptr) return out;
  const OperationKey a = facts.operations.step[earlier.value], b = facts.operations.step[later.value];
  const CallPathKey parent = facts.operations.path[facts.tree.parent[later.value]];
  const HappensBefore& learned = facts.population->happensBefore;
  const SiblingFacts* known = learned.firstsOf(parent, a, b);
  if (known == nullptr) return out;
  const bool isSmaller = siblingKey(a, 0) < siblingKey(b, 0);
  out.traces = add(add(known->before.traces, known->after.traces), known->overlapping.traces);
  out.otherwise = add(known->overlapping.traces, isSmaller ? known->after.traces : known->before.traces);
  out.refuted = learned.independent(parent, a, b, facts.tree.trace);
  return out;
}

bool isTransaction(std::string_view name) {
  constexpr std::array<std::string_view, 10> kWords{"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "START TRANSACTION",
                                                    "begin", "commit", "rollback", "connect",   "pool.connect"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return name.starts_with(word); });
}

// What changes something has its place in the order.
bool mayChangeSomething(const TraceFacts& facts, NodeIndex node) {
  const SpanSemantics& semantics = facts.semantics.of(node);
  if (semantics.isDatabase()) {
    const std::string_view text = facts.semantics.callOf(node).what.text;
    return !(text.starts_with("SELECT") || text.starts_with("select") || text.starts_with("GET") ||
             text.starts_with("find")) ||
           isTransaction(text);
  }
  if (semantics.isMessaging()) return true;
  return semantics.isHttp() && semantics.httpMethod != "GET" && semantics.httpMethod != "HEAD";
}

// Whether `later` could begin with `earlier`, by other traces or, where those say nothing, by this one.
bool couldBeginWith(const TraceFacts& facts, NodeIndex earlier, NodeIndex later, Row& row) {
  if (facts.operations.step[earlier.value] == facts.operations.step[later.value]) return false;
  if (!endsBefore(facts.tree, earlier, later)) return false;
  const PairFacts pair = factsOf(facts, earlier, later);
  if (pair.refuted) {
    row.traces = row.traces == 0 ? pair.traces : std::min(row.traces, pair.traces);
    row.otherwise = row.otherwise == 0 ? pair.otherwise : std::min(row.otherwise, pair.otherwise);
    return true;
  }
  row.refuted = false;
  return pair.traces < kTracesThatSpeak;
}

// Without other traces: calls by one clock, hardly a pause between them, none of which changes anything.
bool looksIndependent(const TraceFacts& facts, const Row& row) {
  const TraceTree& tree = facts.tree;
  const StringId own = tree.service[tree.parent[row.calls.front().value]];
  for (size_t i = 0; i < row.calls.size(); ++i) {
    const NodeIndex call = row.calls[i];
    if (tree.service[call.value] != own || !isCall(facts, call) || tree.has(call, NodeBits::kError)) return false;
    if (mayChangeSomething(facts, call)) return false;
    if (i > 0 && tree.startNs[call.value] - tree.endNs[row.calls[i - 1].value] >= kSmallestGapNs) return false;
  }
  return true;
}

void close(const TraceFacts& facts, Row& row, std::vector<Row>& out) {
  if (row.calls.size() >= 2 && (row.refuted || looksIndependent(facts, row))) out.push_back(row);
  row = Row();
}

// What is known of two steps is known of the first span of each.
void addRows(const TraceFacts& facts, NodeIndex parent, std::vector<Row>& out) {
  Row row;
  absl::flat_hash_set<OperationKey> seen;
  for (const NodeIndex child : soundChildren(facts.tree, parent)) {
    const bool isFirst = seen.insert(facts.operations.step[child.value]).second;
    if (facts.path.totalNs[child.value] == 0) continue;
    if (!isFirst) {
      close(facts, row, out);
      continue;
    }
    Row longer = row;
    const bool fits = row.calls.size() < kMostTogether &&
                      std::all_of(row.calls.begin(), row.calls.end(),
                                  [&](NodeIndex earlier) { return couldBeginWith(facts, earlier, child, longer); });
    // What other traces prove is not watered down by what they do not.
    if (fits && (longer.refuted || !row.refuted || row.calls.size() < 2)) {
      row = std::move(longer);
    } else {
      close(facts, row, out);
    }
    row.calls.push_back(child);
  }
  close(facts, row, out);
}

// All but the longest could have been beside it.
int64_t mostSavedNs(const TraceFacts& facts, const Row& row) {
  int64_t longest = 0;
  for (const NodeIndex call : row.calls) longest = std::max(longest, facts.path.totalNs[call.value]);
  return pathTimeOf(facts, row.calls) - longest;
}

std::string namesText(const TraceFacts& facts, const Row& row) {
  constexpr size_t kMostNames = 4;
  std::string out;
  const size_t named = row.calls.size() <= kMostNames ? row.calls.size() : kMostNames - 1;
  for (size_t i = 0; i < named; ++i) {
    const std::string callee = calleeText(facts, row.calls[i]);
    out += (i == 0 ? "" : i + 1 == row.calls.size() ? " and " : ", ") + (callee.empty() ? "" : callee + " ") +
           callText(facts, row.calls[i]);
  }
  if (named < row.calls.size()) out += " and " + countText(row.calls.size() - named) + " more";
  return out;
}

Confidence confidenceIn(const Row& row) {
  if (!row.refuted) return Confidence::Low;
  return row.otherwise >= kTracesThatPersuade ? Confidence::High : Confidence::Medium;
}

void describe(const TraceFacts& facts, const Row& row, Finding& finding) {
  const std::string where = operationText(facts.tree, NodeIndex(facts.tree.parent[row.calls.front().value]));
  const std::string saves = "starting them together would save about " + aboutText(finding.savingNs) + ".";
  finding.sentence = where + " calls " + namesText(facts, row) + " one after another; ";
  if (row.refuted) {
    finding.sentence += "of " + countText(row.traces) + " traces " + countText(row.otherwise) +
                        " have them overlapping or in another order, so they " +
                        (row.otherwise >= kTracesThatPersuade ? "do" : "probably do") +
                        " not need each other's results: " + saves;
    finding.advice =
        "Start these calls at the same time and wait for all of them at the end (futures, Promise.all, a task group). "
        "Other requests show that their order does not matter.";
    return;
  }
  finding.sentence += "if none needs another's result, " + saves;
  finding.advice =
      "A guess from this trace alone: each begins as soon as the one before has ended, which code that uses the answer "
      "looks like too. Look at the code; if they are independent, start them together and wait for all at the end.";
  // A guess is not an alarm.
  finding.severity = std::min(finding.severity, Severity::Low);
}

}  // namespace

void detectCouldBeParallel(const TraceFacts& facts, std::vector<Finding>& out) {
  const int64_t smallestNs = std::max(kSmallestSavingNs, smallestSavingNs(facts.rootDurationNs()));
  std::vector<Row> rows;
  for (uint32_t i = 0; i < facts.tree.size(); ++i) {
    if (facts.isStoppedAt(i)) return;
    if (!hasChildren(facts.tree, NodeIndex(i), 2)) continue;
    // Twice that must be spent in children: as much saved, and beside it.
    if (facts.path.totalNs[i] - facts.path.selfNs[i] >= 2 * smallestNs) addRows(facts, NodeIndex(i), rows);
  }
  std::erase_if(rows, [&](const Row& row) { return mostSavedNs(facts, row) < smallestNs; });
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return mostSavedNs(facts, a) > mostSavedNs(facts, b); });
  if (rows.size() > kMostCandidates) rows.resize(kMostCandidates);
  for (const Row& row : rows) {
    Candidate candidate;
    candidate.evidence = row.calls;
    candidate.confidence = confidenceIn(row);
    candidate.limitNs = mostSavedNs(facts, row);
    candidate.rewrite.startTogether(row.calls);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding || finding->savingNs < smallestNs) continue;
    describe(facts, row, *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
