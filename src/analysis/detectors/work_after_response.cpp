// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/work_after_response.h"

#include <algorithm>

#include "analysis/candidate.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr int kSharePercent = 20;
constexpr int64_t kMs = 1'000'000;
// Two hosts' clocks may differ by so much unnoticed.
constexpr int64_t kClocksMayDifferNs = 50 * kMs;

// The top of work that nobody waits for, with all below it.
struct LateWork {
  NodeIndex top;
  int64_t endNs = 0;
};

// Whether the span goes on by itself, and its end can be compared with the root's: the server of a call that outlives it is a timeout or
// another clock, and nobody knows where an orphan belongs.
bool isClear(const TraceTree& tree, NodeIndex top, int64_t afterNs) {
  const NodeIndex parent(tree.parent[top.value]);
  constexpr uint16_t kDoubtful = NodeBits::kAdopted | NodeBits::kStartsEarly | NodeBits::kCutCycle;
  if (tree.has(top, kDoubtful)) return false;
  if (tree.kind(top) == SpanKind::Consumer) return false;  // a message is meant for later
  if (tree.kind(top) == SpanKind::Server && tree.kind(parent) == SpanKind::Client) return false;
  return tree.service[top.value] == tree.service[parent.value] || afterNs >= kClocksMayDifferNs;
}

// The outermost spans of the request that are not waited for, each with the last end below it.
std::vector<LateWork> asyncWork(const TraceTree& tree) {
  std::vector<LateWork> out;
  const uint32_t end = tree.subtreeEnd[tree.primaryRoot.value];
  for (uint32_t i = tree.primaryRoot.value + 1; i < end;) {
    if (!tree.has(NodeIndex(i), NodeBits::kAsync | NodeBits::kDetached)) {
      ++i;
      continue;
    }
    const auto last = std::max_element(tree.endNs.begin() + i, tree.endNs.begin() + tree.subtreeEnd[i]);
    out.push_back({NodeIndex(i), *last});
    i = tree.subtreeEnd[i];
  }
  return out;
}

}  // namespace

void detectWorkAfterResponse(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  const int64_t responseNs = tree.endNs[tree.primaryRoot.value], rootNs = facts.rootDurationNs();
  std::vector<LateWork> late = asyncWork(tree);
  std::erase_if(late, [&](const LateWork& work) {
    const int64_t afterNs = work.endNs - responseNs;
    return afterNs < kMs || !atLeastShare(afterNs, rootNs, kSharePercent) || !isClear(tree, work.top, afterNs);
  });
  if (late.empty()) return;
  std::stable_sort(late.begin(), late.end(),
                   [](const LateWork& a, const LateWork& b) { return a.endNs > b.endNs; });
  std::vector<NodeIndex> evidence;
  for (const LateWork& work : late) evidence.push_back(work.top);
  // One that began after its parent's end may as well hang under the wrong parent.
  const bool isDetached = tree.has(late[0].top, NodeBits::kDetached);
  Finding finding =
      remark(facts, std::move(evidence), Severity::Low, isDetached ? Confidence::Medium : Confidence::High);
  finding.sentence = "The response came after " + durationText(rootNs) + ", but " + serviceText(tree, late[0].top) +
                     " (" + nameText(tree, late[0].top) + ") went on until " +
                     durationText(late[0].endNs - responseNs) + " later";
  if (late.size() > 1) {
    finding.sentence += ", as did " + countText(late.size() - 1) + (late.size() == 2 ? " other step" : " other steps");
  }
  finding.sentence += "; the caller did not wait for it.";
  finding.advice =
      "Work after the response makes answers fast, and it is still work: it needs threads, memory and connections, it "
      "is lost when the process stops, and its errors reach no caller. If it was meant to be waited for, something is "
      "missing; if it matters, a queue that survives a restart is safer.";
  out.push_back(std::move(finding));
}

}  // namespace waybill::analysis
