// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/repeating_block.h"

#include <algorithm>

#include "analysis/detectors/number_of_calls.h"
#include "analysis/detectors/repeated_calls.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr size_t kLongest = 8, kFewestTimes = 3, kFewestKindsOfCalls = 2;
// A step that a short list repeats is no alarm.
constexpr size_t kFewestTimesOfAStepToAlarm = 5;
constexpr int64_t kSmallestSumNs = 10'000'000;

// Neighbouring children of one parent that repeat with a period.
struct Block {
  std::vector<NodeIndex> spans;  // whole iterations
  size_t period = 0;
  int64_t sumNs = 0;

  size_t times() const { return spans.size() / period; }
};

uint64_t keyOf(const TraceFacts& facts, NodeIndex node) {
  const uint64_t operation = facts.operations.operation[node.value].value;
  return isCall(facts, node) ? mixHash(operation, facts.semantics.callKeyOf(node)) : operation;
}

bool hasShorterPeriod(const std::vector<uint64_t>& keys, size_t begin, size_t period) {
  for (size_t shorter = 1; shorter * 2 <= period; ++shorter) {
    if (period % shorter != 0) continue;
    bool repeats = true;
    for (size_t i = shorter; i < period && repeats; ++i) repeats = keys[begin + i] == keys[begin + i - shorter];
    if (repeats) return true;
  }
  return false;
}

// Maximal runs of at least kFewestTimes periods in which each key equals the one `period` before. O(keys) for one
// period.
template <typename Visit>
void forEachRun(const std::vector<uint64_t>& keys, size_t period, Visit&& visit) {
  size_t begin = 0;
  for (size_t i = period; i <= keys.size(); ++i) {
    if (i < keys.size() && keys[i] == keys[i - period]) continue;
    const size_t length = i - begin;
    if (length / period >= kFewestTimes) visit(begin, length);
    begin = i - period + 1;
  }
}

// How many kinds of calls the first iteration makes, itself and below; more than enough is not counted.
size_t kindsOfCalls(const TraceFacts& facts, const Block& block) {
  constexpr uint32_t kMostLookedAt = 1000;
  std::vector<uint64_t> kinds;
  for (size_t i = 0; i < block.period && kinds.size() < kFewestKindsOfCalls; ++i) {
    const uint32_t begin = block.spans[i].value;
    const uint32_t end = std::min(facts.tree.subtreeEnd[begin], begin + kMostLookedAt);
    for (uint32_t at = begin; at < end; ++at) {
      if (!isCall(facts, NodeIndex(at))) continue;
      // A statement prepared and run is one kind.
      const uint64_t key = facts.semantics.callKeyOf(NodeIndex(at));
      if (std::find(kinds.begin(), kinds.end(), key) == kinds.end()) kinds.push_back(key);
      at = std::max(at, std::min(end, facts.tree.subtreeEnd[at]) - 1);  // what the callee calls is its own affair
      if (kinds.size() >= kFewestKindsOfCalls) break;
    }
  }
  return kinds.size();
}

bool isWorthATry(const TraceFacts& facts, const Block& block) {
  if (block.sumNs < kSmallestSumNs || pathTimeOf(facts, block.spans) < smallestSavingNs(facts.rootDurationNs())) {
    return false;
  }
  return oneAfterAnother(facts.tree, block.spans) && !mostlyFailed(facts.tree, block.spans) &&
         kindsOfCalls(facts, block) >= kFewestKindsOfCalls;
}

// What each child is, by its operation, and where that repeats for long enough by what it calls, which has to be read:
// what is called twice is of one operation.
std::vector<uint64_t> keysOf(const TraceFacts& facts, const std::vector<NodeIndex>& children) {
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  std::vector<uint64_t> keys;
  keys.reserve(children.size());
  for (const NodeIndex child : children) keys.push_back(facts.operations.operation[child.value].value);
  std::vector<bool> mayRepeat(children.size());
  for (size_t period = 1; period <= kLongest; ++period) {
    forEachRun(keys, period, [&](size_t begin, size_t length) {
      int64_t sumNs = 0, onPathNs = 0;
      for (size_t i = begin; i < begin + length; ++i) {
        sumNs = saturatingSum(sumNs, facts.tree.durationNs(children[i]));
        onPathNs = saturatingSum(onPathNs, facts.path.totalNs[children[i].value]);
      }
      if (sumNs < kSmallestSumNs || onPathNs < smallestNs) return;
      std::fill_n(mayRepeat.begin() + static_cast<ptrdiff_t>(begin), length, true);
    });
  }
  for (size_t i = 0; i < children.size(); ++i) {
    if (facts.isStoppedAt(i)) return {};
    if (mayRepeat[i]) keys[i] = keyOf(facts, children[i]);
  }
  return keys;
}

