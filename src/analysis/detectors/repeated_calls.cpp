// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/repeated_calls.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cmath>

#include "analysis/saturating.h"
#include "base/utf8.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

constexpr uint16_t kNotWaitedFor = NodeBits::kAsync | NodeBits::kDetached;

bool isInner(SpanKind kind) { return kind == SpanKind::Internal || kind == SpanKind::Unspecified; }

constexpr size_t kMostParametersRead = 1 << 16;  // more calls say no more

// By node: the span in whose code it runs; INTERNAL spans in between are that code.
std::vector<uint32_t> owners(const TraceTree& tree) {
  std::vector<uint32_t> out(tree.size(), TraceTree::kNone);
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const uint32_t parent = tree.parent[i];
    if (parent == TraceTree::kNone) continue;
    const uint32_t above = tree.parent[parent];
    const bool isCode = isInner(tree.kind(NodeIndex(parent))) && above != TraceTree::kNone &&
                        tree.service[above] == tree.service[parent];
    out[i] = isCode ? out[parent] : parent;
  }
  return out;
}

// Those with calls enough, and with time enough on the critical path, for a group to be worth a finding.
std::vector<bool> ownersOfMany(const TraceFacts& facts, const std::vector<uint32_t>& owner) {
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  std::vector<uint32_t> calls(owner.size());
  std::vector<bool> out(owner.size());
  for (uint32_t i = 0; i < owner.size(); ++i) {
    if (owner[i] == TraceTree::kNone || facts.tree.has(NodeIndex(i), kNotWaitedFor)) continue;
    if (++calls[owner[i]] == kFewestCalls) out[owner[i]] = facts.path.totalNs[owner[i]] >= smallestNs;
  }
  return out;
}

NodeIndex spanAround(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  const auto [first, last] = std::minmax_element(calls.begin(), calls.end());
  uint32_t at = tree.parent[first->value];
  while (tree.subtreeEnd[at] <= last->value) at = tree.parent[at];
  return NodeIndex(at);
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
  // Those with enough calls and time, in order.
  std::vector<CallGroup> take(int64_t atLeastNs) {
    std::erase_if(m_all, [&](const CallGroup& g) { return g.size() < kFewestCalls || g.onPathNs < atLeastNs; });
    return std::move(m_all);
  }

 private:
  absl::flat_hash_map<uint64_t, size_t> m_index;
  std::vector<CallGroup> m_all;
};

// Between one call and the next.
std::vector<int64_t> pausesOf(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  std::vector<int64_t> out;
  for (size_t i = 1; i < calls.size(); ++i) {
    out.push_back(std::max<int64_t>(0, tree.startNs[calls[i].value] - tree.endNs[calls[i - 1].value]));
  }
  return out;
}

std::vector<int64_t> durationsOf(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  std::vector<int64_t> out;
  for (const NodeIndex call : calls) out.push_back(tree.durationNs(call));
  return out;
}

int64_t medianOf(std::vector<int64_t> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void keepLargest(std::vector<CallGroup>& groups) {
  std::stable_sort(groups.begin(), groups.end(),
                   [](const CallGroup& a, const CallGroup& b) { return a.onPathNs > b.onPathNs; });
  if (groups.size() > kMostCandidates) groups.resize(kMostCandidates);
}

// What is said of a group once its calls are known.
void settle(const TraceFacts& facts, CallGroup& group) {
  group.parent = spanAround(facts.tree, group.calls);
  group.branches = branchesOf(facts.tree, group.parent, group.calls);
  group.sumNs = group.onPathNs = 0;
  for (const NodeIndex call : group.calls) {
    group.sumNs = saturatingSum(group.sumNs, facts.tree.durationNs(call));
    group.onPathNs += facts.path.totalNs[call.value];
  }
  group.semantics = std::make_shared<const SpanSemantics>(facts.semantics.of(group.calls.front()));
  group.what = std::make_shared<const CallTemplate>(facts.semantics.callOf(group.calls.front()));
}

std::string shortStatement(std::string_view text) {
  constexpr size_t kLong = 60;
  if (text.size() > kLong && (text.starts_with("SELECT ") || text.starts_with("select "))) {
    size_t from = text.find(" FROM ");
    if (from == std::string_view::npos) from = text.find(" from ");
    if (from != std::string_view::npos) return std::string(text.substr(0, 7)) + "…" + std::string(text.substr(from));
  }
  return std::string(text);
}

std::vector<CallGroup> findCallGroups(const TraceFacts& facts) {
  const TraceTree& tree = facts.tree;
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  const std::vector<uint32_t> owner = owners(tree);
  const std::vector<bool> isWorthALook = ownersOfMany(facts, owner);
  Groups onPaths;  // before attributes are read
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const NodeIndex node(i);
    if (owner[i] == TraceTree::kNone || !isWorthALook[owner[i]] || tree.has(node, kNotWaitedFor)) continue;
    onPaths.add(mixHash(facts.operations.path[i].value, owner[i]), node, facts.path.totalNs[i]);
  }
  Groups byTemplate;
  for (const CallGroup& group : onPaths.take(smallestNs)) {
    const uint64_t place = mixHash(facts.operations.path[group.calls[0].value].value, owner[group.calls[0].value]);
    for (const NodeIndex node : group.calls) {
      if (facts.isStoppedAt(node.value)) return {};
      if (!isCall(facts, node)) continue;
      byTemplate.add(mixHash(place, facts.semantics.callKeyOf(node)), node, facts.path.totalNs[node.value]);
    }
  }
  std::vector<CallGroup> out = byTemplate.take(smallestNs);
  keepLargest(out);
  for (CallGroup& group : out) {
    sortByStart(tree, group.calls);
    settle(facts, group);
  }
  return out;
}

