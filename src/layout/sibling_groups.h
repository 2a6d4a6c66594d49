// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/operations.h"
#include "analysis/trace_tree.h"
#include "base/rank_bits.h"

namespace waybill::layout {

using GroupIndex = Index<struct SiblingGroupTag>;

// Siblings of one operation that share a row of the timeline: "×412 SELECT … sum 1.9 s, p95 6 ms".
struct SiblingGroup {
  int64_t sumNs = 0;            // of the members' durations; stops at the largest number
  int64_t p95Ns = 0;            // 95 % of the members last so long or less (nearest rank)
  uint32_t place = 0;           // of its header row; the members with what is below them follow it
  uint32_t count = 0;           // members
  analysis::NodeIndex longest;  // member; the first of equals
  uint32_t samples = 0;         // where those of this group begin
};

// Which siblings are folded into a row of their own, and the order of rows that this needs: children of one span that
// are of one operation and alike, each with at most kLargestMember spans of the same operations at the same depths,
// at least kFewest of them, in whatever order they come. The order is the preorder of the tree, but that all members of
// a group stand together where the first of them stood, below a header that is no span. Groups never lie within each
// other: a member is too small to hold one.
//
// A place is a position in that order: one for each span and one for each header. Places and nodes are turned into each
// other in O(1): the order is kept as the runs of the preorder that it is made of, as distances. Built in O(n log n) at
// most; kept are 1.3 bytes a span, 2.3 to 6.3 a member, and 8 for each run; nothing when there is no group: then
// places must not be asked for, see RowOrder. Immutable, any thread; the tree must outlive it.
class SiblingGroups {
 public:
  static constexpr uint32_t kFewest = 8;
  static constexpr uint32_t kLargestMember = 8;  // spans
  static constexpr uint32_t kMostKinds = 65'536;  // of children of one span that are looked at

  // By node: what siblings are told apart by, as of TraceOperations::step. Worker thread.
  SiblingGroups(const analysis::TraceTree& tree, std::span<const analysis::OperationKey> operations);
  // For isOnPath(); before anybody else sees it.
  void markPath(const analysis::CriticalPath& path);

  uint32_t size() const { return static_cast<uint32_t>(m_groups.size()); }
  const SiblingGroup& operator[](GroupIndex group) const { return m_groups[group.value]; }

  uint32_t placeCount() const { return m_tree.size() + size(); }
  // At a header: the first member.
  analysis::NodeIndex nodeAt(uint32_t place) const {
    return analysis::NodeIndex(place + m_toNode[m_placeRuns.rank(place + 1) - 1]);
  }
  uint32_t placeOf(analysis::NodeIndex node) const {
    return node.value + m_toPlace[m_nodeRuns.rank(node.value + 1) - 1];
  }
  // One past the last place of what is below.
  uint32_t endOf(uint32_t place) const;
  std::optional<GroupIndex> headerAt(uint32_t place) const;
  // The group of a member, or of a span below one.
  std::optional<GroupIndex> around(uint32_t place) const;

  // Members by start.
  analysis::NodeIndex member(GroupIndex group, uint32_t i) const {
    return nodeAt(m_groups[group.value].place + 1 + i * memberSize(group));
  }
  uint32_t memberSize(GroupIndex group) const;  // spans
  // Whether the members stand side by side in the tree too: member i is then i · memberSize after the first.
  bool isRun(GroupIndex group) const;
  bool isOnPath(GroupIndex group) const { return m_isOnPath[group.value]; }  // the critical path visits a member
  // How many spans with an error are in members [begin, end).
  uint32_t errors(GroupIndex group, uint32_t begin, uint32_t end) const;

  // Before every kSampled-th member, from the second such on: when it starts, and the latest end of all before it. And
  // the same at coarser levels: level k is of every kSampled^(k + 1)-th member.
  struct Sample {
    int64_t startNs = 0, coveredUntilNs = 0;
  };
  static constexpr uint32_t kSampled = 8;
  static constexpr uint32_t strideOf(uint32_t level) { return 1U << (3 * (level + 1)); }
  static constexpr uint32_t kMostLevels = 9;  // 8^10 members are more than there can be
  std::span<const Sample> samples(GroupIndex group, uint32_t level) const;

 private:
  class Builder;
  void sumUp(SiblingGroup& group, std::vector<int64_t>& durations);

  const analysis::TraceTree& m_tree;
  std::vector<SiblingGroup> m_groups;   // by place
  std::vector<bool> m_isOnPath;
  std::vector<Sample> m_samples;
  RankBits m_headers;                   // by place
  RankBits m_placeRuns, m_nodeRuns;     // where runs begin
  std::vector<uint32_t> m_toNode;       // by run in order of places: what to add; wraps around
  std::vector<uint32_t> m_toPlace;      // by run in order of nodes
  RankBits m_parents;                   // by node: it has groups
  std::vector<uint32_t> m_groupsBefore; // by such node, and the end: how many groups those before have
  RankBits m_errors;                    // by place
};

}  // namespace waybill::layout
