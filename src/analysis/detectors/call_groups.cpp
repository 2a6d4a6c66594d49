// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/call_groups.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/detectors/repeated_calls.h"
#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr uint16_t kNotWaitedFor = NodeBits::kAsync | NodeBits::kDetached;

// Spans of groups with little time whose attributes are read, in one trace: such groups are told of in small traces.
constexpr size_t kMostSmallRead = 4096;

bool isInner(SpanKind kind) { return kind == SpanKind::Internal || kind == SpanKind::Unspecified; }

// Owners with calls enough for a group.
std::vector<bool> ownersOfMany(const std::vector<uint32_t>& owner) {
  std::vector<uint32_t> calls;
  std::vector<bool> out;
  for (const uint32_t of : owner) {
    if (of == TraceTree::kNone) continue;
    if (of >= calls.size()) {
      calls.resize(std::max<size_t>(of + size_t{1}, owner.size()));
      out.resize(calls.size());
    }
    if (++calls[of] == kFewestCalls) out[of] = true;
  }
  return out;
}

OptionalNode spanAround(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  const auto [first, last] = std::minmax_element(calls.begin(), calls.end());
  uint32_t at = tree.parent[first->value];
  while (at != TraceTree::kNone && tree.subtreeEnd[at] <= last->value) at = tree.parent[at];
  return at == TraceTree::kNone ? OptionalNode() : OptionalNode(NodeIndex(at));
}

// The child of `parent` in which each call lies; nothing where two share one.
std::vector<NodeIndex> branchesOf(const TraceTree& tree, NodeIndex parent, std::vector<NodeIndex> calls) {
  std::sort(calls.begin(), calls.end());
  std::vector<NodeIndex> out;
  size_t next = 0;
  bool shared = false;
  tree.forEachChild(parent, [&](NodeIndex child) {
    const size_t before = next;
    while (next < calls.size() && calls[next].value < tree.subtreeEnd[child.value]) ++next;
    if (next > before) out.push_back(child);
    shared = shared || next > before + 1;
  });
  return shared ? std::vector<NodeIndex>() : out;
}

void sortByStart(const TraceTree& tree, std::vector<NodeIndex>& spans) {
  const auto isEarlier = [&](NodeIndex a, NodeIndex b) {
    const int64_t from = tree.startNs[a.value], other = tree.startNs[b.value];
    return from != other ? from < other : a < b;
  };
  // Siblings are.
  if (!std::is_sorted(spans.begin(), spans.end(), isEarlier)) std::sort(spans.begin(), spans.end(), isEarlier);
}

// Groups found so far, by a key in the order of their first spans.
class Groups {
 public:
  void add(uint64_t key, NodeIndex node, int64_t onPathNs) {
    const auto [entry, isNew] = m_index.try_emplace(key, m_all.size());
    if (isNew) m_all.emplace_back();
    CallGroup& group = m_all[entry->second];
    group.calls.push_back(node);
    group.onPathNs += onPathNs;
  }
  // Those with enough calls, in order.
  std::vector<CallGroup> take() {
    std::erase_if(m_all, [&](const CallGroup& group) { return group.size() < kFewestCalls; });
    return std::move(m_all);
  }

 private:
  absl::flat_hash_map<uint64_t, size_t> m_index;
  std::vector<CallGroup> m_all;
};

void keepLargest(std::vector<CallGroup>& groups) {
  std::stable_sort(groups.begin(), groups.end(),
                   [](const CallGroup& a, const CallGroup& b) { return a.onPathNs > b.onPathNs; });
  if (groups.size() > kMostCandidates) groups.resize(kMostCandidates);
}

// What is said of a group once its calls are known.
void settle(const TraceFacts& facts, CallGroup& group) {
  group.parent = spanAround(facts.tree, group.calls);
  group.branches = group.parent ? branchesOf(facts.tree, *group.parent, group.calls) : std::vector<NodeIndex>();
  group.sumNs = 0;
  for (const NodeIndex call : group.calls) group.sumNs = saturatingSum(group.sumNs, facts.tree.durationNs(call));
  group.onPathNs = pathTimeOf(facts, group.calls);
  group.semantics = std::make_shared<const SpanSemantics>(facts.semantics.of(group.calls.front()));
  group.what = std::make_shared<const CallTemplate>(facts.semantics.callOf(group.calls.front()));
}

