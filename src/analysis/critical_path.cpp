// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/critical_path.h"

#include <algorithm>

#include "analysis/answers.h"
#include "analysis/sort_keys.h"
#include "base/large_pages.h"

namespace waybill::analysis {
namespace {

constexpr uint16_t kNotJoined = NodeBits::kNotJoined;

// What a span's own time on the path is called.
struct OwnTime {
  SegmentKind kind = SegmentKind::Self;
  OptionalNode other;
};

OwnTime ownTimeOf(const TraceTree& tree, NodeIndex node) {
  if (!isCallSpan(tree, node)) return {};
  const Answers answers = answersOf(tree, node);
  if (answers.count == 1) return {SegmentKind::Edge, answers.last};
  if (answers.count > 1) return {};
  bool anyJoined = false;
  tree.forEachChild(node, [&](NodeIndex child) { anyJoined = anyJoined || !tree.has(child, kNotJoined); });
  return anyJoined ? OwnTime{} : OwnTime{SegmentKind::External, {}};
}

// A stretch of time covered by a child that runs beside the path.
struct Cover {
  int64_t startNs, endNs;
  NodeIndex child;
};

class PathWalk {
 public:
  explicit PathWalk(const TraceTree& tree) : m_tree(tree) {}

  PathSegments from(NodeIndex root) {
    int64_t now = m_tree.startNs[root.value];
    if (now < m_tree.endNs[root.value]) push(root, m_tree.endNs[root.value]);
    while (!m_stack.empty()) {
      const Item item = m_stack.back();
      m_stack.pop_back();
      if (!item.finished) {
        expand(item.node, now, item.endNs);
        continue;
      }
      OptionalNode other;
      if (item.hasOther) {
        other = m_others.back();
        m_others.pop_back();
      }
      m_segments.push_back({item.node, now, item.endNs, item.kind, other});
      now = item.endNs;
    }
    m_segments.finish();
    return std::move(m_segments);
  }

 private:
  // A finished segment, or a stretch of the path inside a span that is still to be divided. The latest
  // stretches lie deepest in the stack, so that segments come out in time order; each begins where the one above it
  // ends. Small, as a deep trace has one of them waiting for every span.
  struct Item {
    int64_t endNs;
    NodeIndex node;
    SegmentKind kind;
    bool finished;
    bool hasOther;  // in m_others
  };
  struct Stretch {
    NodeIndex node;
    int64_t startNs, endNs;
  };

  void push(NodeIndex node, int64_t end) { m_stack.push_back({end, node, SegmentKind::Self, false, false}); }
  void pushSegment(NodeIndex node, int64_t end, SegmentKind kind, OptionalNode other) {
    m_stack.push_back({end, node, kind, true, other.has_value()});
    if (other) m_others.push_back(*other);
  }

  // Divides a stretch of a span, from its end backwards: the child that ended last before `now` is what the
  // span waited for, and what no child took is the span's own.
  void expand(NodeIndex node, int64_t startNs, int64_t endNs) {
    const Stretch item{node, startNs, endNs};
    const OwnTime own = ownTimeOf(m_tree, item.node);
    collectChildren(item);
    m_covers.clear();
    m_firstCover = 0;
    int64_t now = item.endNs;
    std::optional<NodeIndex> next;  // the child that the path takes from `now` on
    for (const SortKey& key : m_children) {
      const NodeIndex child(key.index);
      const int64_t start = std::max(m_tree.startNs[child.value], item.startNs);
      if (m_tree.has(child, NodeBits::kMirror)) {
        addCover(start, std::min(m_tree.endNs[child.value], item.endNs), child);
        continue;
      }
      const int64_t end = endBefore(now, child, next, item);
      if (end > now) {
        addCover(start, end, child);
      } else if (start < end) {
        pushOwn(item.node, end, now, own);
        push(child, end);
        next = child;
        now = start;
      }
    }
    pushOwn(item.node, item.startNs, now, own);
  }

