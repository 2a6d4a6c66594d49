// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/end_to_end_path.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "analysis/saturating.h"
#include "analysis/sort_keys.h"

namespace waybill::analysis {
namespace {

constexpr uint32_t kNone = TraceTree::kNone;
constexpr uint16_t kNotJoined = NodeBits::kNotJoined;

// Of each node the root of its tree.
std::vector<uint32_t> rootsOf(const TraceTree& tree) {
  std::vector<uint32_t> out(tree.size());
  for (uint32_t i = 0; i < tree.size(); ++i) out[i] = tree.parent[i] == kNone ? i : out[tree.parent[i]];
  return out;
}

// Which trees the primary root set off: its own, and those that a hop leads to from one of them.
std::vector<bool> reachedRoots(const TraceTree& tree, std::span<const MessageHop> hops,
                               const std::vector<uint32_t>& rootOf) {
  std::vector<bool> reached(tree.size());
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> leadsTo;  // by root
  for (const MessageHop& hop : hops) {
    if (!hop.producer || tree.parent[hop.consumer.value] != kNone) continue;
    leadsTo[rootOf[hop.producer->value]].push_back(hop.consumer.value);
  }
  std::vector<uint32_t> open{tree.primaryRoot.value};
  while (!open.empty()) {
    const uint32_t root = open.back();
    open.pop_back();
    if (reached[root]) continue;
    reached[root] = true;
    const auto found = leadsTo.find(root);
    if (found != leadsTo.end()) open.insert(open.end(), found->second.begin(), found->second.end());
  }
  return reached;
}

NodeIndex lastToEnd(const TraceTree& tree, std::span<const MessageHop> hops) {
  const std::vector<uint32_t> rootOf = rootsOf(tree);
  const std::vector<bool> reached = reachedRoots(tree, hops, rootOf);
  NodeIndex last = tree.primaryRoot;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (reached[rootOf[i]] && tree.endNs[i] > tree.endNs[last.value]) last = NodeIndex(i);
  }
  return last;
}

// Walks from the last end back to the root's start: through what a span waited for, then to its parent, or, where it
// was set off by a message or a link, to what sent that.
class BackwardWalk {
 public:
  BackwardWalk(const TraceTree& tree, std::span<const MessageHop> hops)
      : m_tree(tree), m_originNs(tree.startNs[tree.primaryRoot.value]), m_walked(tree.size()) {
    forEachConsumer(hops, [&](std::span<const MessageHop> of) {
      for (const MessageHop& hop : of) {
        if (hop.producer) m_hopTo[hop.consumer.value] = &hop;  // the last message is the one it waited for
      }
    });
  }

  std::vector<EndToEndSegment> from(NodeIndex last) {
    m_nowNs = m_tree.endNs[last.value];
    takeWhole(last);
    uint32_t node = last.value;
    while (m_nowNs > m_originNs) {
      const uint32_t next = causeOf(NodeIndex(node));
      if (next == kNone || m_walked[next]) break;
      m_walked[next] = true;
      walkInside(NodeIndex(next));
      node = next;
    }
    // What nothing explains is the root's.
    push({{m_tree.primaryRoot, m_originNs, m_nowNs, SegmentKind::Self, {}}, false, false});
    std::reverse(m_segments.begin(), m_segments.end());
    return std::move(m_segments);
  }

 private:
  // Segments come latest first.
  void push(EndToEndSegment part) {
    part.segment.startNs = std::max(part.segment.startNs, m_originNs);
    part.segment.endNs = std::min(part.segment.endNs, m_nowNs);
    if (part.segment.startNs >= part.segment.endNs) return;
    m_nowNs = part.segment.startNs;
    m_segments.push_back(part);
  }

  void takeWhole(NodeIndex node) {
    const PathSegments inside = pathBelow(m_tree, node);
    for (size_t i = inside.size(); i-- > 0;) push({inside[i], false, false});
  }

  // What made the span begin when it did; the time between is a wait.
  uint32_t causeOf(NodeIndex node) {
    const uint32_t parent = m_tree.parent[node.value];
    const bool isJoined = parent != kNone && !m_tree.has(node, kNotJoined);
    const auto hop = m_hopTo.find(node.value);
    const bool byHop = !isJoined && hop != m_hopTo.end();
    const uint32_t cause = byHop ? hop->second->producer->value : parent;
    if (cause == kNone) return kNone;
    const int64_t endNs = m_tree.endNs[cause];
    if (endNs < m_nowNs) {
      push({{node, endNs, m_nowNs, SegmentKind::Self, NodeIndex(cause)}, true, byHop && hop->second->isMessage});
    }
    return cause;
  }

