// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/chatty.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/detectors/number_of_calls.h"
#include "analysis/detectors/repeated_calls.h"
#include "analysis/detectors/starved_caller.h"
#include "base/time_text.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

constexpr size_t kFewestToOne = 15, kFewestOfOneSpan = 40;
constexpr int kSharePercent = 10;
constexpr int64_t kTimesUsual = 2;

// Calls, and the time between the two sides that the request waited for.
struct Trips {
  std::vector<NodeIndex> calls;
  int64_t edgeNs = 0;
  std::string_view callee;  // empty: several

  void add(NodeIndex call, int64_t ns) {
    calls.push_back(call);
    edgeNs += ns;
  }
};

class Grouped {
 public:
  Trips& at(uint64_t key) {
    const auto [entry, isNew] = m_index.try_emplace(key, m_all.size());
    if (isNew) m_all.emplace_back();
    return m_all[entry->second];
  }
  std::vector<Trips> take(size_t atLeast, int64_t rootNs) {
    std::erase_if(m_all, [&](const Trips& trips) {
      return trips.calls.size() < atLeast || !atLeastShare(trips.edgeNs, rootNs, kSharePercent);
    });
    return std::move(m_all);
  }

 private:
  absl::flat_hash_map<uint64_t, size_t> m_index;
  std::vector<Trips> m_all;
};

// Calls visit(call, server, ns) for those that the request waited for and whose server is known.
template <typename Visit>
void forEachTrip(const TraceFacts& facts, Visit&& visit) {
  const TraceTree& tree = facts.tree;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex call(i);
    if (tree.kind(call) != otlp::SpanKind::Client || facts.path.totalNs[i] == 0) continue;
    const auto server = exactServer(tree, call);
    if (!server) continue;
    int64_t lostNs = std::max<int64_t>(0, tree.durationNs(call) - tree.durationNs(*server));
    // A slow network is not made so by the number of trips.
    const Baseline* usual = facts.usualBetween(call, *server, Measure::Edge);
    if (usual != nullptr && lostNs / kTimesUsual >= usual->medianNs) lostNs = std::max<int64_t>(0, usual->medianNs);
    visit(call, *server, std::min(lostNs, facts.path.selfNs[i]));
  }
}

std::vector<Trips> byPair(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  Grouped pairs;
  forEachTrip(facts, [&](NodeIndex call, NodeIndex server, int64_t ns) {
    Trips& pair = pairs.at(mixHash(tree.service[call.value].value, tree.service[server.value].value));
    pair.callee = tree.serviceName(server);
    pair.add(call, ns);
  });
  return pairs.take(kFewestToOne, facts.rootDurationNs());
}

// Only of spans with enough of them: there may be as many spans with one.
std::vector<Trips> bySpan(const TraceFacts& facts) {
  static_assert(kFewestOfOneSpan < UINT8_MAX);
  std::vector<uint8_t> calls(facts.tree.size());  // by parent
  const auto parentOf = [&](NodeIndex call) { return facts.tree.parent[call.value]; };
  forEachTrip(facts, [&](NodeIndex call, NodeIndex, int64_t) {
    if (parentOf(call) != TraceTree::kNone && calls[parentOf(call)] < kFewestOfOneSpan) ++calls[parentOf(call)];
  });
  Grouped spans;
  forEachTrip(facts, [&](NodeIndex call, NodeIndex, int64_t ns) {
    // Roots have no parent, and count as one's.
    if (parentOf(call) == TraceTree::kNone || calls[parentOf(call)] == kFewestOfOneSpan) {
      spans.at(parentOf(call)).add(call, ns);
    }
  });
  return spans.take(kFewestOfOneSpan, facts.rootDurationNs());
}

std::vector<Trips> manyTrips(const TraceFacts& facts) {
  std::vector<Trips> out = byPair(facts);
  // A span that calls many services little is told of only where no pair is.
  if (out.empty()) out = bySpan(facts);
  std::stable_sort(out.begin(), out.end(), [](const Trips& a, const Trips& b) { return a.edgeNs > b.edgeNs; });
  if (out.size() > kMostCandidates) out.resize(kMostCandidates);
  return out;
}

}  // namespace

void detectChatty(const TraceFacts& facts, std::vector<Finding>& out) {
  const std::vector<Trips> all = manyTrips(facts);
  if (all.empty()) return;
  const auto starved = starvedCallers(facts);
  for (const Trips& trips : all) {
    // Who is slow to send and to read loses that time on few trips too.
    if (isStarved(starved, facts.tree.service[trips.calls.front().value])) continue;
    // One trip is needed: the one that loses most.
    Candidate candidate;
    candidate.evidence = trips.calls;
    const NodeIndex kept = *std::max_element(trips.calls.begin(), trips.calls.end(), [&](NodeIndex a, NodeIndex b) {
      return facts.path.selfNs[a.value] < facts.path.selfNs[b.value];
    });
    for (const NodeIndex call : trips.calls) {
      if (call != kept) candidate.rewrite.scaleOwn(call, 0);
    }
    candidate.limitNs = trips.edgeNs;
    auto finding = weigh(facts, std::move(candidate));
    if (!finding) continue;
    const NodeIndex first = trips.calls.front();
    finding->peerService = printable(trips.callee, 60);
    const std::string to = trips.callee.empty() ? "other services" : finding->peerService;
    finding->sentence = serviceText(facts.tree, first) + " made " + countText(trips.calls.size()) + " round trips to " +
                        to + "; " + durationText(trips.edgeNs) +
                        " of this " + durationText(facts.rootDurationNs()) +
                        " request passed between the two sides, while neither worked. One trip would save about " +
                        aboutText(finding->savingNs) + ".";
    finding->advice =
        "Each call is small, but each pays for its way. Ask for more per call (a batch or coarser method), call at the "
        "same time what does not depend on each other, keep connections open, or bring the two nearer to each other.";
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