std::vector<CallGroup> findGroups(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  const std::vector<uint32_t> owner = owners(tree);
  const std::vector<bool> isWorthALook = ownersOfMany(owner);
  Groups onPaths;  // before attributes are read
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (owner[i] == TraceTree::kNone || !isWorthALook[owner[i]]) continue;
    onPaths.add(mixHash(facts.operations.path[i].value, owner[i]), NodeIndex(i), facts.path.totalNs[i]);
  }
  Groups byTemplate;
  size_t smallRead = 0;
  for (const CallGroup& group : onPaths.take()) {
    if (group.onPathNs < smallestNs && (smallRead += group.size()) > kMostSmallRead) continue;
    const uint64_t place = mixHash(facts.operations.path[group.calls[0].value].value, owner[group.calls[0].value]);
    for (const NodeIndex node : group.calls) {
      if (facts.isStoppedAt(node.value)) return {};
      if (!isCall(facts, node)) continue;
      byTemplate.add(mixHash(place, facts.semantics.callKeyOf(node)), node, facts.path.totalNs[node.value]);
    }
  }
  std::vector<CallGroup> out = byTemplate.take();
  keepLargest(out);
  for (CallGroup& group : out) {
    sortByStart(tree, group.calls);
    settle(facts, group);
  }
  return out;
}

const std::vector<CallGroup>& allGroups(const TraceFacts& facts) {
  auto& found = facts.once->allGroups;
  if (found == nullptr) found = std::make_shared<const std::vector<CallGroup>>(findGroups(facts));
  return *found;
}

std::vector<CallGroup> waitedForOnly(const TraceFacts& facts) {
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  std::vector<CallGroup> out = allGroups(facts);
  for (CallGroup& group : out) {
    const size_t before = group.size();
    std::erase_if(group.calls, [&](NodeIndex call) { return facts.tree.has(call, kNotWaitedFor); });
    if (group.size() >= kFewestCalls && group.size() < before) settle(facts, group);
  }
  std::erase_if(out, [&](const CallGroup& group) {
    return group.size() < kFewestCalls || group.onPathNs < smallestNs || !group.parent;
  });
  return out;
}

// Whether a span lies between two, and does not hold the later one.
bool somethingRunsBetween(const TraceTree& tree, NodeIndex earlier, NodeIndex later) {
  for (uint32_t at = tree.subtreeEnd[earlier.value]; at < later.value; ++at) {
    if (tree.subtreeEnd[at] <= later.value) return true;
  }
  return false;
}

// The group's loops; the group as a whole where none has calls enough.
std::vector<CallGroup> loopsIn(const TraceFacts& facts, const CallGroup& group) {
  constexpr int64_t kTimesUsualPause = 5, kTimesUsualCall = 2;
  const std::vector<int64_t> pauses = pausesOf(facts.tree, group.calls);
  const int64_t pause = medianOf(pauses), call = medianOf(durationsOf(facts.tree, group.calls));
  std::vector<CallGroup> out;
  size_t begin = 0;
  for (size_t end = 1; end <= group.size(); ++end) {
    const bool isCut = end == group.size() ||
                       (pauses[end - 1] / kTimesUsualPause > pause && pauses[end - 1] / kTimesUsualCall > call &&
                        somethingRunsBetween(facts.tree, group.calls[end - 1], group.calls[end]));
    if (!isCut) continue;
    if (end == group.size() && begin == 0) return {group};
    if (end - begin >= kFewestCalls) {
      CallGroup loop;
      loop.calls.assign(group.calls.begin() + static_cast<ptrdiff_t>(begin),
                        group.calls.begin() + static_cast<ptrdiff_t>(end));
      loop.onPathNs = pathTimeOf(facts, loop.calls);
      out.push_back(std::move(loop));
    }
    begin = end;
  }
  return out.empty() ? std::vector<CallGroup>{group} : out;
}

