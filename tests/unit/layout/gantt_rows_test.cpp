// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/gantt_rows.h"

#include <gtest/gtest.h>

#include "layout/segment_order.h"
#include "support/generator_random.h"
#include "test_trees.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;

// Folding again, by looking at every span.
class SlowRows {
 public:
  explicit SlowRows(const TraceTree& tree) : m_tree(tree), m_collapsed(tree.size()) { list(); }

  void setCollapsed(uint32_t node, bool collapsed) {
    if (!m_tree.isLeaf(NodeIndex(node))) m_collapsed[node] = collapsed;
    list();
  }
  void collapseBelow(uint32_t depth) {
    for (uint32_t node = 0; node < m_tree.size(); ++node) {
      if (m_tree.depth[node] < depth) m_collapsed[node] = false;
      if (m_tree.depth[node] == depth) m_collapsed[node] = !m_tree.isLeaf(NodeIndex(node));
    }
    list();
  }
  void expandAll() {
    m_collapsed.assign(m_tree.size(), false);
    list();
  }
  void reveal(uint32_t node) {
    for (uint32_t at = m_tree.parent[node]; at != TraceTree::kNone; at = m_tree.parent[at]) m_collapsed[at] = false;
    list();
  }

  void expectSame(const GanttRows& rows) const {
    ASSERT_EQ(rows.rowCount(), m_rows.size());
    for (uint32_t row = 0; row < m_rows.size(); ++row) {
      ASSERT_EQ(rows.nodeAt(row).value, m_rows[row]);
      const uint32_t next = row + 1 < m_rows.size() ? m_rows[row + 1] : m_tree.size();
      ASSERT_EQ(rows.nextRow(NodeIndex(m_rows[row])).value, next);
    }
    uint32_t row = 0, lastShown = 0;
    for (uint32_t node = 0; node < m_tree.size(); ++node) {
      ASSERT_EQ(rows.isCollapsed(NodeIndex(node)), m_collapsed[node]);
      const bool shown = row < m_rows.size() && m_rows[row] == node;
      ASSERT_EQ(rows.rowOf(NodeIndex(node)), shown ? std::optional(row) : std::nullopt);
      if (shown) {
        lastShown = node;
        ++row;
      }
      ASSERT_EQ(rows.visibleAncestor(NodeIndex(node)).value, lastShown);
    }
  }

 private:
  void list() {
    m_rows.clear();
    for (uint32_t node = 0; node < m_tree.size();) {
      m_rows.push_back(node);
      node = m_collapsed[node] ? m_tree.subtreeEnd[node] : node + 1;
    }
  }

  const TraceTree& m_tree;
  std::vector<bool> m_collapsed;
  std::vector<uint32_t> m_rows;
};

void foldAtRandom(const TraceTree& tree, uint64_t seed, int steps) {
  test::Random random(seed);
  GanttRows rows(tree);
  SlowRows expected(tree);
  for (int step = 0; step < steps; ++step) {
    const uint32_t dice = random.below(20);
    // Near the root much is folded at once.
    const uint32_t node = random.below(1 + ((tree.size() - 1) >> random.below(14)));
    if (dice == 0) {
      const uint32_t depth = random.below(8);
      rows.collapseBelow(depth);
      expected.collapseBelow(depth);
    } else if (dice == 1 && random.chance(0.3)) {
      rows.expandAll();
      expected.expandAll();
    } else if (dice < 4) {
      rows.reveal(NodeIndex(node));
      expected.reveal(node);
    } else {
      rows.setCollapsed(NodeIndex(node), dice < 13);
      expected.setCollapsed(node, dice < 13);
    }
    expected.expectSame(rows);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(GanttRows, AnyFoldingOfTreesOfAnySizeAgreesWithLookingAtEverySpan) {
  for (const uint32_t size : {1U, 2U, 63U, 64U, 65U, 127U, 128U, 4095U, 4096U, 4097U, 20'000U}) {
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(std::to_string(size) + " spans, seed " + std::to_string(seed));
      foldAtRandom(test::randomTree(seed, size), seed, size > 4'000 ? 60 : 200);
    }
  }
  foldAtRandom(test::chain(9'000), 1, 60);
  foldAtRandom(test::wideSerial(9'000, 10, 5), 1, 60);
}

TEST(GanttRows, RevealTheEndOfADeepChainInWhichEverySpanIsCollapsed) {
  constexpr uint32_t kDepth = 200'000;
  const TraceTree tree = test::chain(kDepth);
  GanttRows rows(tree);
  for (uint32_t node = kDepth; node-- > 0;) rows.setCollapsed(NodeIndex(node), true);
  EXPECT_EQ(rows.rowCount(), 1U);
  rows.reveal(NodeIndex(kDepth - 1));
  EXPECT_EQ(rows.rowCount(), kDepth);
}

// From some places of the path, and times of it.
void expectOwn(const SegmentOrder& order, uint32_t node, const std::vector<uint32_t>& own) {
  if (own.empty()) return;
  const auto size = static_cast<uint32_t>(order.segments().size());
  const uint32_t step = 1 + size / 100;
  for (uint32_t at = own.front(); at <= size; at += step) {
    const auto next = std::lower_bound(own.begin(), own.end(), at);
    ASSERT_EQ(order.next(node, at), next == own.end() ? order.end() : *next);
    ASSERT_EQ(order.next(node, own.front(), at), at > own.front() ? own.front() : order.end());
    if (at > own.front()) {
      ASSERT_EQ(order.last(node, own.front(), at), *std::prev(next));
    }
  }
  for (uint32_t at = 0; at < size; at += step) {
    const int64_t ns = order.segments().endNs(at);
    const auto after =
        std::find_if(own.begin(), own.end(), [&](uint32_t i) { return order.segments().endNs(i) > ns; });
    ASSERT_EQ(order.firstEndingAfter(node, ns), after == own.end() ? order.end() : *after);
  }
}

TEST(SegmentOrder, KnowsTheSegmentsOfASpanAndOfASubtree) {
  const auto treeOf = [](uint32_t size, int shape) {
    return shape == 0 ? test::randomTree(size, size) : shape == 1 ? test::chain(size) : test::wideSerial(size, 10, 5);
  };
  for (const auto& [size, shape] : std::initializer_list<std::pair<uint32_t, int>>{
           {1, 0}, {50, 0}, {1'000, 0}, {9'000, 0}, {9'000, 1}, {9'000, 2}}) {
    const TraceTree tree = treeOf(size, shape);
    const analysis::CriticalPath path = test::pathThrough(tree);
    const SegmentOrder order(tree, path);
    for (uint32_t node = 0; node < tree.size(); ++node) {
      std::vector<uint32_t> own;
      std::optional<std::pair<uint32_t, uint32_t>> run;
      if (size > 1'000 && node % 97 != 0) continue;
      for (uint32_t i = 0; i < path.segments.size(); ++i) {
        const uint32_t at = path.segments[i].node.value;
        if (at == node) own.push_back(i);
        if (at >= node && at < tree.subtreeEnd[node]) run = {run ? run->first : i, i};
      }
      ASSERT_EQ(order.first(node), own.empty() ? order.end() : own.front());
      expectOwn(order, node, own);
      ASSERT_EQ(order.runOfSubtree(node), run);
    }
  }
}

}  // namespace
}  // namespace waybill::layout
