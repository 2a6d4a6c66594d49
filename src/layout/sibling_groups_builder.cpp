// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

#include "layout/sibling_groups.h"

namespace waybill::layout {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

// Finds the groups parent by parent, then walks the tree in their order.
class SiblingGroups::Builder {
 public:
  Builder(SiblingGroups& out, std::span<const analysis::OperationKey> operations)
      : m_out(out), m_tree(out.m_tree), m_operations(operations), m_isMember(out.m_tree.size() / 64 + 1) {}

  void build() {
    findGroups();
    if (m_found.empty()) return;
    m_out.m_groups.resize(m_found.size());
    m_out.m_headers = RankBits(m_out.placeCount());
    m_out.m_placeRuns = RankBits(m_out.placeCount());
    m_out.m_nodeRuns = RankBits(m_tree.size());
    countByParent();
    walk();
    finish();
  }

 private:
  struct Found {
    uint32_t parent = 0;
    uint32_t begin = 0, count = 0;  // in m_members
  };
  // Children of one span that are alike.
  struct Kind {
    uint32_t count = 0;
    uint32_t next = 0;  // where the next member goes; while counting, nothing
  };
  struct Child {
    uint32_t node = 0, kind = kNoKind;
  };
  // Of the walk: nodes [begin, end), or a header with its members.
  struct Step {
    uint32_t begin = 0, end = 0;
    bool isGroup = false;
  };
  struct Run {
    uint32_t place = 0, node = 0;
    bool isHeader = false;
  };
  static constexpr uint32_t kNoKind = UINT32_MAX;

  void findGroups() {
    std::vector<uint8_t> children(m_tree.size(), 0);  // as far as it matters
    for (const uint32_t parent : m_tree.parent) {
      if (parent != TraceTree::kNone && children[parent] < kFewest) ++children[parent];
    }
    for (uint32_t node = 0; node < m_tree.size(); ++node) {
      if (children[node] == kFewest) findGroupsBelow(node);
    }
  }

  // What must be equal for two children to be alike: the operations of their subtrees, in preorder with their depths.
  uint64_t shapeOf(uint32_t child) const {
    uint64_t shape = m_operations[child].value;
    for (uint32_t node = child + 1; node < m_tree.subtreeEnd[child]; ++node) {
      shape = (shape ^ (m_tree.depth[node] - m_tree.depth[child])) * 0x9E3779B97F4A7C15;
      shape = (shape ^ (shape >> 29)) + m_operations[node].value;
    }
    return shape ^ (uint64_t{m_tree.subtreeEnd[child] - child} << 60);
  }

  void findGroupsBelow(uint32_t parent) {
    m_kindOf.clear();
    m_kinds.clear();
    m_children.clear();
    uint64_t lastShape = 0;
    uint32_t lastKind = kNoKind;
    bool any = false;
    for (uint32_t child = parent + 1; child < m_tree.subtreeEnd[parent]; child = m_tree.subtreeEnd[child]) {
      if (m_tree.subtreeEnd[child] - child > kLargestMember) continue;
      const uint64_t shape = shapeOf(child);
      if (lastKind == kNoKind || shape != lastShape) lastKind = kindOf(shape);
      lastShape = shape;
      if (lastKind == kNoKind) continue;
      any = ++m_kinds[lastKind].count >= kFewest || any;
      m_children.push_back({child, lastKind});
    }
    if (any) addGroups(parent);
  }

  uint32_t kindOf(uint64_t shape) {
    const auto known = m_kindOf.find(shape);
    if (known != m_kindOf.end()) return known->second;
    if (m_kinds.size() == kMostKinds) return kNoKind;
    const auto kind = static_cast<uint32_t>(m_kinds.size());
    m_kinds.emplace_back();
    m_kindOf.emplace(shape, kind);
    return kind;
  }

  void addGroups(uint32_t parent) {
    for (Kind& kind : m_kinds) {  // in order of their first members
      if (kind.count < kFewest) continue;
      kind.next = static_cast<uint32_t>(m_members.size());
      m_found.push_back({parent, kind.next, kind.count});
      m_members.resize(m_members.size() + kind.count);
    }
    for (const Child& child : m_children) {
      Kind& kind = m_kinds[child.kind];
      if (kind.count < kFewest) continue;
      m_members[kind.next++] = child.node;
      m_isMember[child.node / 64] |= uint64_t{1} << (child.node % 64);
    }
  }

  void countByParent() {
    m_out.m_parents = RankBits(m_tree.size());
    for (const Found& group : m_found) m_out.m_parents.set(group.parent);
    m_out.m_parents.count();
    for (uint32_t i = 0; i < m_found.size(); ++i) {
      if (i == 0 || m_found[i].parent != m_found[i - 1].parent) m_out.m_groupsBefore.push_back(i);
    }
    m_out.m_groupsBefore.push_back(static_cast<uint32_t>(m_found.size()));
  }

