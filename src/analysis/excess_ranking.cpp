// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/excess_ranking.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "analysis/saturating.h"
#include "analysis/templates.h"

namespace waybill::analysis {
namespace {

// Time above usual; where a normal is known and has nothing of the kind, all of it is new.
int64_t excessOver(const Usual& usual, const Baseline* of, int64_t ns) {
  if (of == nullptr) return usual.isChosen ? ns : 0;
  const int64_t limit = usual.isChosen ? of->p95Ns : of->medianNs;
  const int64_t excess = ns - limit;
  return excess > limit / 16 ? excess : 0;  // a percentile is no more exact than that
}

// Added to the number of requests that a mean is over: a few say little.
constexpr uint64_t kDoubt = 5;

}  // namespace

struct ExcessRanking::Ranked {
  const Row* row = nullptr;  // null: the way of all calls of a starved caller
  const Sum* sum = nullptr;
  uint64_t service = 0;  // the one blamed
  int64_t excessNs = 0;  // per request, a few of them counting less
  bool leads = false;    // the largest of its service
};

// Sums up one trace, so that a request counts once.
class ExcessRanking::OfTrace {
 public:
  explicit OfTrace(const TraceAnalysis& analysis) : m_analysis(analysis), m_tree(analysis.tree), m_semantics(m_tree) {}

  void addTo(ExcessRanking& ranking) {
    for (uint32_t i = 0; i < m_tree.size(); ++i) {
      if (!m_tree.isMissing(NodeIndex(i))) look(NodeIndex(i));
    }
    for (const auto& [key, of] : m_rows) {
      Row row{sumOf(of), of.largestCall, of.calls, of.service};
      unite(ranking.m_rows[key], row);
    }
    for (const auto& [caller, of] : m_ways) unite(ranking.m_ways[caller], sumOf(of));
    for (const auto& [service, hash] : m_services) ++ranking.m_requests[hash];
  }

 private:
  struct InTrace {
    int64_t ns = 0, largestNs = -1;
    SpanRow largest, largestCall;
    uint64_t calls = 0, service = 0;

    void add(int64_t more, SpanRow span, SpanRow call) {
      ns = saturatingSum(ns, more);
      ++calls;
      if (more <= largestNs) return;
      largestNs = more;
      largest = span;
      largestCall = call;
    }
  };

  Sum sumOf(const InTrace& of) const { return {1, of.ns > 0 ? 1u : 0u, of.ns, of.ns, m_tree.trace, of.largest}; }

  uint64_t serviceOf(NodeIndex node) {
    const StringId service = m_tree.service[node.value];
    const auto [entry, isNew] = m_services.try_emplace(service);
    if (isNew) entry->second = stableHash(m_tree.snapshot->text(service), 1);
    return entry->second;
  }

  void look(NodeIndex node) {
    const uint64_t service = serviceOf(node);
    const TraceOperations& operations = m_analysis.operations;
    const int64_t ns = m_analysis.path.selfNs[node.value];
    const Usual& usual = *m_analysis.population->usual;
    const SpanRow row = m_tree.row[node.value];
    const auto server = answeringServer(m_tree, node);
    if (!server || m_tree.service[server->value] == m_tree.service[node.value]) {
      const Baseline* of = ns == 0 ? nullptr
                                   : usual.baselines.find(baselineKeys(m_tree, operations, node, m_semantics), Measure::Self);
      InTrace& found = m_rows[{operations.operation[node.value].value, 0}];
      found.service = service;
      found.add(excessOver(usual, of, ns), row, row);
      return;
    }
    const OperationKey callee = operations.operation[server->value];
    const Baseline* of =
        ns == 0 ? nullptr
                : usual.baselines.find(pairKey(operations.operation[node.value], callee), Measure::Edge);
    const int64_t excess = excessOver(usual, of, ns);
    InTrace& found = m_rows[{callee.value, service}];
    found.service = serviceOf(*server);
    found.add(excess, m_tree.row[server->value], row);
    m_ways[service].add(excess, row, row);
  }