// Each call of one begins between two neighbours of the other.
bool takeTurns(const TraceTree& tree, const CallGroup& a, const CallGroup& b) {
  if (a.size() != b.size() || a.parent != b.parent || a.what->key != b.what->key) return false;
  const bool aBegins = tree.startNs[a.calls[0].value] <= tree.startNs[b.calls[0].value];
  const CallGroup &first = aBegins ? a : b, &second = aBegins ? b : a;
  for (size_t i = 0; i < first.size(); ++i) {
    const int64_t start = tree.startNs[second.calls[i].value];
    if (start < tree.startNs[first.calls[i].value]) return false;
    if (i + 1 < first.size() && start > tree.startNs[first.calls[i + 1].value]) return false;
  }
  return true;
}

void keepLongerOfTurns(const TraceTree& tree, std::vector<CallGroup>& loops) {
  for (size_t i = 0; i < loops.size(); ++i) {
    const bool isShorter = std::any_of(loops.begin(), loops.end(), [&](const CallGroup& other) {
      const bool isLonger = other.sumNs != loops[i].sumNs ? other.sumNs > loops[i].sumNs : &other < &loops[i];
      return &other != &loops[i] && isLonger && takeTurns(tree, loops[i], other);
    });
    if (isShorter) loops.erase(loops.begin() + static_cast<ptrdiff_t>(i--));
  }
}

std::vector<CallGroup> findLoops(const TraceFacts& facts) {
  std::vector<CallGroup> out;
  for (const CallGroup& group : allGroups(facts)) {
    for (CallGroup& loop : loopsIn(facts, group)) out.push_back(std::move(loop));
  }
  keepLargest(out);
  for (CallGroup& loop : out) {
    if (loop.what == nullptr) settle(facts, loop);
  }
  keepLongerOfTurns(facts.tree, out);
  return out;
}

// A leaf that is no CLIENT span, and yet asks somebody: an older library, or one that sets no kind.
bool asksSomebody(const SpanSemantics& semantics) {
  return semantics.isDatabase() || (semantics.route.empty() && semantics.url.find("://") != std::string_view::npos);
}

}  // namespace

std::vector<uint32_t> owners(const TraceTree& tree) {
  std::vector<uint32_t> out(tree.size(), TraceTree::kNone);
  absl::flat_hash_map<uint64_t, uint32_t> missing;  // by span id
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const uint32_t parent = tree.parent[i];
    if (parent == TraceTree::kNone) {
      if (!tree.has(NodeIndex(i), NodeBits::kOrphan)) continue;
      const uint64_t id = tree.snapshot->spans().parent(tree.row[i]).value;
      out[i] = missing.try_emplace(id, tree.size() + static_cast<uint32_t>(missing.size())).first->second;
      continue;
    }
    const uint32_t above = tree.parent[parent];
    const bool isCode = isInner(tree.kind(NodeIndex(parent))) && above != TraceTree::kNone &&
                        tree.service[above] == tree.service[parent];
    out[i] = isCode ? out[parent] : parent;
  }
  return out;
}

bool isCall(const TraceFacts& facts, NodeIndex node) {
  const TraceTree& tree = facts.tree;
  if (tree.has(node, NodeBits::kMirror)) return false;
  const uint32_t parent = tree.parent[node.value];
  const SpanKind kind = tree.kind(node);
  if (kind == SpanKind::Client) return true;
  if (kind == SpanKind::Producer || kind == SpanKind::Consumer) return false;
  const bool isRoot = parent == TraceTree::kNone;
  const SpanKind above = isRoot ? SpanKind::Unspecified : tree.kind(NodeIndex(parent));
  const bool clientIsKnown = above == SpanKind::Client || above == SpanKind::Producer;
  if (!isRoot && (kind == SpanKind::Server || tree.service[node.value] != tree.service[parent])) return !clientIsKnown;
  return kind != SpanKind::Server && tree.isLeaf(node) && !clientIsKnown && asksSomebody(facts.semantics.of(node));
}

const std::vector<CallGroup>& callGroups(const TraceFacts& facts) {
  auto& found = facts.once->callGroups;
  if (found == nullptr) found = std::make_shared<const std::vector<CallGroup>>(waitedForOnly(facts));
  return *found;
}

const std::vector<CallGroup>& loopsOf(const TraceFacts& facts) {
  auto& found = facts.once->loops;
  if (found == nullptr) found = std::make_shared<const std::vector<CallGroup>>(findLoops(facts));
  return *found;
}

}  // namespace waybill::analysis