  void walk() {
    std::vector<Step> todo{{0, m_tree.size()}};
    while (!todo.empty()) {
      const Step step = todo.back();
      todo.pop_back();
      if (step.isGroup) {
        addGroup(m_found[step.begin]);
        continue;
      }
      const auto at = std::lower_bound(m_found.begin(), m_found.end(), step.begin,
                                       [](const Found& group, uint32_t node) { return group.parent < node; });
      if (at == m_found.end() || at->parent >= step.end) {
        addRun(step.begin, step.end);
        continue;
      }
      addRun(step.begin, at->parent + 1);
      if (m_tree.subtreeEnd[at->parent] < step.end) todo.push_back({m_tree.subtreeEnd[at->parent], step.end});
      const size_t from = todo.size();
      addChildren(static_cast<uint32_t>(at - m_found.begin()), todo);
      std::reverse(todo.begin() + static_cast<std::ptrdiff_t>(from), todo.end());
    }
  }

  // The children of a span with groups, in their new order; `group` is the first of them.
  void addChildren(uint32_t group, std::vector<Step>& todo) const {
    const uint32_t parent = m_found[group].parent;
    const size_t from = todo.size();
    for (uint32_t child = parent + 1; child < m_tree.subtreeEnd[parent]; child = m_tree.subtreeEnd[child]) {
      const bool isFirst =
          group < m_found.size() && m_found[group].parent == parent && m_members[m_found[group].begin] == child;
      if (isFirst) {
        todo.push_back({group++, 0, true});
      } else if ((m_isMember[child / 64] >> (child % 64) & 1) == 0) {
        const bool goesOn = todo.size() > from && !todo.back().isGroup && todo.back().end == child;
        if (goesOn) {
          todo.back().end = m_tree.subtreeEnd[child];
        } else {
          todo.push_back({child, m_tree.subtreeEnd[child]});
        }
      }
    }
  }

  void addGroup(const Found& found) {
    SiblingGroup& group = m_out.m_groups[m_groupCount++];
    group.place = m_place;
    group.count = found.count;
    m_out.m_headers.set(m_place);
    beginRun(m_members[found.begin], true);
    ++m_place;
    for (uint32_t i = found.begin; i < found.begin + found.count; ++i) {
      addRun(m_members[i], m_tree.subtreeEnd[m_members[i]]);
    }
  }

  void addRun(uint32_t begin, uint32_t end) {
    const bool goesOn = !m_runs.empty() && !m_runs.back().isHeader && m_nodeEnd == begin;
    if (!goesOn) beginRun(begin, false);
    m_place += end - begin;
    m_nodeEnd = end;
  }

  void beginRun(uint32_t node, bool isHeader) {
    m_runs.push_back({m_place, node, isHeader});
    m_out.m_placeRuns.set(m_place);
    m_out.m_toNode.push_back(node - m_place);
    if (!isHeader) m_out.m_nodeRuns.set(node);
  }

  void finish() {
    m_out.m_headers.count();
    m_out.m_placeRuns.count();
    m_out.m_nodeRuns.count();
    m_out.m_toPlace.resize(m_runs.size() - m_found.size());
    for (const Run& run : m_runs) {
      if (!run.isHeader) m_out.m_toPlace[m_out.m_nodeRuns.rank(run.node)] = run.place - run.node;
    }
    m_out.m_errors = RankBits(m_out.placeCount(), [&](uint32_t place) {
      return !m_out.m_headers[place] && m_tree.has(m_out.nodeAt(place), NodeBits::kError);
    });
    std::vector<int64_t> durations;
    for (SiblingGroup& group : m_out.m_groups) m_out.sumUp(group, durations);
    m_out.m_samples.shrink_to_fit();
    m_out.m_toNode.shrink_to_fit();
    m_out.m_groupsBefore.shrink_to_fit();
  }

  SiblingGroups& m_out;
  const TraceTree& m_tree;
  std::span<const analysis::OperationKey> m_operations;
  std::vector<uint64_t> m_isMember;  // a bit a node
  std::vector<Found> m_found;        // by parent, then by first member
  std::vector<uint32_t> m_members;   // of one group after another
  std::vector<Run> m_runs;           // in order of places
  uint32_t m_place = 0, m_nodeEnd = 0, m_groupCount = 0;
  // Of the parent at hand.
  absl::flat_hash_map<uint64_t, uint32_t> m_kindOf;
  std::vector<Kind> m_kinds;
  std::vector<Child> m_children;
};

SiblingGroups::SiblingGroups(const TraceTree& tree, std::span<const analysis::OperationKey> operations)
    : m_tree(tree) {
  if (operations.size() == tree.size()) Builder(*this, operations).build();
  m_isOnPath.resize(m_groups.size());
}

void SiblingGroups::markPath(const analysis::CriticalPath& path) {
  if (m_groups.empty()) return;
  for (const analysis::PathSegment& segment : path.segments) {
    if (const auto group = around(placeOf(segment.node))) m_isOnPath[group->value] = true;
  }
}

}  // namespace waybill::layout