std::vector<CallGroup> findLoops(const TraceFacts& facts) {
  constexpr int64_t kTimesUsualPause = 5, kTimesUsualCall = 2;
  const int64_t smallestNs = smallestSavingNs(facts.rootDurationNs());
  std::vector<CallGroup> out;
  for (const CallGroup& group : callGroups(facts)) {
    const std::vector<int64_t> pauses = pausesOf(facts.tree, group.calls);
    const int64_t pause = medianOf(pauses), call = medianOf(durationsOf(facts.tree, group.calls));
    size_t begin = 0;
    for (size_t end = 1; end <= group.size(); ++end) {
      const bool isCut = end == group.size() || (pauses[end - 1] / kTimesUsualPause > pause &&
                                                 pauses[end - 1] / kTimesUsualCall > call);
      if (!isCut) continue;
      CallGroup loop;
      loop.calls.assign(group.calls.begin() + static_cast<ptrdiff_t>(begin),
                        group.calls.begin() + static_cast<ptrdiff_t>(end));
      loop.onPathNs = pathTimeOf(facts, loop.calls);
      // Settling looks at all children of the parent: only for the few that may matter.
      if (loop.size() >= kFewestCalls && loop.onPathNs >= smallestNs) out.push_back(std::move(loop));
      begin = end;
    }
  }
  keepLargest(out);
  for (CallGroup& loop : out) settle(facts, loop);
  return out;
}

}  // namespace

bool isCall(const TraceFacts& facts, NodeIndex node) {
  const TraceTree& tree = facts.tree;
  const uint32_t parent = tree.parent[node.value];
  if (parent == TraceTree::kNone) return false;
  const SpanKind kind = tree.kind(node), above = tree.kind(NodeIndex(parent));
  if (kind == SpanKind::Client) return true;
  if (kind == SpanKind::Producer || kind == SpanKind::Consumer) return false;
  const bool clientIsKnown = above == SpanKind::Client || above == SpanKind::Producer;
  if (kind == SpanKind::Server || tree.service[node.value] != tree.service[parent]) return !clientIsKnown;
  return tree.isLeaf(node) && !clientIsKnown && facts.path.totalNs[node.value] > 0 &&
         facts.semantics.of(node).isDatabase();
}

const std::vector<CallGroup>& callGroups(const TraceFacts& facts) {
  auto& found = facts.once->callGroups;
  if (found == nullptr) found = std::make_shared<const std::vector<CallGroup>>(findCallGroups(facts));
  return *found;
}

const std::vector<CallGroup>& loopsOf(const TraceFacts& facts) {
  auto& found = facts.once->loops;
  if (found == nullptr) found = std::make_shared<const std::vector<CallGroup>>(findLoops(facts));
  return *found;
}

bool hasChildren(const TraceTree& tree, NodeIndex parent, size_t atLeast) {
  size_t children = 0;
  for (uint32_t c = parent.value + 1; c < tree.subtreeEnd[parent.value] && children < atLeast; c = tree.subtreeEnd[c]) {
    ++children;
  }
  return children >= atLeast;
}

std::vector<NodeIndex> soundChildren(const TraceTree& tree, NodeIndex parent) {
  std::vector<NodeIndex> out;
  tree.forEachChild(parent, [&](NodeIndex child) {
    if (!tree.has(child, kNotWaitedFor | NodeBits::kAdopted | NodeBits::kUnfinished)) out.push_back(child);
  });
  return out;
}

bool endsBefore(const TraceTree& tree, NodeIndex earlier, NodeIndex later) {
  const int64_t overlap = tree.endNs[earlier.value] - tree.startNs[later.value];
  if (overlap <= 0) return true;
  const uint32_t parent = tree.parent[later.value];
  const int64_t around = parent == TraceTree::kNone ? overlap : tree.durationNs(NodeIndex(parent));
  return overlap <= toleranceNs(around, tree.durationNs(earlier), tree.durationNs(later));
}

bool oneAfterAnother(const TraceTree& tree, const std::vector<NodeIndex>& spans) {
  constexpr size_t kMostOverlapping = 10;  // one in so many
  size_t overlapping = 0;
  NodeIndex last = spans.front();
  for (size_t i = 1; i < spans.size(); ++i) {
    overlapping += endsBefore(tree, last, spans[i]) ? 0 : 1;
    if (tree.endNs[spans[i].value] >= tree.endNs[last.value]) last = spans[i];
  }
  return overlapping * kMostOverlapping <= spans.size() - 1;
}