void addBlocks(const TraceFacts& facts, NodeIndex parent, std::vector<Block>& out) {
  if (!hasChildren(facts.tree, parent, kFewestTimes)) return;
  const std::vector<NodeIndex> children = soundChildren(facts.tree, parent);
  if (children.size() < kFewestTimes) return;
  const std::vector<uint64_t> keys = keysOf(facts, children);
  for (size_t period = 1; period <= kLongest; ++period) {
    forEachRun(keys, period, [&](size_t begin, size_t length) {
      // A call again and again is no block; a step that makes several is one.
      if (hasShorterPeriod(keys, begin, period) || (period == 1 && isCall(facts, children[begin]))) return;
      Block block;
      const auto from = children.begin() + static_cast<ptrdiff_t>(begin);
      block.spans.assign(from, from + static_cast<ptrdiff_t>(length - length % period));
      block.period = period;
      for (const NodeIndex span : block.spans) block.sumNs = saturatingSum(block.sumNs, facts.tree.durationNs(span));
      if (isWorthATry(facts, block)) out.push_back(std::move(block));
    });
  }
}

// The longest iteration stays, and a tenth of each other.
void keepOneIteration(const TraceTree& tree, const Block& block, Rewrite& rewrite) {
  std::vector<int64_t> lasts(block.times(), 0), durations;
  for (size_t i = 0; i < block.spans.size(); ++i) {
    const int64_t ns = tree.durationNs(block.spans[i]);
    lasts[i / block.period] = saturatingSum(lasts[i / block.period], ns);
    durations.push_back(ns);
  }
  const auto longest = static_cast<size_t>(std::max_element(lasts.begin(), lasts.end()) - lasts.begin());
  for (size_t i = 0; i < block.period; ++i) {
    int64_t others = 0;
    for (size_t at = i; at < block.spans.size(); at += block.period) others = saturatingSum(others, durations[at]);
    const int64_t kept = durations[longest * block.period + i];
    rewrite.setDuration(block.spans[i], saturatingSum(kept, (others - kept) / 10));
  }
  std::vector<int64_t> sorted = durations;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(sorted.size() / 2), sorted.end());
  const int64_t usual = sorted[sorted.size() / 2];
  for (size_t i = block.period; i < block.spans.size(); ++i) {
    rewrite.remove(block.spans[i]);
    // A pause longer than a call is other work.
    const int64_t pause = tree.startNs[block.spans[i].value] - tree.endNs[block.spans[i - 1].value];
    if (pause > usual) rewrite.shortenGapBefore(block.spans[i], INT64_MAX);
  }
}

// Of what stands at each place in the block: a slow callee is not made so by the loop.
int64_t slownessOf(const TraceFacts& facts, const Block& block) {
  int64_t ns = 0;
  for (size_t i = 0; i < block.period; ++i) {
    std::vector<NodeIndex> alike;
    for (size_t at = i; at < block.spans.size(); at += block.period) alike.push_back(block.spans[at]);
    if (isCall(facts, alike.front())) ns = saturatingSum(ns, partTime(facts, alike).slownessNs);
  }
  return ns;
}

// "price `Get`": the block's parts may have one name. Statements say enough.
std::string partText(const TraceFacts& facts, NodeIndex span) {
  if (!isCall(facts, span)) return nameText(facts.tree, span);
  const std::string callee = facts.semantics.of(span).isDatabase() ? "" : calleeText(facts, span);
  return (callee.empty() ? "" : callee + " ") + callText(facts, span);
}

std::string blockText(const TraceFacts& facts, const Block& block) {
  constexpr size_t kMostNames = 4;
  std::string out = "{";
  const size_t named = std::min(block.period, kMostNames);
  for (size_t i = 0; i < named; ++i) {
    const NodeIndex span = block.spans[i];
    out += (i == 0 ? "" : ", ") + partText(facts, span);
  }
  return out + (named < block.period ? ", …}" : "}");
}

void weighAll(const TraceFacts& facts, const std::vector<Block>& blocks, std::vector<Finding>& out) {
  for (const Block& block : blocks) {
    const NodeIndex parent(facts.tree.parent[block.spans.front().value]);
    Candidate candidate;
    candidate.evidence = block.spans;
    candidate.limitNs =
        saturatingSum(pathTimeOf(facts, block.spans), facts.path.selfNs[parent.value]) - slownessOf(facts, block);
    if (block.period == 1) {  // a step may be more than its calls
      candidate.confidence = Confidence::Medium;
      if (block.times() < kFewestTimesOfAStepToAlarm) candidate.severity = Severity::Medium;
    }
    keepOneIteration(facts.tree, block, candidate.rewrite);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    finding->sentence = "The " + std::string(block.period == 1 ? "step " : "block ") + blockText(facts, block) +
                        " repeats " + countText(block.times()) + " times in " + operationText(facts.tree, parent) +
                        ", " + durationText(block.sumNs) + " in all; doing it once for all items would save about " +
                        aboutText(finding->savingNs) + ".";
    finding->advice =
        "The code goes through a list and makes the same few calls for each item, one after another. Turn it around: make "
        "each call once for all items (batch methods, WHERE id IN (…)), or at least work on several items at the same "
        "time.";
    out.push_back(std::move(*finding));
  }
}

}  // namespace

void detectRepeatingBlock(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  std::vector<Block> blocks;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (facts.isStoppedAt(i)) return;
    if (facts.path.totalNs[i] - facts.path.selfNs[i] >= smallestNs) addBlocks(facts, NodeIndex(i), blocks);
  }
  std::stable_sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.sumNs > b.sumNs; });
  if (blocks.size() > kMostCandidates) blocks.resize(kMostCandidates);
  weighAll(facts, blocks, out);
}

}  // namespace waybill::analysis
