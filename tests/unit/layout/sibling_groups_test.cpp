// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/sibling_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "layout/gantt_rows.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::OperationKey;
using analysis::TraceTree;
using test::kNoParent;
using test::TreeSpan;

// Of the spans below the root in their order in time: the letters say which operation each is of.
struct Siblings {
  TraceTree tree;
  std::vector<OperationKey> operations{{'r'}};

  explicit Siblings(std::string_view letters, int64_t durationNs = 5) : tree(treeOf(letters, durationNs)) {
    for (const char letter : letters) operations.push_back({static_cast<uint64_t>(letter)});
  }
  static TraceTree treeOf(std::string_view letters, int64_t durationNs) {
    std::vector<TreeSpan> spans{{kNoParent, 0, 10'000}};
    for (size_t i = 0; i < letters.size(); ++i) {
      const auto start = static_cast<int64_t>(i) * 10;
      spans.push_back({0, start, start + durationNs, 1, letters[i] == 'x'});
    }
    return test::treeOf(spans);
  }
};

// "r [a a a] b": every place in order, headers with their members in brackets.
std::string placesOf(const SiblingGroups& groups, const std::vector<OperationKey>& operations) {
  std::string out;
  for (uint32_t place = 0; place < groups.placeCount(); ++place) {
    if (!out.empty()) out += ' ';
    if (groups.headerAt(place)) {
      out += '[';
      continue;
    }
    out += static_cast<char>(operations[groups.nodeAt(place).value].value);
    const auto group = groups.around(place);
    if (group && groups.endOf(groups[*group].place) == place + 1) out += ']';
  }
  return out;
}

std::string placesOf(std::string_view letters) {
  const Siblings siblings(letters);
  return placesOf(SiblingGroups(siblings.tree, siblings.operations), siblings.operations);
}

TEST(SiblingGroups, EightOfOneOperationAreAGroup) {
  EXPECT_EQ(placesOf("bbbaaaaaaaac"), "r b b b [ a a a a a a a a] c");
}

TEST(SiblingGroups, SevenAreNot) {
  const Siblings siblings("aaaaaaab");
  const SiblingGroups groups(siblings.tree, siblings.operations);
  EXPECT_EQ(groups.size(), 0U);
}

TEST(SiblingGroups, MembersNeedNotBeNeighboursAndStandWhereTheFirstStood) {
  EXPECT_EQ(placesOf("cabababababababad"), "r c [ a a a a a a a a] b b b b b b b d");
  EXPECT_EQ(placesOf("abababababababab"), "r [ a a a a a a a a] [ b b b b b b b b]");
}

TEST(SiblingGroups, SumAndPercentileAndLongestAndErrorsAreOfAllMembers) {
  std::vector<TreeSpan> spans{{kNoParent, 0, 100'000}};
  for (int64_t i = 0; i < 100; ++i) spans.push_back({0, i * 1000, i * 1000 + 1 + (i * 37) % 100, 1, i % 10 == 0});
  const TraceTree tree = test::treeOf(spans);
  std::vector<OperationKey> operations(tree.size(), OperationKey{7});
  const SiblingGroups groups(tree, operations);
  ASSERT_EQ(groups.size(), 1U);
  const SiblingGroup& group = groups[GroupIndex(0)];
  EXPECT_EQ(group.count, 100U);
  EXPECT_EQ(group.sumNs, 5050);
  EXPECT_EQ(group.p95Ns, 95);
  EXPECT_EQ(tree.durationNs(group.longest), 100);
  EXPECT_EQ(groups.errors(GroupIndex(0), 0, 100), 10U);
  EXPECT_EQ(groups.errors(GroupIndex(0), 1, 11), 1U);
}

TEST(SiblingGroups, SmallSubtreesOfOneShapeAreMembersWithAllThatIsBelow) {
  std::vector<TreeSpan> spans{{kNoParent, 0, 10'000}};
  std::vector<uint64_t> letters{'r'};
  for (int i = 0; i < 9; ++i) {
    spans.push_back({0, i * 100, i * 100 + 90});
    spans.push_back({static_cast<uint32_t>(spans.size() - 1), i * 100 + 10, i * 100 + 50});
    letters.insert(letters.end(), {'a', i == 4 ? uint64_t{'z'} : uint64_t{'s'}});  // one calls something else
  }
  const TraceTree tree = test::treeOf(spans);
  std::vector<OperationKey> operations;
  for (uint32_t node = 0; node < tree.size(); ++node) operations.push_back({letters[tree.row[node].value]});
  const SiblingGroups groups(tree, operations);
  EXPECT_EQ(placesOf(groups, operations), "r [ a s a s a s a s a s a s a s a s] a z");
  EXPECT_EQ(groups.memberSize(GroupIndex(0)), 2U);
  EXPECT_EQ(tree.startNs[groups.member(GroupIndex(0), 4).value], 500);
  const RowOrder order(tree, &groups);
  EXPECT_EQ(order.depthAt(1), 1U);  // the header
  EXPECT_EQ(order.depthAt(2), 2U);
  EXPECT_EQ(order.depthAt(3), 3U);
  EXPECT_EQ(order.parentOf(2), std::optional(1U));
  EXPECT_EQ(order.parentOf(3), std::optional(2U));
  EXPECT_EQ(order.parentOf(1), std::optional(0U));
}

TEST(SiblingGroups, AMemberTooLargeToLookAlikeStandsForItself) {
  std::vector<TreeSpan> spans{{kNoParent, 0, 10'000}};
  for (int i = 0; i < 20; ++i) {
    spans.push_back({0, i * 100, i * 100 + 90});
    const auto parent = static_cast<uint32_t>(spans.size() - 1);
    for (uint32_t k = 0; k < SiblingGroups::kLargestMember; ++k) spans.push_back({parent, i * 100 + k, i * 100 + k + 1});
  }
  const TraceTree tree = test::treeOf(spans);
  std::vector<OperationKey> operations(tree.size(), OperationKey{7});
  const SiblingGroups groups(tree, operations);
  EXPECT_EQ(groups.size(), 20U);  // of the eight below each
  for (uint32_t i = 0; i < groups.size(); ++i) EXPECT_EQ(groups[GroupIndex(i)].count, 8U);
}

TEST(SiblingGroups, WithoutOperationsThereAreNone) {
  const Siblings siblings("aaaaaaaaaaaa");
  EXPECT_EQ(SiblingGroups(siblings.tree, {}).size(), 0U);
  const TraceTree none;
  EXPECT_EQ(SiblingGroups(none, {}).size(), 0U);
}

// Few operations, so that there are many groups.
std::vector<OperationKey> someOperations(const TraceTree& tree, uint64_t seed) {
  test::Random random(seed);
  std::vector<OperationKey> out(tree.size());
  for (OperationKey& key : out) key.value = 1 + random.below(2 + random.below(3));
  return out;
}

std::vector<TraceTree> treesWithManySiblings() {
  std::vector<TraceTree> out;
  out.push_back(test::wideSerial(3'000, 10, 5));
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    test::Random random(seed);
    std::vector<TreeSpan> spans{{kNoParent, 0, 1'000'000}};
    while (spans.size() < 3'000) {
      const auto size = static_cast<uint32_t>(spans.size());
      const uint32_t parent = random.chance(0.8) ? random.below(1 + size / 40) : random.below(size);
      const int64_t start = spans[parent].startNs + random.below(1'000);
      spans.push_back({parent, start, start + random.below(300), 1, random.chance(0.05)});
    }
    out.push_back(test::treeOf(spans));
  }
  return out;
}

TEST(SiblingGroups, EverySpanHasOnePlaceAndWhatIsBelowItFollowsIt) {
  for (const TraceTree& tree : treesWithManySiblings()) {
    const std::vector<OperationKey> operations = someOperations(tree, tree.size());
    const SiblingGroups groups(tree, operations);
    ASSERT_GT(groups.size(), 0U);
    const RowOrder order(tree, &groups);
    for (uint32_t node = 0; node < tree.size(); ++node) {
      const uint32_t place = groups.placeOf(NodeIndex(node));
      ASSERT_EQ(groups.nodeAt(place).value, node);
      ASSERT_FALSE(groups.headerAt(place));
      const auto parent = order.parentOf(place);
      ASSERT_EQ(parent.has_value(), tree.parent[node] != TraceTree::kNone);
      if (!parent) continue;
      ASSERT_LT(*parent, place);
      ASSERT_LE(groups.endOf(place), groups.endOf(*parent));
      ASSERT_EQ(order.depthAt(place), order.depthAt(*parent) + 1);
    }
    ASSERT_EQ(groups.endOf(0), groups.placeCount());
  }
}

TEST(SiblingGroups, AGroupHoldsAllThatAreAlikeAndNothingElse) {
  for (const TraceTree& tree : treesWithManySiblings()) {
    const std::vector<OperationKey> operations = someOperations(tree, 3);
    const SiblingGroups groups(tree, operations);
    std::map<std::pair<uint32_t, std::vector<uint64_t>>, std::vector<uint32_t>> expected;
    for (uint32_t node = 0; node < tree.size(); ++node) {
      const uint32_t size = tree.subtreeEnd[node] - node;
      if (tree.parent[node] == TraceTree::kNone || size > SiblingGroups::kLargestMember) continue;
      std::vector<uint64_t> shape;
      for (uint32_t below = node; below < node + size; ++below) {
        shape.push_back(operations[below].value);
        shape.push_back(tree.depth[below] - tree.depth[node]);
      }
      expected[{tree.parent[node], shape}].push_back(node);
    }
    std::erase_if(expected, [](const auto& group) { return group.second.size() < SiblingGroups::kFewest; });
    std::map<uint32_t, std::vector<uint32_t>> byFirst;
    for (auto& [key, members] : expected) byFirst[members.front()] = members;
    ASSERT_EQ(groups.size(), expected.size());
    for (uint32_t g = 0; g < groups.size(); ++g) {
      const GroupIndex group(g);
      std::vector<uint32_t> members;
      for (uint32_t i = 0; i < groups[group].count; ++i) {
        const NodeIndex member = groups.member(group, i);
        members.push_back(member.value);
        ASSERT_EQ(groups.around(groups.placeOf(member)), std::optional(group));
      }
      ASSERT_EQ(members, byFirst[members.front()]);
      ASSERT_EQ(groups.headerAt(groups[group].place), std::optional(group));
    }
  }
}

// Which places have rows, by looking at each.
std::vector<uint32_t> shownPlaces(const GanttRows& rows) {
  std::vector<uint32_t> out;
  for (uint32_t place = 0; place < rows.order().size(); place = rows.nextPlace(place)) out.push_back(place);
  return out;
}

void expectRowsAgree(const GanttRows& rows, const TraceTree& tree) {
  const std::vector<uint32_t> shown = shownPlaces(rows);
  ASSERT_EQ(rows.rowCount(), shown.size());
  for (uint32_t row = 0; row < shown.size(); ++row) ASSERT_EQ(rows.placeAt(row), shown[row]);
  for (uint32_t node = 0; node < tree.size(); ++node) {
    const uint32_t place = rows.order().placeOf(NodeIndex(node));
    const auto after = std::upper_bound(shown.begin(), shown.end(), place);
    const auto row = static_cast<uint32_t>(after - shown.begin() - 1);
    ASSERT_EQ(rows.rowShowing(NodeIndex(node)), row);
    ASSERT_EQ(rows.rowOf(NodeIndex(node)), shown[row] == place ? std::optional(row) : std::nullopt);
  }
}

TEST(GanttRows, GroupsAreFoldedAtFirstAndOpenAndCloseLikeSpans) {
  const Siblings siblings("babababababababac");
  const SiblingGroups groups(siblings.tree, siblings.operations);
  GanttRows rows(siblings.tree, &groups);
  // r, [b ×8], [a ×8], c
  EXPECT_EQ(rows.rowCount(), 4U);
  EXPECT_EQ(rows.groupAt(1), std::optional(GroupIndex(0)));
  EXPECT_EQ(rows.groupAt(3), std::nullopt);
  EXPECT_TRUE(rows.isFolded(GroupIndex(1)));
  rows.setFolded(GroupIndex(1), false);
  EXPECT_EQ(rows.rowCount(), 12U);
  EXPECT_EQ(rows.rowOf(GroupIndex(1)), std::optional(2U));
  EXPECT_EQ(rows.nodeAt(3), groups.member(GroupIndex(1), 0));
  rows.setCollapsed(NodeIndex(0), true);
  EXPECT_EQ(rows.rowCount(), 1U);
  EXPECT_EQ(rows.rowOf(GroupIndex(1)), std::nullopt);
  rows.expandAll();
  EXPECT_EQ(rows.rowCount(), 20U);
  rows.collapseBelow(1);
  EXPECT_EQ(rows.rowCount(), 4U);
}

TEST(GanttRows, AMemberOfAFoldedGroupIsShownByTheGroupAndNothingOpens) {
  const Siblings siblings("aaaaaaaab");
  const SiblingGroups groups(siblings.tree, siblings.operations);
  GanttRows rows(siblings.tree, &groups);
  rows.setCollapsed(NodeIndex(0), true);
  rows.reveal(groups.member(GroupIndex(0), 5));
  EXPECT_EQ(rows.rowCount(), 3U);
  EXPECT_EQ(rows.rowShowing(groups.member(GroupIndex(0), 5)), 1U);
  EXPECT_TRUE(rows.isFolded(GroupIndex(0)));
}

TEST(GanttRows, AnyFoldingWithGroupsAgreesWithLookingAtEveryPlace) {
  for (const TraceTree& tree : treesWithManySiblings()) {
    const std::vector<OperationKey> operations = someOperations(tree, 5);
    const SiblingGroups groups(tree, operations);
    GanttRows rows(tree, &groups);
    expectRowsAgree(rows, tree);
    test::Random random(tree.size());
    for (int step = 0; step < 60; ++step) {
      const uint32_t dice = random.below(20);
      if (dice == 0) {
        rows.collapseBelow(random.below(5));
      } else if (dice == 1) {
        rows.expandAll();
      } else if (dice < 5) {
        rows.reveal(NodeIndex(random.below(tree.size())));
      } else if (dice < 12) {
        rows.setFolded(GroupIndex(random.below(groups.size())), random.chance(0.5));
      } else {
        rows.setClosed(random.below(1 + (rows.order().size() - 1) / (1U << random.below(10))), random.chance(0.6));
      }
      ASSERT_NO_FATAL_FAILURE(expectRowsAgree(rows, tree));
    }
  }
}

}  // namespace
}  // namespace waybill::layout
