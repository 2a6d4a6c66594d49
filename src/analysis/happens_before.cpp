// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/happens_before.h"

#include <algorithm>

#include "analysis/templates.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr uint16_t kNotJoined = NodeBits::kAsync | NodeBits::kDetached;

uint64_t keyOf(CallPathKey parent, OperationKey a, OperationKey b) {
  const auto [low, high] = std::minmax(a.value, b.value);
  return mixHash(mixHash(parent.value, low), high);
}

// Siblings in other services may be seen by other clocks: only a large overlap is one.
int64_t blurNs(const TraceTree& tree, NodeIndex parent, NodeIndex a, NodeIndex b) {
  const int64_t tolerance = toleranceNs(tree.durationNs(parent), tree.durationNs(a), tree.durationNs(b));
  const StringId own = tree.service[parent.value];
  if (tree.service[a.value] == own && tree.service[b.value] == own) return tolerance;
  return std::max(tolerance, std::min(tree.durationNs(a), tree.durationNs(b)) / 2);
}

bool answersClient(const TraceTree& tree, NodeIndex parent, NodeIndex child) {
  return tree.kind(parent) == SpanKind::Client && tree.kind(child) == SpanKind::Server;
}

constexpr uint64_t kFewestOutlived = 2;  // in which a step outlived its parent: once may be a clock

// Only ever seen in one trace: it says nothing of another.
bool isOfOneTrace(const SiblingFacts& facts) {
  std::optional<TraceIndex> only;
  for (const SeenIn* seen : {&facts.before, &facts.after, &facts.overlapping}) {
    if (seen->traces == 0) continue;
    if (seen->traces > 1 || (only && *only != seen->first[0])) return false;
    only = seen->first[0];
  }
  return true;
}

}  // namespace

void SeenIn::add(TraceIndex trace) {
  if (traces > 0 && last == trace) return;
  last = trace;
  if (traces == 0 || trace < first[0]) {
    first[1] = first[0];
    first[0] = trace;
  } else if (traces == 1 || trace < first[1]) {
    first[1] = trace;
  }
  ++traces;
}

void SeenIn::merge(const SeenIn& other) {
  const uint32_t sum = traces + other.traces;
  for (uint32_t i = 0; i < std::min<uint32_t>(other.traces, 2); ++i) add(other.first[i]);
  traces = sum;
  last = other.traces > 0 ? other.last : last;
}

bool SeenIn::inAnotherThan(std::optional<TraceIndex> trace) const {
  return traces > 1 || (traces == 1 && first[0] != trace);
}

SiblingFacts& HappensBefore::pair(CallPathKey parent, OperationKey a, OperationKey b) {
  SiblingFacts& facts = m_pairs[keyOf(parent, a, b)];
  facts.parent = parent;
  return facts;
}

void HappensBefore::addTrace(const TraceTree& tree, const TraceOperations& operations) {
  std::vector<NodeIndex> firsts;  // the first span of each operation
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex parent(i);
    if (tree.isLeaf(parent)) continue;
    firsts.clear();
    absl::flat_hash_map<OperationKey, NodeIndex> lastOf;
    const CallPathKey path = operations.path[i];
    bool tooMany = false;
    tree.forEachChild(parent, [&](NodeIndex child) {
      if (!answersClient(tree, parent, child)) {
        Outlived& outlived = m_outlived[operations.path[child.value]];
        ++outlived.seen;
        outlived.outlived += tree.has(child, kNotJoined) ? 1 : 0;
      }
      if (tooMany || tree.has(child, kNotJoined)) return;
      const OperationKey operation = operations.step[child.value];
      const auto [last, isFirst] = lastOf.try_emplace(operation, child);
      if (isFirst) {
        tooMany = firsts.size() == kMostSiblingOperations;
        if (!tooMany) firsts.push_back(child);
        return;
      }
      const NodeIndex before = last->second;
      last->second = child;
      const int64_t overlap = tree.endNs[before.value] - tree.startNs[child.value];
      SiblingFacts& facts = pair(path, operation, operation);
      if (overlap > blurNs(tree, parent, before, child)) {
        facts.overlapping.add(tree.trace);
      } else {
        facts.before.add(tree.trace);
      }
    });
    for (size_t b = 1; b < firsts.size(); ++b) {
      for (size_t a = 0; a < b; ++a) {  // a starts no later
        const OperationKey earlier = operations.step[firsts[a].value];
        const OperationKey later = operations.step[firsts[b].value];
        SiblingFacts& facts = pair(path, earlier, later);
        const int64_t overlap = tree.endNs[firsts[a].value] - tree.startNs[firsts[b].value];
        if (overlap > blurNs(tree, parent, firsts[a], firsts[b])) {
          facts.overlapping.add(tree.trace);
        } else {
          (earlier < later ? facts.before : facts.after).add(tree.trace);
        }
      }
    }
  }
}

void HappensBefore::merge(const HappensBefore& other) {
  for (const auto& [key, facts] : other.m_pairs) {
    SiblingFacts& ours = m_pairs[key];
    ours.parent = facts.parent;
    ours.before.merge(facts.before);
    ours.after.merge(facts.after);
    ours.overlapping.merge(facts.overlapping);
  }
  for (const auto& [path, outlived] : other.m_outlived) {
    m_outlived[path].seen += outlived.seen;
    m_outlived[path].outlived += outlived.outlived;
  }
}

void HappensBefore::settle() {
  // Requests that vary leave most of what was seen behind them: let go of what nobody can learn from.
  absl::erase_if(m_pairs, [](const auto& entry) { return isOfOneTrace(entry.second); });
  absl::erase_if(m_outlived, [](const auto& entry) { return entry.second.outlived < kFewestOutlived; });
  m_pairs.rehash(0);
  m_outlived.rehash(0);
  for (const auto& [key, facts] : m_pairs) {
    if (facts.overlapping.traces > 0 || (facts.before.traces > 0 && facts.after.traces > 0)) {
      m_refutedBelow.insert(facts.parent);
    }
  }
}

const SiblingFacts* HappensBefore::siblings(CallPathKey parent, OperationKey a, OperationKey b) const {
  const auto found = m_pairs.find(keyOf(parent, a, b));
  return found == m_pairs.end() ? nullptr : &found->second;
}

bool HappensBefore::refuted(CallPathKey parent, OperationKey earlier, OperationKey later,
                            std::optional<TraceIndex> trace) const {
  const SiblingFacts* facts = siblings(parent, earlier, later);
  if (facts == nullptr) return false;
  if (facts->overlapping.inAnotherThan(trace)) return true;
  if (earlier == later) return false;
  return (earlier < later ? facts->after : facts->before).inAnotherThan(trace);
}

bool HappensBefore::anyRefuted(CallPathKey parent) const {
  return m_refutedBelow.contains(parent);
}

bool HappensBefore::isAsync(CallPathKey path) const {
  const auto found = m_outlived.find(path);
  if (found == m_outlived.end()) return false;
  const Outlived& outlived = found->second;
  return outlived.outlived >= kFewestOutlived && outlived.outlived * 100 >= outlived.seen;
}

}  // namespace waybill::analysis
