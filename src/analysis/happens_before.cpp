// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/happens_before.h"

#include <algorithm>

#include "analysis/answers.h"
#include "analysis/templates.h"

namespace waybill::analysis {
namespace {

constexpr uint16_t kNotJoined = NodeBits::kNotJoined;

// More of them are not kept in one part, nor of all parts together: 150 MB at the worst.
constexpr size_t kMostPairs = 1 << 20, kMostOutlived = 1 << 20;

uint64_t keyOf(CallPathKey parent, SiblingKey a, SiblingKey b) {
  const auto [low, high] = std::minmax(a.value, b.value);
  return mixHash(mixHash(parent.value, low), high);
}

// Siblings in other services may be seen by other clocks: only a large overlap is one.
int64_t blurNs(const TraceTree& tree, NodeIndex parent, NodeIndex a, NodeIndex b) {
  const int64_t tolerance = toleranceNs(tree, parent, a, b);
  const StringId own = tree.service[parent.value];
  if (tree.service[a.value] == own && tree.service[b.value] == own) return tolerance;
  return std::max(tolerance, std::min(tree.durationNs(a), tree.durationNs(b)) / 2);
}

constexpr uint64_t kFewestOutlived = 2;  // in which a step outlived its parent: once may be a clock

// By path and occurrence; children further back than kMostSiblings are one.
uint64_t outlivedKey(CallPathKey path, uint32_t occurrence) { return mixHash(path.value, occurrence); }

// Every child, with its key in m_outlived.
template <typename Visit>
void forEachChildKey(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                     const std::vector<Sibling>& named, Visit&& visit) {
  size_t at = 0;
  tree.forEachChild(parent, [&](NodeIndex child) {
    const uint32_t occurrence = at < named.size() ? named[at++].occurrence : static_cast<uint32_t>(kMostSiblings);
    visit(child, outlivedKey(operations.path[child.value], occurrence));
  });
}

// First spans of two steps that only ever met in one trace: they say nothing of another.
bool isOfOneTrace(const SiblingFacts& facts) {
  if (facts.before.traces == 0 && facts.after.traces == 0) return false;  // overlaps alone are all that is noted
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

void HappensBefore::addTrace(const TraceTree& tree, const TraceOperations& operations) {
  std::vector<Sibling> named;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex parent(i);
    if (tree.isLeaf(parent)) continue;
    nameSiblings(tree, operations, parent, named);
    addChildren(tree, operations, parent, named);
    if (named.size() > 1 && m_keptParents.contains(operations.path[i].value)) {
      addOrder(tree, operations, parent, named);
    }
    keepBounded();
  }
}

void HappensBefore::addChildren(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                                const std::vector<Sibling>& named) {
  forEachChildKey(tree, operations, parent, named, [&](NodeIndex child, uint64_t key) {
    if (mayAnswer(tree, parent, child) || !m_keptOutlived.contains(key)) return;
    Outlived& outlived = m_outlived[key];
    ++outlived.seen;
    outlived.outlived += tree.has(child, NodeBits::kAsync | NodeBits::kDetached) ? 1 : 0;
  });
}

// Order is worth noting of first spans only; of the others, that they overlapped.
void HappensBefore::addOrder(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                             const std::vector<Sibling>& named) {
  const CallPathKey path = operations.path[parent.value];
  for (size_t b = 1; b < named.size(); ++b) {
    const Sibling& later = named[b];
    if (tree.has(later.node, kNotJoined)) continue;
    for (size_t a = 0; a < b; ++a) {  // starts no later
      const Sibling& earlier = named[a];
      if (tree.has(earlier.node, kNotJoined)) continue;
      const int64_t overlap = tree.endNs[earlier.node.value] - tree.startNs[later.node.value];
      const bool overlaps = overlap > 0 && overlap > blurNs(tree, parent, earlier.node, later.node);
      if (!overlaps && (earlier.occurrence > 0 || later.occurrence > 0)) continue;
      SiblingFacts& facts = m_pairs[keyOf(path, earlier.key, later.key)];
      facts.parent = path;
      SeenIn& order = earlier.key < later.key ? facts.before : facts.after;
      (overlaps ? facts.overlapping : order).add(tree.trace);
    }
  }
}

void HappensBefore::keepBounded() {
  while (m_pairs.size() > kMostPairs) {
    m_keptParents.halve();
    absl::erase_if(m_pairs, [&](const auto& entry) { return !m_keptParents.contains(entry.second.parent.value); });
  }
  while (m_outlived.size() > kMostOutlived) {
    m_keptOutlived.halve();
    absl::erase_if(m_outlived, [&](const auto& entry) { return !m_keptOutlived.contains(entry.first); });
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
  for (const auto& [child, outlived] : other.m_outlived) {
    m_outlived[child].seen += outlived.seen;
    m_outlived[child].outlived += outlived.outlived;
  }
  m_keptParents.mask |= other.m_keptParents.mask;
  m_keptOutlived.mask |= other.m_keptOutlived.mask;
  absl::erase_if(m_pairs, [&](const auto& entry) { return !m_keptParents.contains(entry.second.parent.value); });
  absl::erase_if(m_outlived, [&](const auto& entry) { return !m_keptOutlived.contains(entry.first); });
  keepBounded();
}

void HappensBefore::settle() {
  // Requests that vary leave most of what was seen behind them: let go of what nobody can learn from.
  absl::erase_if(m_pairs, [](const auto& entry) { return isOfOneTrace(entry.second); });
  absl::erase_if(m_outlived, [&](const auto& entry) { return !isAsync(entry.first); });
  m_pairs.rehash(0);
  m_outlived.rehash(0);
  for (const auto& [key, facts] : m_pairs) {
    if (facts.overlapping.traces > 0) m_overlapBelow.insert(facts.parent);
  }
}

const SiblingFacts* HappensBefore::pair(CallPathKey parent, SiblingKey a, SiblingKey b) const {
  const auto found = m_pairs.find(keyOf(parent, a, b));
  return found == m_pairs.end() ? nullptr : &found->second;
}

bool HappensBefore::overlapElsewhere(CallPathKey parent, SiblingKey earlier, SiblingKey later,
                                     std::optional<TraceIndex> trace) const {
  const SiblingFacts* facts = pair(parent, earlier, later);
  return facts != nullptr && facts->overlapping.inAnotherThan(trace);
}

const SiblingFacts* HappensBefore::firstsOf(CallPathKey parent, OperationKey a, OperationKey b) const {
  return a == b ? nullptr : pair(parent, siblingKey(a, 0), siblingKey(b, 0));
}

bool HappensBefore::independent(CallPathKey parent, OperationKey earlier, OperationKey later,
                                std::optional<TraceIndex> trace) const {
  const SiblingFacts* facts = firstsOf(parent, earlier, later);
  if (facts == nullptr) return false;
  const bool isSmaller = siblingKey(earlier, 0) < siblingKey(later, 0);
  return facts->overlapping.inAnotherThan(trace) || (isSmaller ? facts->after : facts->before).inAnotherThan(trace);
}

bool HappensBefore::isAsync(uint64_t child) const {
  const auto found = m_outlived.find(child);
  if (found == m_outlived.end()) return false;
  const Outlived& outlived = found->second;
  return outlived.outlived >= kFewestOutlived && outlived.outlived * 100 >= outlived.seen;
}

void HappensBefore::markAsync(TraceTree& tree, const TraceOperations& operations) const {
  if (m_outlived.empty()) return;
  std::vector<Sibling> named;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex parent(i);
    if (tree.isLeaf(parent)) continue;
    nameSiblings(tree, operations, parent, named);
    forEachChildKey(tree, operations, parent, named, [&](NodeIndex child, uint64_t key) {
      if (isAsync(key) && !mayAnswer(tree, parent, child)) tree.bits[child.value] |= NodeBits::kAsync;
    });
  }
}

}  // namespace waybill::analysis
