// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The order of rows with groups, against one that is written down span by span.
#include <gtest/gtest.h>

#include <map>

#include "layout/sibling_groups.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::OperationKey;
using analysis::TraceTree;
using test::kNoParent;
using test::TreeSpan;

struct Trace {
  TraceTree tree;
  std::vector<OperationKey> operations;  // by node
};

// Below a few spans, some of them below each other, siblings of some kinds in any order, each with what is below it:
// up to nine spans, so that those of some kinds are too large for a group. Kinds that come seven times are none.
class Writer {
 public:
  explicit Writer(uint64_t seed) : m_random(seed) {
    add(kNoParent, 0);
    for (uint32_t parents = 1 + m_random.below(8); parents > 0; --parents) {
      const uint32_t parent = m_random.below(static_cast<uint32_t>(m_spans.size()));
      addSiblings(add(parent, 1), 1 + m_random.below(m_random.chance(0.2) ? 90 : 6));
    }
  }

  Trace trace() const {
    Trace out{test::treeOf(m_spans), {}};
    for (uint32_t node = 0; node < out.tree.size(); ++node)
      out.operations.push_back({m_operations[out.tree.row[node].value]});
    return out;
  }

 private:
  uint32_t add(uint32_t parent, uint64_t operation) {
    const int64_t from = parent == kNoParent ? 0 : m_spans[parent].startNs;
    const int64_t start = from + m_random.below(1'000'000);
    m_spans.push_back({parent, start, start + m_random.below(5'000), 1, m_random.chance(0.1)});
    m_operations.push_back(operation);
    return static_cast<uint32_t>(m_spans.size() - 1);
  }

  void addSiblings(uint32_t parent, uint32_t kinds) {
    struct Kind {
      uint32_t spans, count;
    };
    std::vector<Kind> left;
    for (uint32_t i = 0; i < kinds; ++i) left.push_back({1 + m_random.below(9), 6 + m_random.below(60)});
    for (uint32_t open = kinds; open > 0;) {
      const uint32_t kind = m_random.below(kinds);
      if (left[kind].count == 0) continue;
      if (--left[kind].count == 0) --open;
      uint32_t above = add(parent, 10 + kind);
      for (uint32_t i = 1; i < left[kind].spans; ++i) {
        const uint32_t below = add(above, 10 + kind);
        if (kind % 2 == 0) above = below;  // deep, or wide
      }
    }
  }

  test::Random m_random;
  std::vector<TreeSpan> m_spans;
  std::vector<uint64_t> m_operations;
};

struct Place {
  uint32_t node = 0;
  bool isHeader = false;
  uint32_t end = 0;        // behind what is below
  uint32_t group = 0;      // 1 + the group it is the header of, or below
};

class NaiveOrder {
 public:
  explicit NaiveOrder(const Trace& trace) : m_tree(trace.tree), m_operations(trace.operations) { addSpan(0, 0); }

  const std::vector<Place>& places() const { return m_places; }
  uint32_t groups() const { return m_groups; }

 private:
  using Shape = std::vector<std::pair<uint64_t, uint32_t>>;

  Shape shapeOf(uint32_t node) const {
    Shape out;
    for (uint32_t below = node; below < m_tree.subtreeEnd[node]; ++below)
      out.emplace_back(m_operations[below].value, m_tree.depth[below] - m_tree.depth[node]);
    return out;
  }

  void addSpan(uint32_t node, uint32_t group) {
    const size_t at = m_places.size();
    m_places.push_back({node, false, 0, group});
    std::map<Shape, std::vector<uint32_t>> alike;
    for (uint32_t child = node + 1; child < m_tree.subtreeEnd[node]; child = m_tree.subtreeEnd[child])
      alike[shapeOf(child)].push_back(child);
    for (uint32_t child = node + 1; child < m_tree.subtreeEnd[node]; child = m_tree.subtreeEnd[child]) {
      const std::vector<uint32_t>& members = alike[shapeOf(child)];
      const bool isGroup = members.size() >= SiblingGroups::kFewest &&
                           m_tree.subtreeEnd[child] - child <= SiblingGroups::kLargestMember;
      if (!isGroup) addSpan(child, group);
      if (isGroup && members.front() == child) addGroup(members);
    }
    m_places[at].end = static_cast<uint32_t>(m_places.size());
  }

  void addGroup(const std::vector<uint32_t>& members) {
    const size_t at = m_places.size();
    m_places.push_back({members.front(), true, 0, ++m_groups});
    const uint32_t group = m_groups;
    for (const uint32_t member : members) addSpan(member, group);
    m_places[at].end = static_cast<uint32_t>(m_places.size());
  }

  const TraceTree& m_tree;
  const std::vector<OperationKey>& m_operations;
  std::vector<Place> m_places;
  uint32_t m_groups = 0;
};

void expectOrder(const Trace& trace) {
  const NaiveOrder naive(trace);
  const SiblingGroups groups(trace.tree, trace.operations);
  ASSERT_EQ(groups.size(), naive.groups());
  if (groups.size() == 0) return;
  ASSERT_EQ(groups.placeCount(), naive.places().size());
  std::vector<uint32_t> errors(groups.size(), 0);
  for (uint32_t place = 0; place < groups.placeCount(); ++place) {
    const Place& expected = naive.places()[place];
    ASSERT_EQ(groups.nodeAt(place).value, expected.node) << place;
    ASSERT_EQ(groups.endOf(place), expected.end) << place;
    const auto group = expected.group > 0 ? std::optional(GroupIndex(expected.group - 1)) : std::nullopt;
    ASSERT_EQ(groups.headerAt(place), expected.isHeader ? group : std::nullopt) << place;
    ASSERT_EQ(groups.around(place), expected.isHeader ? std::nullopt : group) << place;
    if (expected.isHeader) continue;
    ASSERT_EQ(groups.placeOf(NodeIndex(expected.node)), place);
    if (group && trace.tree.has(NodeIndex(expected.node), analysis::NodeBits::kError)) ++errors[group->value];
  }
  for (uint32_t i = 0; i < groups.size(); ++i) {
    const GroupIndex group(i);
    const uint32_t count = groups[group].count, size = groups.memberSize(group), header = groups[group].place;
    ASSERT_EQ(groups.errors(group, 0, count), errors[i]);
    bool isRun = true;
    for (uint32_t member = 0; member < count; ++member) {
      const uint32_t node = naive.places()[header + 1 + member * size].node;
      ASSERT_EQ(groups.member(group, member).value, node);
      isRun = isRun && node == naive.places()[header].node + member * size;
    }
    ASSERT_EQ(groups.isRun(group), isRun);
  }
}

TEST(SiblingGroups, StandInTheOrderThatIsWrittenDownSpanBySpan) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    ASSERT_NO_FATAL_FAILURE(expectOrder(Writer(seed).trace()));
  }
}

TEST(SiblingGroups, OfManyKindsThatInterleaveStandInOrderToo) {
  test::Random random(4);
  Trace trace;
  std::vector<TreeSpan> spans{{kNoParent, 0, 100'000}};
  for (int64_t i = 0; i < 20'000; ++i) spans.push_back({0, i, i + 1});
  trace.tree = test::treeOf(spans);
  for (uint32_t node = 0; node < trace.tree.size(); ++node) trace.operations.push_back({random.below(1'500)});
  ASSERT_NO_FATAL_FAILURE(expectOrder(trace));
}

}  // namespace
}  // namespace waybill::layout