void collapse(const TraceTree& tree, const std::vector<NodeIndex>& calls, Rewrite& rewrite) {
  rewrite.collapse(tree, calls);
  const int64_t usual = medianOf(durationsOf(tree, calls));
  const std::vector<int64_t> pauses = pausesOf(tree, calls);
  for (size_t i = 0; i < pauses.size(); ++i) {
    if (pauses[i] > usual) rewrite.shortenGapBefore(calls[i + 1], INT64_MAX);
  }
}

Parameters parametersOf(const TraceFacts& facts, const std::vector<NodeIndex>& calls) {
  Parameters out{0, std::min(calls.size(), kMostParametersRead), true};
  absl::flat_hash_set<uint64_t> distinct;
  for (size_t i = 0; i < out.read; ++i) {
    const Templated& what = facts.semantics.callOf(calls[i]).what;
    out.known = out.known && !what.erased;
    distinct.insert(what.parametersHash);
  }
  out.distinct = distinct.size();
  return out;
}

double variation(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  double sum = 0, squares = 0;
  for (const NodeIndex call : calls) sum += static_cast<double>(tree.durationNs(call));
  const double n = static_cast<double>(calls.size()), mean = sum / n;
  for (const NodeIndex call : calls) {
    const double off = static_cast<double>(tree.durationNs(call)) - mean;
    squares += off * off;
  }
  return mean > 0 ? std::sqrt(squares / n) / mean : 0;
}

bool readsPages(const CallTemplate& what) {
  for (const std::string_view word : {"OFFSET ", "offset ", "page=", "Page=", "offset=", "cursor=", "after=", "page_token=",
                                      "pageToken=", "continuation"}) {
    if (what.what.text.find(word) != std::string::npos) return true;
  }
  return false;
}

bool mostlyFailed(const TraceTree& tree, const std::vector<NodeIndex>& calls) {
  const auto failed = std::count_if(calls.begin(), calls.end(),
                                    [&](NodeIndex call) { return tree.has(call, NodeBits::kError); });
  return static_cast<size_t>(failed) * 2 > calls.size();
}

int64_t pathTimeAround(const TraceFacts& facts, const CallGroup& group) {
  int64_t ns = saturatingSum(group.onPathNs, facts.path.selfNs[group.parent.value]);
  uint32_t last = TraceTree::kNone;
  for (const NodeIndex call : group.calls) {
    const uint32_t maker = facts.tree.parent[call.value];
    if (maker != last && maker != group.parent.value) ns = saturatingSum(ns, facts.path.selfNs[maker]);
    last = maker;
  }
  return ns;
}

int64_t pathTimeOf(const TraceFacts& facts, const std::vector<NodeIndex>& spans) {
  int64_t ns = 0;
  for (const NodeIndex span : spans) ns = saturatingSum(ns, facts.path.totalNs[span.value]);
  return ns;
}

bool looksLikePolling(const TraceFacts& facts, const std::vector<NodeIndex>& calls) {
  constexpr int64_t kLongPauseNs = 50'000'000, kLongCallNs = 5'000'000'000;
  const std::string& text = facts.semantics.callOf(calls.front()).what.text;
  const std::string_view name = facts.tree.name(calls.front());
  for (const std::string_view word : {"poll", "Poll", "watch", "Watch", "subscribe", "Subscribe", "heartbeat", "Heartbeat"}) {
    if (text.find(word) != std::string::npos || name.find(word) != std::string_view::npos) return true;
  }
  const int64_t usual = medianOf(durationsOf(facts.tree, calls)), pause = medianOf(pausesOf(facts.tree, calls));
  return usual >= kLongCallNs || (pause >= kLongPauseNs && pause >= usual);
}

std::string callText(const TraceFacts& facts, NodeIndex call) {
  constexpr size_t kMaxBytes = 90;
  const std::string& text = facts.semantics.callOf(call).what.text;
  const SpanSemantics& semantics = facts.semantics.of(call);
  std::string out;
  if (semantics.isDatabase() && !text.empty()) {
    out = printable(shortStatement(text), kMaxBytes);
  } else if (semantics.isHttp() && !text.empty()) {
    out = printable(text, kMaxBytes);
  } else if (semantics.isRpc() && !semantics.rpcMethod.empty()) {
    out = printable(semantics.rpcMethod.substr(semantics.rpcMethod.find_last_of('/') + 1), kMaxBytes);
  } else {
    out = nameText(facts.tree, call);
  }
  return "`" + out + "`";
}

std::string calleeText(const TraceFacts& facts, NodeIndex call) {
  constexpr size_t kMaxBytes = 60;
  const TraceTree& tree = facts.tree;
  if (const auto server = answeringServer(tree, call)) return printable(tree.serviceName(*server), kMaxBytes);
  const uint32_t parent = tree.parent[call.value];
  if (parent != TraceTree::kNone && tree.service[parent] != tree.service[call.value]) {
    return printable(tree.serviceName(call), kMaxBytes);
  }
  return printable(facts.semantics.of(call).peer(), kMaxBytes);
}

}  // namespace waybill::analysis
