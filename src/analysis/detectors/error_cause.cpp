// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/error_cause.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <tuple>

#include "analysis/attempts.h"
#include "analysis/candidate.h"
#include "analysis/error_text.h"
#include "analysis/retry_text.h"
#include "analysis/timeouts.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

// More kinds of failures that did no harm are not told one by one.
constexpr size_t kMostSwallowedKinds = 5;

// Failed spans without a failed one below, and how far each went up.
class Failures {
 public:
  explicit Failures(const TraceTree& tree) : m_tree(tree), m_failedBelow(tree.size()), m_topOf(tree.size()) {
    for (uint32_t i = tree.size(); i-- > 0;) {
      const uint32_t parent = tree.parent[i];
      if (parent != TraceTree::kNone && (m_failedBelow[i] || failed(NodeIndex(i)))) m_failedBelow[parent] = true;
    }
    for (uint32_t i = 0; i < tree.size(); ++i) m_topOf[i] = topAbove(i);
    for (uint32_t i = 0; i < tree.size(); ++i) {
      if (failed(NodeIndex(i)) && !m_failedBelow[i]) m_causes.push_back(NodeIndex(i));
    }
  }

  const std::vector<NodeIndex>& causes() const { return m_causes; }
  bool failed(NodeIndex node) const { return m_tree.has(node, NodeBits::kError); }
  // The highest span that failed with it. Steps inside a service that say neither hand a failure on: few
  // instrumentations mark them.
  NodeIndex topOf(NodeIndex cause) const { return NodeIndex(m_topOf[cause.value]); }

  // From the cause up to its top, the failed ones.
  std::vector<NodeIndex> wayUp(NodeIndex cause) const {
    const NodeIndex top = topOf(cause);
    std::vector<NodeIndex> out;
    for (uint32_t node = cause.value; node != TraceTree::kNone; node = m_tree.parent[node]) {
      if (failed(NodeIndex(node)) && out.size() < Finding::kMaxEvidence) out.push_back(NodeIndex(node));
      if (node == top.value) break;
    }
    return out;
  }

 private:
  uint32_t topAbove(uint32_t node) const {
    const uint32_t parent = m_tree.parent[node];
    if (parent == TraceTree::kNone) return node;
    if (failed(NodeIndex(parent))) return m_topOf[parent];
    const bool handsOn = m_tree.kind(NodeIndex(parent)) == SpanKind::Internal &&
                         m_tree.service[parent] == m_tree.service[node];
    // Of an unmarked step the top is the one above it, if that failed.
    if (handsOn && m_topOf[parent] != parent && failed(NodeIndex(m_topOf[parent]))) return m_topOf[parent];
    return node;
  }

  const TraceTree& m_tree;
  std::vector<bool> m_failedBelow;
  std::vector<uint32_t> m_topOf;  // by node
  std::vector<NodeIndex> m_causes;
};

size_t servicesOn(const TraceTree& tree, const std::vector<NodeIndex>& way) {
  std::vector<uint32_t> ids;
  for (const NodeIndex node : way) ids.push_back(tree.service[node.value].value);
  std::sort(ids.begin(), ids.end());
  return static_cast<size_t>(std::unique(ids.begin(), ids.end()) - ids.begin());
}

std::string reasonText(const TraceFacts& facts, NodeIndex node) {
  const std::string reason = errorText(errorOf(facts.tree, node, facts.semantics));
  return reason.empty() ? std::string("no reason is recorded") : reason;
}

// The cause of the request's failure: of all that went up to the root the one that ended first, the deeper of two. When
// nothing marked leads to the failed root, what went up the furthest.
std::optional<NodeIndex> causeOfRoot(const TraceFacts& facts, const Failures& failures) {
  const TraceTree& tree = facts.tree;
  if (!failures.failed(tree.primaryRoot)) return std::nullopt;
  const auto isInside = [&](NodeIndex node) {
    return node >= tree.primaryRoot && node.value < tree.subtreeEnd[tree.primaryRoot.value];
  };
  const auto rank = [&](NodeIndex cause) {
    return std::tuple(tree.depth[failures.topOf(cause).value], tree.endNs[cause.value],
                      UINT32_MAX - tree.depth[cause.value], cause);
  };
  std::optional<NodeIndex> best;
  for (const NodeIndex cause : failures.causes()) {
    if (isInside(cause) && (!best || rank(cause) < rank(*best))) best = cause;
  }
  return best;
}

std::string whoFailed(const TraceFacts& facts, NodeIndex node) {
  const SpanKind kind = facts.tree.kind(node);
  if (facts.tree.isLeaf(node) && (kind == SpanKind::Client || kind == SpanKind::Producer)) {
    return "the call from " + serviceText(facts.tree, node) + " to " + calledText(facts, node);
  }
  return serviceText(facts.tree, node) + " (" + nameText(facts.tree, node) + ")";
}

