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
#include "base/ascending_numbers.h"
#include "base/rank_bits.h"
#include "base/select_bits.h"
#include "base/sorted_order.h"

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
// A place is a position in that order: one for each span and one for each header. Kept is which spans belong to a group,
// and of those the order by group, there (SortedOrder) and back (AscendingNumbers), with as many keys as groups are open
// at once from their first member to their last: 12 groups that interleave below one span are 4 keys' bits a span, and
// 6 bits back. A place is turned into a node in O(1), a node into a place in O(log groups). Built in
// O(n + members · log keys), and a selection a group; kept are 0.3 bytes a span, 0.8 to 2 a span in a group, and 1.1 a
// member; nothing when there is no group: then places must not be asked for, see RowOrder. Immutable, any thread; the tree must outlive it.
class SiblingGroups {
 private:
  struct Order;

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
  analysis::NodeIndex nodeAt(uint32_t place) const;  // at a header: the first member
  uint32_t placeOf(analysis::NodeIndex node) const;
  // One past the last place of what is below.
  uint32_t endOf(uint32_t place) const;
  std::optional<GroupIndex> headerAt(uint32_t place) const;
  // The group of a member, or of a span below one.
  std::optional<GroupIndex> around(uint32_t place) const;
  std::optional<GroupIndex> groupOf(analysis::NodeIndex node) const;  // the same

  // Members by start.
  analysis::NodeIndex member(GroupIndex group, uint32_t i) const {
    const Order& order = m_orders[group.value];
    return nodeOf(order, m_nodes[order.begin + i * order.size]);
  }
  uint32_t memberSize(GroupIndex group) const { return m_orders[group.value].size; }  // spans
  // Whether the members stand side by side in the tree too: member i is then i · memberSize after the first.
  bool isRun(GroupIndex group) const;
  bool isOnPath(GroupIndex group) const { return m_isOnPath[group.value]; }  // the critical path visits a member
  // How many spans with an error are in members [begin, end); in those before a member and in all groups before, to be
  // compared.
  uint32_t errors(GroupIndex group, uint32_t begin, uint32_t end) const {
    return errorsBefore(group, end) - errorsBefore(group, begin);
  }
  uint32_t errorsBefore(GroupIndex group, uint32_t member) const {
    const Order& order = m_orders[group.value];
    return m_errors.rank(order.begin + member * order.size);
  }

  // Finds members of one group; one after another faster than in any order. A value; the groups must outlive it.
  class MemberFinder {
   public:
    MemberFinder(const SiblingGroups& groups, GroupIndex group)
        : m_groups(&groups), m_order(&groups.m_orders[group.value]), m_at(groups.m_nodes.position(m_order->begin)) {}
    analysis::NodeIndex operator()(uint32_t i) {
      const uint32_t wanted = m_order->begin + i * m_order->size;
      if (wanted - m_at.i > kLargestMember) m_at = m_groups->m_nodes.position(wanted);
      while (m_at.i < wanted) m_at = m_groups->m_nodes.after(m_at);
      return m_groups->nodeOf(*m_order, m_groups->m_nodes.numberAt(m_at));
    }

   private:
    const SiblingGroups* m_groups;
    const Order* m_order;
    AscendingNumbers::Position m_at;
  };

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

  // Where the spans of a group are found.
  struct Order {
    uint32_t size = 0;    // of a member, spans
    uint32_t begin = 0;   // of its spans in m_byGroup
    uint32_t before = 0;  // spans in groups whose headers stand before
    uint32_t key = 0;
  };
  // m_nodes ascends: it keeps nodes of different keys apart.
  uint64_t numberOf(const Order& order, uint32_t node) const { return uint64_t{order.key} * m_tree.size() + node; }
  analysis::NodeIndex nodeOf(const Order& order, uint64_t number) const {
    return analysis::NodeIndex(static_cast<uint32_t>(number - numberOf(order, 0)));
  }

  uint32_t groupAt(uint32_t at) const;
  uint32_t spansOf(uint32_t group) const { return m_groups[group].count * m_orders[group].size; }

  const analysis::TraceTree& m_tree;
  std::vector<SiblingGroup> m_groups;  // by place
  std::vector<Order> m_orders;         // likewise
  std::vector<bool> m_isOnPath;
  std::vector<Sample> m_samples;
  RankBits m_headers;                  // by place
  SelectBits m_inGroups;               // by node: it is in a group. What follows is of such spans only
  SortedOrder m_byGroup;               // the spans of a group stand together, in their order
  AscendingNumbers m_nodes;            // by order there
  std::vector<uint32_t> m_groupsByBegin;  // the groups as they stand there
  RankBits m_firsts;                   // by order in the tree: it is the first of a group
  RankBits m_errors;                   // by order in m_byGroup
};

}  // namespace waybill::layout