  const TraceAnalysis& m_analysis;
  const TraceTree& m_tree;
  SemanticsReader m_semantics;
  absl::flat_hash_map<Key, InTrace> m_rows;
  absl::flat_hash_map<uint64_t, InTrace> m_ways;
  absl::flat_hash_map<StringId, uint64_t> m_services;  // hashes of those met
};

void ExcessRanking::unite(Sum& into, const Sum& other) {
  const bool isFirst = into.requests == 0;
  into.requests += other.requests;
  into.slowRequests += other.slowRequests;
  into.ns = saturatingSum(into.ns, other.ns);
  const auto rank = [](const Sum& sum) { return std::tuple(-sum.worstNs, sum.worstTrace, sum.worstSpan); };
  if (isFirst || rank(other) < rank(into)) {
    into.worstNs = other.worstNs;
    into.worstTrace = other.worstTrace;
    into.worstSpan = other.worstSpan;
  }
}

void ExcessRanking::unite(Row& into, const Row& other) {
  unite(into.sum, other.sum);
  if (into.sum.worstTrace == other.sum.worstTrace && into.sum.worstSpan == other.sum.worstSpan) {
    into.worstCall = other.worstCall;
  }
  into.calls += other.calls;
  into.service = other.service;
}

void ExcessRanking::add(const TraceAnalysis& analysis) {
  if (analysis.population != nullptr) OfTrace(analysis).addTo(*this);
}

void ExcessRanking::merge(const ExcessRanking& other) {
  for (const auto& [key, row] : other.m_rows) unite(m_rows[key], row);
  for (const auto& [caller, sum] : other.m_ways) unite(m_ways[caller], sum);
  for (const auto& [service, requests] : other.m_requests) m_requests[service] += requests;
}

absl::flat_hash_set<uint64_t> ExcessRanking::starvedCallers() const {
  constexpr int64_t kSmallestNs = 1'000'000;  // a call, on average
  constexpr size_t kFewestCallees = 3, kRisenPercent = 60;
  struct Callee {
    int64_t ns = 0;
    uint64_t calls = 0;
  };
  absl::flat_hash_map<uint64_t, absl::flat_hash_map<uint64_t, Callee>> callees;  // by caller, then callee
  for (const auto& [key, row] : m_rows) {
    if (key.caller == 0) continue;
    Callee& callee = callees[key.caller][row.service];
    callee.ns = saturatingSum(callee.ns, row.sum.ns);
    callee.calls += row.calls;
  }
  absl::flat_hash_set<uint64_t> out;
  for (const auto& [caller, called] : callees) {
    std::vector<int64_t> means;
    for (const auto& [service, callee] : called) means.push_back(callee.ns / static_cast<int64_t>(callee.calls));
    const int64_t comparable = std::max(kSmallestNs, *std::max_element(means.begin(), means.end()) / 4);
    const auto risen = static_cast<size_t>(
        std::count_if(means.begin(), means.end(), [&](int64_t mean) { return mean >= comparable; }));
    if (risen >= kFewestCallees && risen * 100 >= means.size() * kRisenPercent) out.insert(caller);
  }
  return out;
}

std::vector<ExcessRanking::Ranked> ExcessRanking::rankedRows() const {
  const auto meanOf = [](int64_t ns, uint64_t requests) { return ns / static_cast<int64_t>(requests + kDoubt); };
  const absl::flat_hash_set<uint64_t> starved = starvedCallers();
  std::vector<Ranked> out;
  absl::flat_hash_map<uint64_t, int64_t> ofService;
  const auto note = [&](const Row* row, const Sum& sum, uint64_t service) {
    ofService[service] = saturatingSum(ofService[service], sum.ns);
    if (sum.ns > 0) out.push_back({row, &sum, service, meanOf(sum.ns, sum.requests)});
  };
  for (const auto& [key, row] : m_rows) {
    if (key.caller == 0 || !starved.contains(key.caller)) note(&row, row.sum, row.service);
  }
  for (const uint64_t caller : starved) note(nullptr, m_ways.at(caller), caller);

  const auto isLarger = [](const Ranked& a, const Ranked& b) {
    return std::tuple(-a.excessNs, a.sum->worstTrace, a.sum->worstSpan, a.row == nullptr) <
           std::tuple(-b.excessNs, b.sum->worstTrace, b.sum->worstSpan, b.row == nullptr);
  };
  std::sort(out.begin(), out.end(), isLarger);
  absl::flat_hash_set<uint64_t> met;
  for (Ranked& ranked : out) ranked.leads = met.insert(ranked.service).second;
  const auto serviceMean = [&](const Ranked& ranked) {
    return meanOf(ofService.at(ranked.service), m_requests.at(ranked.service));
  };
  std::stable_sort(out.begin(), out.end(), [&](const Ranked& a, const Ranked& b) {
    if (a.leads != b.leads) return a.leads;
    return a.leads && serviceMean(a) > serviceMean(b);
  });
  return out;
}

std::string excessPlace(const OperationExcess& excess) {
  if (excess.isStarved) return "its calls, whoever answers";
  return excess.peerService.empty() ? excess.operation : excess.operation + ", on the way from " + excess.peerService;
}

std::vector<OperationExcess> ExcessRanking::ranked(const store::Snapshot& snapshot) const {
  std::vector<OperationExcess> out;
  for (const Ranked& ranked : rankedRows()) {
    const Sum& sum = *ranked.sum;
    OperationExcess one;
    one.isStarved = ranked.row == nullptr;
    one.service = std::string(snapshot.service(sum.worstSpan));
    one.operation = one.isStarved ? "outgoing calls" : nameTemplate(snapshot.name(sum.worstSpan)).text;
    if (!one.isStarved && ranked.row->worstCall != sum.worstSpan) {
      one.peerService = std::string(snapshot.service(ranked.row->worstCall));
    }
    one.requests = sum.requests;
    one.slowRequests = sum.slowRequests;
    one.excessNs = sum.ns / static_cast<int64_t>(sum.requests);
    one.worstTrace = sum.worstTrace;
    one.worstSpan = sum.worstSpan;
    if (one.excessNs > 0) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace waybill::analysis
