// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/starved_caller.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

#include "analysis/candidate.h"
#include "analysis/saturating.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr size_t kFewestCallees = 3;
constexpr int64_t kComparableShare = 4;  // a quarter
constexpr size_t kMostNamed = 3;

struct Callee {
  StringId service;
  int64_t lostNs = 0;  // in the call that lost most
};

struct Caller {
  StarvedCaller found;
  std::vector<Callee> callees;
};

void noteLoss(std::vector<Callee>& callees, StringId service, int64_t ns) {
  const auto known =
      std::find_if(callees.begin(), callees.end(), [&](const Callee& callee) { return callee.service == service; });
  if (known == callees.end()) {
    callees.push_back({service, ns});
  } else {
    known->lostNs = std::max(known->lostNs, ns);
  }
}

// What counts of the time a call lost: all of it, or with a normal what is above that.
int64_t lossOf(const TraceFacts& facts, const Edge& edge) {
  if (!facts.normalIsKnown() || edge.usual == nullptr) return edge.lostNs >= kSmallestEdgeNs ? edge.lostNs : 0;
  return facts.standing(edge.usual, edge.lostNs) == Standing::Above ? edge.lostNs - edge.usual->medianNs : 0;
}

// Calls whose other side recorded nothing tell by what is usual for them.
void addLeafCalls(const TraceFacts& facts, const StarvedCaller& caller, AgainstUsual& compared) {
  const TraceTree& tree = facts.tree;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    if (tree.service[i] != caller.service || tree.kind(node) != otlp::SpanKind::Client || !tree.isLeaf(node)) continue;
    const Baseline* usual = facts.usual(node, Measure::Self);
    if (facts.standing(usual, facts.selfNs[i]) != Standing::Above) continue;
    compared.add(node, usual, facts.selfNs[i], facts.path.selfNs[i]);
  }
}

bool losesToAll(const TraceFacts& facts, Caller& caller) {
  auto& callees = caller.callees;
  if (callees.size() < kFewestCallees) return false;
  std::sort(callees.begin(), callees.end(), [](const Callee& a, const Callee& b) {
    return a.lostNs != b.lostNs ? a.lostNs > b.lostNs : a.service < b.service;
  });
  const int64_t third = callees[kFewestCallees - 1].lostNs, most = callees.front().lostNs;
  return third >= kSmallestEdgeNs && third >= most / kComparableShare &&
         isLargeEdge(caller.found.onPathNs, facts.rootDurationNs());
}

std::string calleesText(const TraceFacts& facts, const StarvedCaller& caller) {
  std::string out;
  for (size_t i = 0; i < std::min(kMostNamed, caller.callees.size()); ++i) {
    const std::string name = printable(facts.tree.snapshot->text(caller.callees[i]), 40);
    out += (i == 0 ? "" : ", ") + (name.empty() ? "unknown_service" : name);
  }
  if (caller.callees.size() > kMostNamed) out += " and " + countText(caller.callees.size() - kMostNamed) + " more";
  return out;
}

// The step that makes the calls.
NodeIndex makerOf(const TraceTree& tree, NodeIndex call) {
  const uint32_t parent = tree.parent[call.value];
  return parent == TraceTree::kNone ? call : NodeIndex(parent);
}

}  // namespace

std::vector<StarvedCaller> starvedCallers(const TraceFacts& facts) {
  constexpr uint16_t kNotWaitedFor = NodeBits::kAsync | NodeBits::kDetached;
  const TraceTree& tree = facts.tree;
  std::vector<Caller> callers;
  absl::flat_hash_map<StringId, size_t> known;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex call(i);
    if (tree.kind(call) != otlp::SpanKind::Client || tree.isLeaf(call) || tree.has(call, kNotWaitedFor)) continue;
    if (!facts.normalIsKnown() && tree.durationNs(call) < kSmallestEdgeNs) continue;
    const auto edge = edgeOf(facts, call);
    if (!edge || tree.service[edge->server.value] == tree.service[i]) continue;
    const int64_t lostNs = lossOf(facts, *edge);
    if (lostNs == 0) continue;
    const auto [entry, isNew] = known.try_emplace(tree.service[i], callers.size());
    if (isNew) callers.push_back({{tree.service[i], {}, {}}, {}});
    Caller& caller = callers[entry->second];
    caller.found.calls.push_back(*edge);
    caller.found.onPathNs = saturatingSum(caller.found.onPathNs, std::min(lostNs, edge->onPathNs));
    noteLoss(caller.callees, tree.service[edge->server.value], lostNs);
  }
  std::vector<StarvedCaller> out;
  for (Caller& caller : callers) {
    if (!losesToAll(facts, caller)) continue;
    caller.found.mostNs = caller.callees.front().lostNs;
    caller.found.leastNs = caller.callees.back().lostNs;
    for (const Callee& callee : caller.callees) caller.found.callees.push_back(callee.service);
    out.push_back(std::move(caller.found));
  }
  return out;
}

bool isStarved(const std::vector<StarvedCaller>& callers, StringId service) {
  return std::any_of(callers.begin(), callers.end(), [&](const StarvedCaller& c) { return c.service == service; });
}

void detectStarvedCaller(const TraceFacts& facts, std::vector<Finding>& out) {
  const TraceTree& tree = facts.tree;
  for (const StarvedCaller& caller : starvedCallers(facts)) {
    AgainstUsual compared(facts);
    for (const Edge& edge : caller.calls) {
      compared.add(edge.call, edge.usual, edge.lostNs, edge.onPathNs, edge.isSeenBefore);
    }
    addLeafCalls(facts, caller, compared);
    Candidate candidate = compared.candidate();
    candidate.limitNs = facts.rootDurationNs();  // calls beside the critical path lose less too
    candidate.confidence = Confidence::Medium;  // its network may be slow as well
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex longest = finding->evidence.front();
    const std::string service = serviceText(tree, longest);
    finding->operation = std::string(tree.name(makerOf(tree, longest)));
    finding->sentence = service + " loses " + durationText(caller.onPathNs) + " of " +
                        wholeText(facts) + " on the way of its calls to " +
                        countText(caller.callees.size()) + " services, " + durationText(caller.leastNs) + " to " +
                        durationText(caller.mostNs) + " a call, whoever answers (" + calleesText(facts, caller) + "): " +
                        service + " itself is short of processor time or threads, or its own network is slow" +
                        compared.text() + ".";
    finding->advice =
        "When calls to different services lose about the same time, look at the caller: its processor share and limits, "
        "throttling, a full thread or event loop, garbage collection, its connection pools, then its network.";
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
