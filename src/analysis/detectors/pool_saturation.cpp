// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/pool_saturation.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <functional>
#include <queue>

#include "analysis/detectors/repeated_calls.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

constexpr size_t kFewestWaiting = 3;
constexpr size_t kFollowingPercent = 90;
constexpr int64_t kMs = 1'000'000;

// How calls that began together found room: `ceiling` at once, every other when one of those had ended.
struct Ceiling {
  size_t ceiling = 0, waiting = 0;
  int64_t longestWaitNs = 0;
};

// Plays the calls through with a queue of the ends of those that run. A call that waited for a place begins right after
// one became free, while all others are taken; work that arrives as it pleases, or in waves, does not.
std::optional<Ceiling> findCeiling(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  std::vector<int64_t> durations;
  for (const NodeIndex call : calls) durations.push_back(tree.durationNs(call));
  std::nth_element(durations.begin(), durations.begin() + static_cast<ptrdiff_t>(durations.size() / 2), durations.end());
  const int64_t soonNs = std::max<int64_t>(durations[durations.size() / 2] / 20, 1'000);
  const int64_t firstNs = tree.startNs[calls.front().value];
  Ceiling out;
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> running;  // ends
  size_t following = 0;
  for (const NodeIndex call : calls) {
    const int64_t start = tree.startNs[call.value];
    const bool isOfTheFirst = start - firstNs <= soonNs && out.waiting == 0;
    if (isOfTheFirst) {
      ++out.ceiling;
    } else {
      ++out.waiting;
      // One place became free, and just now: it is taken at once, so that no others are free.
      const bool follows = !running.empty() && running.size() == out.ceiling && running.top() - start <= soonNs / 2 &&
                           start - running.top() <= soonNs;
      following += follows ? 1 : 0;
      out.longestWaitNs = std::max(out.longestWaitNs, start - firstNs);
      while (!running.empty() && running.size() >= out.ceiling) running.pop();
    }
    running.push(tree.endNs[call.value]);
  }
  if (out.ceiling < 2 || out.waiting < kFewestWaiting || out.waiting < out.ceiling) return std::nullopt;
  if (following * 100 < out.waiting * kFollowingPercent) return std::nullopt;
  return out;
}

std::string adviceText() {
  return "Something lets only so many through at a time: a connection pool, a limit of workers or threads, or a limit the "
         "callee sets. A larger pool helps only while the other side has room for more; shorter calls, or fewer of them, "
         "help always.";
}

void detectCeilings(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const CallGroup& group : callGroups(facts)) {
    const bool isPooled = group.semantics->isDatabase() || group.semantics->isHttp() || group.semantics->isRpc();
    if (!isPooled || group.branches.empty()) continue;
    const auto ceiling = findCeiling(facts.tree, group.calls);
    if (!ceiling) continue;
    Candidate candidate;
    candidate.evidence = group.calls;
    candidate.confidence = Confidence::Medium;  // it may be meant
    candidate.limitNs = std::min(ceiling->longestWaitNs, group.onPathNs);
    candidate.rewrite.startTogether(group.branches);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex first = group.calls.front();
    finding->peerService = calleeText(facts, first);
    finding->sentence = "Of " + countText(group.size()) + " calls " + callText(facts, first) + " in " +
                        placeText(facts, group) + " only " + countText(ceiling->ceiling) +
                        " ever ran at once; " + countText(ceiling->waiting) + " waited up to " +
                        durationText(ceiling->longestWaitNs) + " for a place. Without the wait the request would be about " +
                        aboutText(finding->savingNs) + " faster.";
    finding->advice = adviceText();
    out.push_back(std::move(*finding));
  }
}

// Calls that say how long they waited for a connection, of one service to one peer.
struct Waits {
  std::vector<NodeIndex> calls;
  Rewrite rewrite;
  int64_t sumNs = 0, longestNs = 0;
};

// What comes last before a child among its siblings, or its parent's start.
int64_t gapBefore(const TraceTree& tree, NodeIndex node, int64_t lastEnd) {
  const uint32_t parent = tree.parent[node.value];
  const int64_t from = parent == TraceTree::kNone ? tree.startNs[node.value] : tree.startNs[parent];
  return tree.startNs[node.value] - std::max(from, lastEnd);
}

void addWait(const TraceFacts& facts, NodeIndex node, int64_t lastEnd, Waits& waits) {
  const int64_t waitNs = facts.semantics.of(node).poolWaitNs;
  const int64_t selfNs = facts.selfNs[node.value], gapNs = gapBefore(facts.tree, node, lastEnd);
  if (waitNs <= selfNs) {
    waits.rewrite.setOwn(node, selfNs - waitNs);
  } else if (waitNs <= gapNs) {
    waits.rewrite.shortenGapBefore(node, gapNs - waitNs);
  } else {
    return;  // the trace has no room for it
  }
  waits.calls.push_back(node);
  waits.sumNs = saturatingSum(waits.sumNs, waitNs);
  waits.longestNs = std::max(waits.longestNs, waitNs);
}

std::vector<Waits> saidWaits(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  std::vector<Waits> out;
  absl::flat_hash_map<uint64_t, size_t> index;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex parent(i);
    if (facts.isStoppedAt(i)) return {};
    if (tree.isLeaf(parent) || facts.path.totalNs[i] < kMs) continue;
    int64_t lastEnd = tree.startNs[i];
    tree.forEachChild(parent, [&](NodeIndex child) {
      if (facts.path.totalNs[child.value] > 0 && tree.kind(child) != otlp::SpanKind::Server) {
        if (facts.semantics.poolWaitNs(child) >= kMs) {
          const uint64_t key = mixHash(stableHash(facts.semantics.of(child).peer()), stableHash(tree.serviceName(child)));
          const auto [entry, isNew] = index.try_emplace(key, out.size());
          if (isNew) out.emplace_back();
          addWait(facts, child, lastEnd, out[entry->second]);
        }
      }
      lastEnd = std::max(lastEnd, tree.endNs[child.value]);
    });
  }
  std::erase_if(out, [](const Waits& waits) { return waits.calls.empty(); });
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.sumNs > b.sumNs; });
  if (out.size() > kMostCandidates) out.resize(kMostCandidates);
  return out;
}

void detectSaidWaits(const TraceFacts& facts, std::vector<Finding>& out) {
  for (Waits& waits : saidWaits(facts)) {
    Candidate candidate;
    candidate.evidence = waits.calls;
    candidate.limitNs = waits.sumNs;
    candidate.rewrite = std::move(waits.rewrite);
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex first = waits.calls.front();
    finding->peerService = calleeText(facts, first);
    finding->sentence = serviceText(facts.tree, first) + " waited " +
                        (waits.calls.size() == 1
                             ? durationText(waits.sumNs)
                             : "up to " + durationText(waits.longestNs) + inCalls(waits.calls.size())) +
                        " for a connection" + (finding->peerService.empty() ? "" : " to " + finding->peerService) +
                        " before it could even ask; without the wait the request would be about " +
                        aboutText(finding->savingNs) + " faster.";
    finding->advice = adviceText();
    out.push_back(std::move(*finding));
  }
}

}  // namespace

void detectPoolSaturation(const TraceFacts& facts, std::vector<Finding>& out) {
  detectCeilings(facts, out);
  detectSaidWaits(facts, out);
}

}  // namespace waybill::analysis