  // Children that the span may have waited for in the stretch, and mirrors, by end descending, then by start.
  void collectChildren(const Stretch& item) {
    m_children.clear();
    reserveChildren(item.node);
    m_tree.forEachChild(item.node, [&](NodeIndex child) {
      const int64_t start = m_tree.startNs[child.value], end = m_tree.endNs[child.value];
      const bool goesOn = m_tree.has(child, NodeBits::kAsync | NodeBits::kDetached);
      if (goesOn || end <= item.startNs || start >= item.endNs || start == end) return;
      m_children.push_back({~static_cast<uint64_t>(end), child.value});
    });
    const auto endsNoLater = [](const SortKey& a, const SortKey& b) { return b.key >= a.key; };
    if (std::adjacent_find(m_children.begin(), m_children.end(), endsNoLater) == m_children.end()) {
      std::reverse(m_children.begin(), m_children.end());  // one after another
    } else {
      sortKeys(m_children);
    }
  }

  // Growing to very many would cost more than counting them.
  void reserveChildren(NodeIndex node) {
    constexpr uint32_t kMany = 1 << 20;
    if (m_tree.subtreeEnd[node.value] - node.value < kMany) return;
    size_t children = 0;
    m_tree.forEachChild(node, [&](NodeIndex) { ++children; });
    m_children.reserve(children);
  }

  // The end of a child within the stretch. Over `now` by no more than clocks err, it still came before
  // `next`.
  int64_t endBefore(int64_t now, NodeIndex child, std::optional<NodeIndex> next, const Stretch& item) const {
    const int64_t end = std::min(m_tree.endNs[child.value], item.endNs);
    if (end <= now || !next) return end;
    // What a span that is missing did itself nobody knows; that its children ran is known.
    if (m_tree.isMissing(item.node)) return now;
    return end - now <= toleranceNs(m_tree, item.node, child, *next) ? now : end;
  }

  // Covers come by end descending; of overlapping ones each keeps what the earlier ones left.
  void addCover(int64_t start, int64_t end, NodeIndex child) {
    if (!m_covers.empty()) end = std::min(end, m_covers.back().startNs);
    if (start < end) m_covers.push_back({start, end, child});
  }

  // The span's own stretch, cut where a child beside the path runs.
  void pushOwn(NodeIndex node, int64_t start, int64_t now, const OwnTime& own) {
    if (start >= now) return;
    if (own.kind == SegmentKind::Self) {
      while (m_firstCover < m_covers.size() && m_covers[m_firstCover].startNs >= now) ++m_firstCover;
      for (size_t i = m_firstCover; i < m_covers.size() && m_covers[i].endNs > start; ++i) {
        const int64_t from = std::max(m_covers[i].startNs, start), to = std::min(m_covers[i].endNs, now);
        if (to < now) pushSegment(node, now, SegmentKind::Self, {});
        pushSegment(node, to, SegmentKind::SelfConcurrent, m_covers[i].child);
        now = from;
      }
    }
    if (start < now) pushSegment(node, now, own.kind, own.other);
  }

  const TraceTree& m_tree;
  PathSegments m_segments;
  LargeColumn<Item> m_stack;
  LargeColumn<NodeIndex> m_others;  // of finished ones in m_stack, in their order
  // Of the span being divided; kept to save allocations.
  LargeColumn<SortKey> m_children;
  std::vector<Cover> m_covers;
  size_t m_firstCover = 0;  // earlier ones lie wholly after `now`
};

}  // namespace

PathSegments pathBelow(const TraceTree& tree, NodeIndex top) { return PathWalk(tree).from(top); }

SegmentKind ownTimeKind(const TraceTree& tree, NodeIndex node) { return ownTimeOf(tree, node).kind; }

CriticalPath criticalPathOf(const TraceTree& tree, PathSegments segments) {
  CriticalPath path;
  path.segments = std::move(segments);
  path.selfNs.times = path.totalNs.times = std::make_shared<const PathTimes>(tree, path.segments);
  return path;
}

CriticalPath criticalPath(const TraceTree& tree) {
  if (tree.size() == 0) return {};
  return criticalPathOf(tree, PathWalk(tree).from(tree.primaryRoot));
}

}  // namespace waybill::analysis