Finding rootFailure(const TraceFacts& facts, const Failures& failures, NodeIndex cause, size_t others) {
  const TraceTree& tree = facts.tree;
  std::vector<NodeIndex> way = failures.wayUp(cause);
  const NodeIndex root = tree.primaryRoot;
  const bool isSure = failures.topOf(cause) == root;
  if (!isSure) way.push_back(root);
  Finding finding = remark(facts, way, Severity::High, isSure ? Confidence::High : Confidence::Medium);
  const int64_t status = facts.semantics.of(root).httpStatus;
  const std::string failure = status >= 400 ? "The " + std::to_string(status) + " of " : "The failure of ";
  if (cause == root) {
    finding.sentence = failure + whoFailed(facts, root) + " begins in itself: " + reasonText(facts, cause);
  } else {
    const size_t services = servicesOn(tree, way);
    finding.sentence = failure + serviceText(tree, root) + " (" + nameText(tree, root) +
                       (isSure ? ") begins in " : ") most likely begins in ") + whoFailed(facts, cause) + ": " + reasonText(facts, cause) + " (it went up through " +
                       (services > 1 ? countText(services) + " services" : countText(way.size()) + " steps") + ")";
  }
  finding.sentence += others == 0 ? "."
                                  : "; " + countText(others) + (others == 1 ? " other failure" : " other failures") +
                                        " came after it.";
  finding.advice = cause == root
                       ? "No recorded step below failed, so this is the one to look at: its exception, its logs at this "
                         "moment, and what it was called with."
                       : "The steps above only hand this failure on, so this is the one to look at: its exception, its "
                         "logs at this moment, and what it was called with.";
  return finding;
}

// Failures that did not reach the root, by operation.
class Swallowed {
 public:
  Swallowed(const TraceFacts& facts, const Failures& failures) : m_facts(facts), m_failures(failures) {
    m_gotOver.resize(facts.tree.size());
    for (const Attempts& attempts : attemptsOf(facts)) {
      if (!attempts.succeeded) continue;
      for (const NodeIndex node : attempts.tries) m_gotOver[node.value] = true;
    }
    // What the request waited for has a finding of its own.
    for (const TimedOut& call : findTimeouts(facts)) {
      if (facts.path.totalNs[call.node.value] > 0) m_gotOver[call.node.value] = true;
    }
    for (uint32_t i = 0; i < facts.tree.size(); ++i) {
      if (failures.topOf(NodeIndex(i)).value != i && m_gotOver[facts.tree.parent[i]]) m_gotOver[i] = true;
    }
  }

  void add(NodeIndex cause) {
    if (m_gotOver[cause.value] || errorOf(m_facts.tree, cause, m_facts.semantics).isExpected()) return;
    const auto [entry, isNew] = m_known.try_emplace(m_facts.operations.operation[cause.value], m_groups.size());
    if (isNew) m_groups.emplace_back();
    m_groups[entry->second].push_back(cause);
  }

  void tell(std::vector<Finding>& out) {
    std::stable_sort(m_groups.begin(), m_groups.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
    for (size_t i = 0; i < std::min(m_groups.size(), kMostSwallowedKinds); ++i) out.push_back(finding(m_groups[i]));
  }

 private:
  Finding finding(const std::vector<NodeIndex>& causes) const {
    const TraceTree& tree = m_facts.tree;
    const NodeIndex first = causes.front(), top = m_failures.topOf(first);
    std::vector<NodeIndex> evidence = causes;
    Finding out = remark(m_facts, std::move(evidence), Severity::Low);
    out.sentence = whoFailed(m_facts, first) + " failed" +
                   (causes.size() == 1 ? "" : " " + countText(causes.size()) + " times") + ": " +
                   reasonText(m_facts, first) + ". ";
    out.sentence[0] = out.sentence.starts_with("the ") ? 'T' : out.sentence[0];
    const uint32_t above = tree.parent[top.value];
    out.sentence += above == TraceTree::kNone
                        ? "It stands beside the request and is no part of it."
                        : serviceText(tree, NodeIndex(above)) + " (" + nameText(tree, NodeIndex(above)) +
                              ") went on all the same.";
    out.advice = "Somebody above went on without this step. That may be meant (a fallback, something optional); if it "
                 "is not, the answer is less than it should be, and nobody is told.";
    return out;
  }

  const TraceFacts& m_facts;
  const Failures& m_failures;
  std::vector<bool> m_gotOver;  // by node: told of elsewhere: tried again and went well in the end, or a timeout
  absl::flat_hash_map<OperationKey, size_t> m_known;
  std::vector<std::vector<NodeIndex>> m_groups;
};

}  // namespace

void detectErrorCause(const TraceFacts& facts, std::vector<Finding>& out) {
  const Failures failures(facts.tree);
  if (failures.causes().empty()) return;
  const std::optional<NodeIndex> cause = causeOfRoot(facts, failures);
  size_t others = 0;
  Swallowed swallowed(facts, failures);
  for (const NodeIndex node : failures.causes()) {
    if (node == cause) continue;
    if (failures.topOf(node) == facts.tree.primaryRoot) {
      ++others;
    } else {
      swallowed.add(node);
    }
  }
  if (cause) out.push_back(rootFailure(facts, failures, *cause, others));
  swallowed.tell(out);
}

}  // namespace waybill::analysis
