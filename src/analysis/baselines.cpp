// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/baselines.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/message_hops.h"
#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr double kSmallestDeviation = 0.05, kSmallestZ = 3.5;
constexpr double kZOfDeviation = 0.6745;  // of a normal distribution's median deviation
constexpr uint64_t kNarrow = 1, kWide = 2, kPair = 3;  // so that keys of one kind are none of another

// What a call goes to, where nothing below it says so. Addresses of URLs are left out: there may be any number.
template <typename CallKey>
uint64_t calleeOf(const SpanSemantics& semantics, CallKey&& callKey) {
  const uint64_t peer = stableHash(semantics.peer(), stableHash(semantics.serverAddress));
  if (!semantics.isDatabase()) return mixHash(peer, stableHash(semantics.route, stableHash(semantics.httpMethod)));
  return mixHash(peer, callKey());
}

// `callee`: what it calls, asked for where nothing below says so.
template <typename Callee>
BaselineKeys keysOf(const TraceTree& tree, NodeIndex node, OperationKey own, OperationKey caller, Callee&& callee) {
  uint64_t narrow = mixHash(mixHash(mixHash(kNarrow, own.value), caller.value), static_cast<uint64_t>(tree.kind(node)));
  if (tree.isLeaf(node) && isCallSpan(tree, node)) narrow = mixHash(narrow, callee());
  return {narrow, wideKey(own)};
}

}  // namespace

double Baseline::robustZ(int64_t value) const {
  const double above = std::log(std::max<double>(1, static_cast<double>(value))) -
                       std::log(std::max<double>(1, static_cast<double>(medianNs)));
  return kZOfDeviation * above / logDeviation;
}

bool Baseline::isCommon(int64_t value) const {
  constexpr double kFewestOthers = 3, kCommonShare = 0.07;
  // Half of a value that is twice the median says nothing.
  const double boundary =
      static_cast<double>(medianNs) * std::max(1.5, std::exp(kSmallestZ * logDeviation / kZOfDeviation));
  const double half = std::max(static_cast<double>(value) * 0.5, boundary);
  const auto alike = static_cast<int64_t>(std::min(static_cast<double>(value) * 0.75, half));
  const double others = values.atLeast(alike) * static_cast<double>(count()) - 1;
  return others + 0.5 >= std::max(kFewestOthers, kCommonShare * static_cast<double>(traces));
}

bool Baseline::isOutlier(int64_t value) const {
  constexpr int64_t kMs = 1'000'000;
  if (value - medianNs < kMs || value < saturatingSum(medianNs, medianNs / 2)) return false;
  return robustZ(value) >= kSmallestZ && !isCommon(value);
}

BaselineKeys baselineKeys(const TraceTree& tree, const TraceOperations& operations, NodeIndex node,
                          SemanticsReader& semantics) {
  const uint32_t parent = tree.parent[node.value];
  const OperationKey caller = parent == TraceTree::kNone ? OperationKey() : operations.operation[parent];
  return keysOf(tree, node, operations.operation[node.value], caller, [&] {
    return calleeOf(semantics.of(node), [&] { return semantics.callOf(node).key; });
  });
}

BaselineKeys baselineKeys(const TraceTree& tree, NodeIndex node) {
  OperationMemo memo;
  const auto operationOf = [&](uint32_t i) {
    return memo.of(*tree.snapshot, tree.service[i], tree.nameId(NodeIndex(i)));
  };
  const uint32_t parent = tree.parent[node.value];
  const OperationKey caller = parent == TraceTree::kNone ? OperationKey() : operationOf(parent);
  return keysOf(tree, node, operationOf(node.value), caller, [&] {
    const SpanSemantics semantics = readSemantics(*tree.snapshot, tree.row[node.value]);
    return calleeOf(semantics, [&] { return callTemplate(tree, node, semantics).key; });
  });
}

uint64_t wideKey(OperationKey operation) { return mixHash(kWide, operation.value); }

uint64_t pairKey(OperationKey parent, OperationKey child) {
  return mixHash(mixHash(kPair, parent.value), child.value);
}

void Baselines::add(uint64_t key, Measure measure, int64_t value) {
  const auto [entry, isNew] =
      m_index.try_emplace(mixHash(key, static_cast<uint64_t>(measure)), static_cast<uint32_t>(m_all.size()));
  if (isNew) m_all.emplace_back();
  Baseline& baseline = m_all[entry->second];
  baseline.values.add(value);
  if (baseline.lastTrace == m_trace) return;
  baseline.lastTrace = m_trace;
  ++baseline.traces;
}

