// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/payload_facts.h"

#include <algorithm>
#include <cmath>

#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

std::vector<double> ranksOf(const std::vector<int64_t>& values) {
  std::vector<size_t> order(values.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (size_t i = begin; i < end; ++i) ranks[order[i]] = static_cast<double>(begin + end - 1) / 2;
  }
  return ranks;
}

using Pair = std::pair<int64_t, int64_t>;  // bytes and nanoseconds

int64_t medianOf(std::vector<int64_t> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

int64_t medianOf(const Pair* begin, const Pair* end, int64_t Pair::* part) {
  std::vector<int64_t> values;
  for (const Pair* pair = begin; pair != end; ++pair) values.push_back(pair->*part);
  return medianOf(std::move(values));
}

PayloadEffect effectOf(std::vector<Pair> pairs) {
  PayloadEffect out;
  out.calls = static_cast<uint32_t>(pairs.size());
  out.correlation = rankCorrelation(pairs);
  std::sort(pairs.begin(), pairs.end());
  const size_t quarter = pairs.size() / 4;
  const Pair *begin = pairs.data(), *end = begin + pairs.size();
  const int64_t smallBytes = medianOf(begin, begin + quarter, &Pair::first);
  out.usualBytes = medianOf(begin, end, &Pair::first);
  out.smallNs = medianOf(begin, begin + quarter, &Pair::second);
  out.largeBytes = medianOf(end - quarter, end, &Pair::first);
  const int64_t largeNs = medianOf(end - quarter, end, &Pair::second);
  if (out.largeBytes > smallBytes && largeNs > out.smallNs) {
    out.nsPerKilobyte = static_cast<double>(largeNs - out.smallNs) * 1000 / static_cast<double>(out.largeBytes - smallBytes);
  }
  return out;
}

}  // namespace

double rankCorrelation(const std::vector<std::pair<int64_t, int64_t>>& pairs) {
  std::vector<int64_t> a, b;
  for (const auto& [first, second] : pairs) {
    a.push_back(first);
    b.push_back(second);
  }
  const std::vector<double> ranksA = ranksOf(a), ranksB = ranksOf(b);
  const double mean = (static_cast<double>(pairs.size()) - 1) / 2;
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < pairs.size(); ++i) {
    ab += (ranksA[i] - mean) * (ranksB[i] - mean);
    aa += (ranksA[i] - mean) * (ranksA[i] - mean);
    bb += (ranksB[i] - mean) * (ranksB[i] - mean);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

int64_t payloadBytes(const PayloadSizes& sizes) {
  return saturatingSum(std::max<int64_t>(0, sizes.requestBytes), std::max<int64_t>(0, sizes.responseBytes));
}

int64_t payloadBytes(const TraceTree& tree, NodeIndex node, SemanticsReader& semantics) {
  const otlp::SpanKind kind = tree.kind(node);
  if (kind != otlp::SpanKind::Client && kind != otlp::SpanKind::Server) return 0;
  const uint32_t parent = tree.parent[node.value];
  // Of both sides the caller tells the whole time.
  const bool isAnswer = kind == otlp::SpanKind::Server && parent != TraceTree::kNone &&
                        tree.kind(NodeIndex(parent)) == otlp::SpanKind::Client;
  if (isAnswer && payloadBytes(semantics.payloadOf(NodeIndex(parent))) > 0) return 0;
  return payloadBytes(semantics.payloadOf(node));
}

bool PayloadFacts::Operation::wants(uint64_t order) const {
  return calls.size() < kSample || order < calls.front().order;
}

void PayloadFacts::Operation::add(const Call& call) {
  if (!wants(call.order)) return;
  if (calls.size() == kSample) {
    std::pop_heap(calls.begin(), calls.end());
    calls.pop_back();
  }
  calls.push_back(call);
  std::push_heap(calls.begin(), calls.end());
}

void PayloadFacts::addTrace(const TraceTree& tree, const TraceOperations& operations, SemanticsReader& semantics,
                            const absl::flat_hash_set<OperationKey>* only) {
  constexpr uint16_t kGuessed = NodeBits::kUnfinished | NodeBits::kNoStart | NodeBits::kNegative;
  const TraceId trace = tree.snapshot->trace(tree.trace).id;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    if (tree.has(node, kGuessed) || (only != nullptr && !only->contains(operations.operation[i]))) continue;
    const uint64_t order = mixHash(mixHash(trace.high, trace.low), tree.spanId(node).value);
    const auto known = m_operations.find(operations.operation[i]);
    if (known != m_operations.end() && !known->second.wants(order)) continue;  // before its bytes are read
    const int64_t bytes = payloadBytes(tree, node, semantics);
    if (bytes != 0) m_operations[operations.operation[i]].add({order, bytes, tree.durationNs(node)});
  }
}

void PayloadFacts::merge(const PayloadFacts& other) {
  for (const auto& [operation, theirs] : other.m_operations) {
    Operation& ours = m_operations[operation];
    for (const Call& call : theirs.calls) ours.add(call);
  }
}

void PayloadFacts::settle() {
  for (auto& [key, operation] : m_operations) {
    if (operation.calls.size() < kFewest) continue;
    std::vector<Pair> pairs;
    for (const Call& call : operation.calls) pairs.emplace_back(call.bytes, call.ns);
    operation.effect = effectOf(std::move(pairs));
  }
}

const PayloadEffect* PayloadFacts::find(OperationKey operation) const {
  const auto found = m_operations.find(operation);
  return found == m_operations.end() || found->second.effect.calls < kFewest ? nullptr : &found->second.effect;
}

}  // namespace waybill::analysis
