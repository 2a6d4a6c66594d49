// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/attempts.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <queue>

#include "analysis/error_text.h"
#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

// More calls without a failure are a loop; their bytes are not read in search of a resend count.
constexpr size_t kMostResendsRead = 64;
// Of more calls only those that failed and the ones right after them are read.
constexpr size_t kMostCallsRead = 4096;
// As many calls that went well, and whose parameters cannot be told apart, are a loop: what follows a failure may just
// be its next turn.
constexpr size_t kLoopSuccesses = 2;

bool failed(const TraceTree& tree, NodeIndex node) {
  if (tree.has(node, NodeBits::kError)) return true;
  const NodeIndex child(node.value + 1);
  return !tree.isLeaf(node) && tree.kind(child) == SpanKind::Server && tree.has(child, NodeBits::kError);
}

struct Call {
  NodeIndex node;
  bool failed = false;
  bool resend = false;
};

// Calls that cannot be told from each other, by start.
struct SameCalls {
  std::vector<Call> calls;
  bool parametersKnown = false;
};

class AttemptFinder {
 public:
  AttemptFinder(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics,
                const CriticalPath* path)
      : m_tree(tree), m_operations(operations), m_semantics(semantics), m_path(path) {}

  std::vector<Attempts> find() {
    std::vector<bool> worthALook(m_tree.size());
    for (uint32_t i = 0; i < m_tree.size(); ++i) {
      const uint32_t parent = m_tree.parent[i];
      if (parent == TraceTree::kNone) continue;
      const NodeIndex node(i);
      if (failed(m_tree, node) || mayResend(node)) worthALook[parent] = true;
    }
    for (uint32_t i = 0; i < m_tree.size(); ++i) {
      if (worthALook[i] && m_tree.subtreeEnd[i + 1] != m_tree.subtreeEnd[i]) lookBelow(NodeIndex(i));
    }
    const auto byFirstTry = [](const Attempts& a, const Attempts& b) { return a.tries.front() < b.tries.front(); };
    std::sort(m_out.begin(), m_out.end(), byFirstTry);
    return std::move(m_out);
  }

 private:
  bool mayResend(NodeIndex call) const {
    return m_path != nullptr && m_tree.kind(call) == SpanKind::Client && m_path->totalNs[m_tree.parent[call.value]] > 0;
  }

  void lookBelow(NodeIndex parent) {
    m_byOperation.clear();
    m_tree.forEachChild(parent, [&](NodeIndex child) {
      if (m_tree.kind(child) == SpanKind::Consumer) return;  // a message delivered again is no call
      m_byOperation[m_operations.operation[child.value]].push_back(child);
    });
    for (auto& [operation, nodes] : m_byOperation) {
      if (nodes.size() < 2) continue;
      const bool anyFailed =
          std::any_of(nodes.begin(), nodes.end() - 1, [&](NodeIndex node) { return failed(m_tree, node); });
      const bool isRead = nodes.size() <= kMostResendsRead && mayResend(nodes.front());
      if (anyFailed || isRead) partByCall(nodes, anyFailed);
    }
  }

  void partByCall(std::vector<NodeIndex>& nodes, bool anyFailed) {
    if (!anyFailed && std::none_of(nodes.begin(), nodes.end(), [&](NodeIndex node) {
          return m_semantics.of(node).resendCount > 0;
        })) {
      return;
    }
    if (nodes.size() > kMostCallsRead) keepFailedAndNext(nodes);
    absl::flat_hash_map<uint64_t, SameCalls> byCall;
    for (const NodeIndex node : nodes) {
      const CallTemplate& call = m_semantics.callOf(node);
      SameCalls& same = byCall[mixHash(call.key, call.what.parametersHash)];
      same.parametersKnown = !call.what.erased;
      same.calls.push_back({node, failedToServe(node), m_semantics.of(node).resendCount > 0});
    }
    for (const auto& [key, same] : byCall) chain(same);
  }