void Baselines::merge(const Baselines& other) {
  for (const auto& [key, index] : other.m_index) {
    const auto [entry, isNew] = m_index.try_emplace(key, static_cast<uint32_t>(m_all.size()));
    if (isNew) {
      m_all.push_back(other.m_all[index]);
    } else {
      m_all[entry->second].values.merge(other.m_all[index].values);
      m_all[entry->second].traces += other.m_all[index].traces;
    }
  }
}

void Baselines::settle(Fewest fewest) {
  m_fewest = fewest;
  const Fewest kept{fewest.hint, fewest.traces, fewest.hint};
  // Too few values say nothing: let go of them, most keys of a varied system have no more.
  std::vector<Baseline> enough;
  absl::erase_if(m_index, [&](auto& entry) {
    Baseline& baseline = m_all[entry.second];
    if (!isEnough(baseline, kept)) return true;
    entry.second = static_cast<uint32_t>(enough.size());
    enough.push_back(std::move(baseline));
    return false;
  });
  enough.shrink_to_fit();
  m_all = std::move(enough);
  for (Baseline& baseline : m_all) {
    baseline.medianNs = baseline.values.median();
    baseline.p95Ns = baseline.values.quantile(0.95);
    baseline.p99Ns = baseline.values.quantile(0.99);
    baseline.logDeviation = std::max(kSmallestDeviation, baseline.values.logDeviation());
  }
}

const Baseline* Baselines::find(uint64_t key, Measure measure, const Fewest& fewest) const {
  const auto found = m_index.find(mixHash(key, static_cast<uint64_t>(measure)));
  if (found == m_index.end() || !isEnough(m_all[found->second], fewest)) return nullptr;
  return &m_all[found->second];
}

const Baseline* Baselines::find(uint64_t key, Measure measure) const { return find(key, measure, m_fewest); }

bool Baselines::seenBefore(uint64_t key, Measure measure, int64_t value) const {
  const auto found = m_index.find(mixHash(key, static_cast<uint64_t>(measure)));
  return found != m_index.end() && m_all[found->second].isCommon(value);
}

const Baseline* Baselines::find(const BaselineKeys& keys, Measure measure) const {
  for (const Fewest& fewest : {Fewest(), m_fewest}) {
    for (const uint64_t key : {keys.narrow, keys.wide}) {
      if (const Baseline* found = find(key, measure, fewest)) return found;
    }
  }
  return nullptr;
}

void addTrace(const TraceTree& tree, const std::vector<int64_t>& selfNs, const TraceOperations& operations,
              SemanticsReader& semantics, Baselines& baselines) {
  constexpr uint16_t kGuessed = NodeBits::kGuessedTimes;
  baselines.beginTrace();
  absl::flat_hash_map<uint64_t, uint32_t> calls;
  std::vector<uint32_t> children(tree.size());
  for (const uint32_t parent : tree.parent) {
    if (parent != TraceTree::kNone) ++children[parent];
  }
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    const BaselineKeys keys = baselineKeys(tree, operations, node, semantics);
    ++calls[keys.wide];
    forEachGap(tree, node, [&](NodeIndex child, int64_t gapNs) {
      baselines.add(pairKey(operations.operation[i], operations.step[child.value]), Measure::Gap, gapNs);
    });
    if (tree.has(node, kGuessed) || tree.isMissing(node)) continue;
    const int64_t durationNs = tree.durationNs(node);
    for (const uint64_t key : {keys.narrow, keys.wide}) {
      baselines.add(key, Measure::Duration, durationNs);
      baselines.add(key, Measure::Self, selfNs[i]);
      if (!isCallSpan(tree, node)) baselines.add(key, Measure::Children, children[i]);
    }
    const auto server = answeringServer(tree, node);
    if (tree.kind(node) == SpanKind::Client) {
      baselines.add(keys.wide, Measure::Answered, server ? 1 : 0);
      if (operations.step[i] != operations.operation[i]) {
        baselines.add(wideKey(operations.step[i]), Measure::Answered, server ? 1 : 0);
      }
    }
    if (server) {
      baselines.add(pairKey(operations.operation[i], operations.operation[server->value]), Measure::Edge,
                    edgeNs(tree, node, *server));
    }
  }
  for (const auto& [key, count] : calls) baselines.add(key, Measure::CallsPerTrace, count);
  const std::vector<MessageHop> hops = messageHops(tree, operations);
  forEachConsumer(hops, [&](std::span<const MessageHop> of) {
    const MessageHop& newest = of.back();  // the one that all of a batch waited with
    const OperationKey consumer = operations.operation[newest.consumer.value];
    baselines.add(pairKey(newest.producerOperation, consumer), Measure::QueueDelay, newest.waitNs(tree));
  });
}

}  // namespace waybill::analysis