  // The span up to now: children that had ended, the last first, and its own time between.
  void walkInside(NodeIndex node) {
    m_children.clear();
    m_tree.forEachChild(node, [&](NodeIndex child) {
      const int64_t end = m_tree.endNs[child.value];
      if (m_tree.has(child, kNotJoined) || end > m_nowNs || end <= m_tree.startNs[child.value]) return;
      m_children.push_back({~static_cast<uint64_t>(end), child.value});
    });
    sortKeys(m_children);
    const SegmentKind own = ownTimeKind(m_tree, node) == SegmentKind::External ? SegmentKind::External : SegmentKind::Self;
    for (const SortKey& key : m_children) {
      const int64_t end = m_tree.endNs[key.index];
      if (end > m_nowNs || end <= m_originNs) continue;
      push({{node, end, m_nowNs, own, {}}, false, false});
      takeWhole(NodeIndex(key.index));
    }
    push({{node, m_tree.startNs[node.value], m_nowNs, own, {}}, false, false});
  }

  const TraceTree& m_tree;
  const int64_t m_originNs;
  int64_t m_nowNs = 0;  // the path is known from here on
  absl::flat_hash_map<uint32_t, const MessageHop*> m_hopTo;
  std::vector<bool> m_walked;
  std::vector<SortKey> m_children;
  std::vector<EndToEndSegment> m_segments;
};

}  // namespace

EndToEndPath endToEndPath(const TraceTree& tree, const CriticalPath& response, std::span<const MessageHop> hops) {
  EndToEndPath out;
  if (tree.size() == 0) return out;
  out.last = lastToEnd(tree, hops);
  out.outlivesResponse = out.last != tree.primaryRoot;
  if (out.outlivesResponse) {
    out.segments = BackwardWalk(tree, hops).from(out.last);
    return out;
  }
  for (const PathSegment& segment : response.segments) out.segments.push_back({segment, false, false});
  return out;
}

int64_t lastEndNs(const TraceTree& tree, std::span<const MessageHop> hops) {
  return tree.size() == 0 ? 0 : tree.endNs[lastToEnd(tree, hops).value];
}

int64_t endToEndSavingNs(const TraceTree& tree, std::span<const MessageHop> hops,
                         std::span<const EarlierStart> earlier) {
  if (tree.size() == 0) return 0;
  absl::flat_hash_map<uint32_t, int64_t> shift;  // by consumer: how much sooner it would begin
  std::vector<const MessageHop*> newest;         // of each consumer
  forEachConsumer(hops, [&](std::span<const MessageHop> of) {
    newest.push_back(&of.back());
    shift[of.back().consumer.value] = 0;
  });
  for (const EarlierStart& start : earlier) shift[start.consumer.value] = start.ns;
  std::vector<uint32_t> consumerAbove(tree.size(), kNone);  // the nearest, or itself
  for (uint32_t i = 0; i < tree.size(); ++i) {
    const uint32_t parent = tree.parent[i];
    consumerAbove[i] = shift.contains(i) ? i : parent == kNone ? kNone : consumerAbove[parent];
  }
  const auto shiftOf = [&](uint32_t node) { return consumerAbove[node] == kNone ? 0 : shift.at(consumerAbove[node]); };
  // Whoever sent a message began before who took it.
  std::sort(newest.begin(), newest.end(), [&](const MessageHop* a, const MessageHop* b) {
    const int64_t aNs = tree.startNs[a->consumer.value], bNs = tree.startNs[b->consumer.value];
    return aNs != bNs ? aNs < bNs : a->consumer < b->consumer;
  });
  for (const MessageHop* hop : newest) {
    if (!hop->producer) continue;
    int64_t& own = shift[hop->consumer.value];
    own = saturatingSum(own, shiftOf(hop->producer->value));
  }
  const std::vector<uint32_t> rootOf = rootsOf(tree);
  const std::vector<bool> reached = reachedRoots(tree, hops, rootOf);
  int64_t before = tree.endNs[tree.primaryRoot.value], after = before;
  for (uint32_t i = 0; i < tree.size(); ++i) {
    if (!reached[rootOf[i]]) continue;
    before = std::max(before, tree.endNs[i]);
    after = std::max(after, saturatingSum(tree.endNs[i], -shiftOf(i)));
  }
  return std::clamp<int64_t>(before - after, 0, before - tree.startNs[tree.primaryRoot.value]);
}

}  // namespace waybill::analysis
