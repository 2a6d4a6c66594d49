// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/timeouts.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>

#include "analysis/error_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr int64_t kMs = 1'000'000;
constexpr std::array<int64_t, 12> kRoundMs{100, 250, 500, 1'000, 2'000, 3'000, 5'000, 10'000, 15'000, 20'000, 30'000,
                                           60'000};
constexpr int64_t kShortestLimitNs = 100 * kMs;
constexpr size_t kPlateauSpans = 3;

bool isCall(const TraceTree& tree, NodeIndex node) {
  return tree.kind(node) == SpanKind::Client || tree.kind(node) == SpanKind::Producer;
}

bool within(int64_t value, int64_t of, int64_t tolerance) { return value >= of - tolerance && value <= of + tolerance; }

class TimeoutFinder {
 public:
  explicit TimeoutFinder(const TraceFacts& facts) : m_facts(facts), m_tree(facts.tree) {}

  std::vector<TimedOut> find() {
    markExplained();
    std::vector<NodeIndex> failed;
    for (uint32_t i = 0; i < m_tree.size(); ++i) {
      const NodeIndex node(i);
      if (m_tree.has(node, NodeBits::kError) && !m_explained[i]) failed.push_back(node);
    }
    std::vector<TimedOut> out;
    for (const NodeIndex node : failed) {
      if (auto timedOut = classify(node)) out.push_back(*timedOut);
    }
    addPlateaus(failed, out);
    std::sort(out.begin(), out.end(), [](const TimedOut& a, const TimedOut& b) { return a.node < b.node; });
    return out;
  }

 private:
  // A span whose child failed towards its end failed because of it. The server of a call that ran out of time is the
  // same failure seen from the other side.
  void markExplained() {
    m_explained.assign(m_tree.size(), false);
    for (uint32_t i = m_tree.size(); i-- > 1;) {
      const uint32_t parent = m_tree.parent[i];
      const NodeIndex node(i);
      if (parent == TraceTree::kNone || !m_tree.has(node, NodeBits::kError)) continue;
      const int64_t duration = m_tree.durationNs(NodeIndex(parent));
      const bool endsTogether = m_tree.endNs[i] <= m_tree.endNs[parent] &&
                                m_tree.endNs[parent] - m_tree.endNs[i] <= std::max(20 * kMs, duration / 10);
      if (endsTogether) m_explained[parent] = true;
    }
  }

  std::optional<TimedOut> classify(NodeIndex node) {
    const int64_t duration = m_tree.durationNs(node);
    if (duration <= 0) return std::nullopt;
    const SpanError error = errorOf(m_tree, node, m_facts.semantics);
    const std::optional<int64_t> round = roundLimitNs(duration);
    TimedOut out{node, round.value_or(duration), round.has_value(), Confidence::High};
    if (error.saysTimeout()) {
      // The server that says so was called by somebody whose limit it was.
      const uint32_t parent = m_tree.parent[node.value];
      if (m_tree.kind(node) == SpanKind::Server && parent != TraceTree::kNone && isCall(m_tree, NodeIndex(parent)) &&
          m_tree.has(NodeIndex(parent), NodeBits::kError)) {
        out.node = NodeIndex(parent);
        const int64_t limit = m_tree.durationNs(out.node);
        out.isRound = roundLimitNs(limit).has_value();
        out.limitNs = roundLimitNs(limit).value_or(limit);
      }
      return out;
    }
    // Without a word of it, a caller must have waited for somebody who did not answer.
    if (!round || error.isAnswer() || !isCall(m_tree, node) || wasAnswered(node)) return std::nullopt;
    out.confidence = within(duration, *round, *round / 100) && error.type.empty() ? Confidence::Medium : Confidence::Low;
    return out;
  }

  // Whether the other side had ended when the caller did.
  bool wasAnswered(NodeIndex call) const {
    const auto server = answeringServer(m_tree, call);
    return server && m_tree.endNs[server->value] <= m_tree.endNs[call.value];
  }

  // Calls of one operation that failed at the same, longest duration.
  void addPlateaus(const std::vector<NodeIndex>& failed, std::vector<TimedOut>& out) {
    absl::flat_hash_map<OperationKey, int64_t> longest;
    absl::flat_hash_map<OperationKey, std::vector<NodeIndex>> candidates;
    std::vector<bool> known(m_tree.size());
    for (const TimedOut& timedOut : out) known[timedOut.node.value] = true;
    for (const NodeIndex node : failed) {
      if (known[node.value] || !isCall(m_tree, node) || m_tree.durationNs(node) < kShortestLimitNs) continue;
      candidates[m_facts.operations.operation[node.value]].push_back(node);
    }
    if (candidates.empty()) return;
    for (uint32_t i = 0; i < m_tree.size(); ++i) {
      const auto found = candidates.find(m_facts.operations.operation[i]);
      if (found != candidates.end()) {
        int64_t& ns = longest[found->first];
        ns = std::max(ns, m_tree.durationNs(NodeIndex(i)));
      }
    }
    for (auto& [operation, nodes] : candidates) {
      const int64_t limit = longest[operation];
      std::erase_if(nodes, [&](NodeIndex node) { return m_tree.durationNs(node) < limit - limit / 100; });
      if (nodes.size() < kPlateauSpans) continue;
      for (const NodeIndex node : nodes) {
        if (wasAnswered(node)) continue;
        if (!errorOf(m_tree, node, m_facts.semantics).isAnswer()) out.push_back({node, limit, false, Confidence::Medium});
      }
    }
  }

  const TraceFacts& m_facts;
  const TraceTree& m_tree;
  std::vector<bool> m_explained;  // by node: it failed because something below did
};

}  // namespace

std::optional<int64_t> roundLimitNs(int64_t durationNs) {
  for (const int64_t ms : kRoundMs) {
    const int64_t limit = ms * kMs;
    // Timers fire late rather than early: 20 ms below a short limit is another duration.
    const int64_t early = std::max(limit / 100, std::min(20 * kMs, limit / 25));
    const int64_t late = std::max(limit / 100, 20 * kMs);
    if (durationNs >= limit - early && durationNs <= limit + late) return limit;
  }
  return std::nullopt;
}

std::vector<TimedOut> findTimeouts(const TraceFacts& facts) { return TimeoutFinder(facts).find(); }

}  // namespace waybill::analysis