  void keepFailedAndNext(std::vector<NodeIndex>& nodes) const {
    std::vector<NodeIndex> kept;
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (failed(m_tree, nodes[i]) || (i > 0 && failed(m_tree, nodes[i - 1]))) kept.push_back(nodes[i]);
    }
    nodes = std::move(kept);
  }

  // "Not there yet" and "say who you are" are answers; to ask again is no retry of a failed call.
  bool failedToServe(NodeIndex node) {
    constexpr int64_t kUnauthorized = 401, kMissing = 404, kGrpcNotFound = 5, kGrpcUnauthenticated = 16;
    if (!failed(m_tree, node)) return false;
    const SpanSemantics& says = m_semantics.of(node);
    return says.httpStatus != kUnauthorized && says.httpStatus != kMissing && says.grpcStatus != kGrpcNotFound &&
           says.grpcStatus != kGrpcUnauthenticated;
  }

  // Whether the answer sent the caller elsewhere, which counts as a resend too.
  bool wasRedirected(NodeIndex node) {
    const int64_t status = m_semantics.of(node).httpStatus;
    return (status >= 300 && status < 400) || status == 401;
  }

  // Each call goes to the failed one that ended first and waits for its next try.
  void chain(const SameCalls& same) {
    struct Open {
      int64_t endNs;
      size_t chain;
      bool operator>(const Open& other) const {
        return endNs != other.endNs ? endNs > other.endNs : chain > other.chain;
      }
    };
    std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
    std::vector<std::vector<Call>> chains;
    size_t successes = 0;
    for (const Call& call : same.calls) {
      if (!call.failed) ++successes;
      const int64_t startNs = m_tree.startNs[call.node.value];
      size_t chain = chains.size();
      while (!open.empty() && chain == chains.size()) {
        const size_t earlier = open.top().chain;
        const Call& last = chains[earlier].back();
        if (open.top().endNs > saturatingSum(startNs, blurNs(last.node, call.node))) break;
        if (last.failed || (call.resend && !wasRedirected(last.node))) chain = earlier;
        open.pop();  // what went well is not tried again: this is another call
      }
      if (chain == chains.size()) chains.emplace_back();
      chains[chain].push_back(call);
      open.push({m_tree.endNs[call.node.value], chain});
    }
    for (const std::vector<Call>& calls : chains) keep(calls, successes, same.parametersKnown);
  }

  int64_t blurNs(NodeIndex a, NodeIndex b) const {
    return toleranceNs(m_tree.durationNs(NodeIndex(m_tree.parent[a.value])), m_tree.durationNs(a),
                       m_tree.durationNs(b));
  }

  void keep(const std::vector<Call>& calls, size_t successes, bool parametersKnown) {
    if (calls.size() < 2) return;
    Attempts out;
    out.succeeded = !calls.back().failed;
    const bool saysResend = std::any_of(calls.begin(), calls.end(), [](const Call& call) { return call.resend; });
    out.sure = saysResend || parametersKnown;
    if (!out.sure && successes - (out.succeeded ? 1 : 0) >= kLoopSuccesses) return;
    for (const Call& call : calls) out.tries.push_back(call.node);
    m_out.push_back(std::move(out));
  }

  const TraceTree& m_tree;
  const TraceOperations& m_operations;
  SemanticsReader& m_semantics;
  const CriticalPath* m_path;
  absl::flat_hash_map<OperationKey, std::vector<NodeIndex>> m_byOperation;
  std::vector<Attempts> m_out;
};

}  // namespace

int64_t Attempts::backOffNs(const TraceTree& tree) const {
  int64_t sum = 0;
  for (size_t i = 1; i < tries.size(); ++i) {
    sum = saturatingSum(sum, std::max<int64_t>(0, tree.startNs[tries[i].value] - tree.endNs[tries[i - 1].value]));
  }
  return sum;
}

std::vector<Attempts> findAttempts(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics,
                                   const CriticalPath* path) {
  return AttemptFinder(tree, operations, semantics, path).find();
}

void RetryFacts::addTrace(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics) {
  absl::flat_hash_set<OperationKey> retried;
  for (const Attempts& attempts : findAttempts(tree, operations, semantics, nullptr)) {
    retried.insert(operations.operation[attempts.tries.front().value]);
  }
  for (const OperationKey operation : retried) ++m_traces[operation];
}

void RetryFacts::merge(const RetryFacts& other) {
  for (const auto& [operation, traces] : other.m_traces) m_traces[operation] += traces;
}

uint64_t RetryFacts::tracesWithRetries(OperationKey operation) const {
  const auto found = m_traces.find(operation);
  return found == m_traces.end() ? 0 : found->second;
}

}  // namespace waybill::analysis
