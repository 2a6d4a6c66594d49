// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <utility>

#include "analysis/saturating.h"
#include "layout/sibling_groups.h"
#include "layout/sibling_groups_finder.h"

namespace waybill::layout {

using analysis::NodeBits;
using analysis::NodeIndex;
using analysis::TraceTree;

// Places what was found, and sums it up.
class SiblingGroups::Builder {
 public:
  Builder(SiblingGroups& out, std::span<const analysis::OperationKey> operations)
      : m_out(out), m_tree(out.m_tree), m_finder(out.m_tree, operations), m_found(m_finder.groups()) {}

  void build() {
    if (m_found.empty()) return;
    numberGroups();
    setKeys();
    sortSpans();
    sumUpMembers();
    for (uint32_t group = 0; group < m_out.size(); ++group) addCoarserSamples(GroupIndex(group));
    setPercentiles();
  }

 private:
  // What is summed up while all members are walked over once, by node.
  struct Sum {
    uint32_t members = 0;
    int64_t longestNs = std::numeric_limits<int64_t>::min();
    int64_t coveredUntilNs = std::numeric_limits<int64_t>::min();
  };

  // In order of places, which is that of the first members; and room for all that is kept of each.
  void numberGroups() {
    std::vector<uint32_t> order(m_found.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return m_found[a].first < m_found[b].first; });
    m_numbers.resize(order.size());
    m_out.m_groups.resize(order.size());
    m_out.m_orders.resize(order.size());
    uint32_t before = 0, samples = 0;
    for (uint32_t group = 0; group < order.size(); ++group) {
      const SiblingGroupsFinder::Found& found = m_found[order[group]];
      m_numbers[order[group]] = group;
      m_out.m_groups[group].count = found.count;
      m_out.m_groups[group].samples = samples;
      m_out.m_groups[group].longest = NodeIndex(found.first);
      m_out.m_orders[group].size = found.size;
      m_out.m_orders[group].before = before;
      before += found.count * found.size;
      for (uint32_t level = 0; level < kMostLevels; ++level) samples += (found.count - 1) / strideOf(level);
      m_ranges.emplace_back(found.first, found.end);
    }
    m_spans = before;
    m_out.m_samples.resize(samples);
  }

  // Groups that are never open at once share a key: sorted by it they stand one after the other all the same.
  void setKeys() {
    using Open = std::pair<uint32_t, uint32_t>;  // until which node, with which key
    std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
    std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> free;
    for (uint32_t group = 0; group < m_ranges.size(); ++group) {
      const auto [first, end] = m_ranges[group];
      for (; !open.empty() && open.top().first <= first; open.pop()) free.push(open.top().second);
      if (free.empty()) free.push(m_keys++);
      m_out.m_orders[group].key = free.top();
      open.emplace(end, free.top());
      free.pop();
    }
  }

  // Calls visit(group, member) by node.
  template <typename Visit>
  void forEachMember(Visit&& visit) const {
    for (uint32_t node = 0; node < m_tree.size();) {
      const uint32_t found = m_finder.groupOf(node);
      if (found != SiblingGroupsFinder::kNone) visit(m_numbers[found], node);
      node += found != SiblingGroupsFinder::kNone ? m_found[found].size : 1;
    }
  }

  // Where spans stand, and headers.
  void sortSpans() {
    std::vector<uint32_t> keyOf;  // by span in a group
    keyOf.reserve(m_spans);
    m_out.m_inGroups = SelectBits(m_tree.size());
    m_out.m_firsts = RankBits(m_spans);
    m_out.m_headers = RankBits(m_out.placeCount());
    uint32_t group = 0;
    forEachMember([&](uint32_t of, uint32_t node) {
      const auto before = static_cast<uint32_t>(keyOf.size());
      if (group < m_ranges.size() && m_ranges[group].first == node) {
        const uint32_t place = node - before + m_out.m_orders[group].before + group;
        m_out.m_groups[group].place = place;
        m_out.m_orders[group].begin = before;  // so far in order of the tree
        m_out.m_headers.set(place);
        m_out.m_firsts.set(before);
        ++group;
      }
      for (uint32_t i = 0; i < m_out.m_orders[of].size; ++i) {
        keyOf.push_back(m_out.m_orders[of].key);
        m_out.m_inGroups.set(node + i);
      }
    });
    m_out.m_inGroups.count();
    m_out.m_firsts.count();
    m_out.m_headers.count();
    m_out.m_byGroup = SortedOrder(std::move(keyOf));
    for (Order& order : m_out.m_orders) order.begin = m_out.m_byGroup.placeOf(order.begin);
    m_out.m_groupsByBegin.resize(m_out.size());
    std::iota(m_out.m_groupsByBegin.begin(), m_out.m_groupsByBegin.end(), 0U);
    std::sort(m_out.m_groupsByBegin.begin(), m_out.m_groupsByBegin.end(),
              [&](uint32_t a, uint32_t b) { return m_out.m_orders[a].begin < m_out.m_orders[b].begin; });
  }

  void sumUpMembers() {
    std::vector<Sum> sums(m_out.size());
    m_durations.resize(m_spans);
    m_out.m_errors = RankBits(m_spans);
    m_out.m_nodes = AscendingNumbers(m_spans, uint64_t{m_keys} * m_tree.size());
    forEachMember([&](uint32_t of, uint32_t node) {
      SiblingGroup& group = m_out.m_groups[of];
      const Order& order = m_out.m_orders[of];
      Sum& sum = sums[of];
      const uint32_t member = sum.members++;
      const int64_t startNs = m_tree.startNs[node], endNs = m_tree.endNs[node];
      if (member > 0 && member % kSampled == 0)
        m_out.m_samples[group.samples + member / kSampled - 1] = {startNs, sum.coveredUntilNs};
      sum.coveredUntilNs = std::max(sum.coveredUntilNs, endNs);
      const int64_t ns = m_tree.durationNs(NodeIndex(node));
      if (ns > sum.longestNs) {
        sum.longestNs = ns;
        group.longest = NodeIndex(node);
      }
      group.sumNs = analysis::saturatingSum(group.sumNs, ns);
      m_durations[order.before + member] = ns;
      for (uint32_t i = 0; i < order.size; ++i) {
        const uint32_t at = order.begin + member * order.size + i;
        m_out.m_nodes.set(at, m_out.numberOf(order, node + i));
        if (m_tree.has(NodeIndex(node + i), NodeBits::kError)) m_out.m_errors.set(at);
      }
    });
    m_out.m_nodes.count();
    m_out.m_errors.count();
  }

  void addCoarserSamples(GroupIndex group) {
    for (uint32_t level = 1; level < kMostLevels; ++level) {
      const std::span<const Sample> above = m_out.samples(group, level), below = m_out.samples(group, level - 1);
      Sample* sample = m_out.m_samples.data() + (above.data() - m_out.m_samples.data());
      for (size_t i = 0; i < above.size(); ++i) *sample++ = below[(i + 1) * (strideOf(level) / strideOf(level - 1)) - 1];
    }
  }

  void setPercentiles() {
    for (uint32_t group = 0; group < m_out.size(); ++group) {
      const uint32_t count = m_out.m_groups[group].count;
      const auto begin = m_durations.begin() + m_out.m_orders[group].before;
      const auto at = begin + static_cast<std::ptrdiff_t>((uint64_t{count} * 95 + 99) / 100 - 1);
      std::nth_element(begin, at, begin + count);
      m_out.m_groups[group].p95Ns = *at;
    }
  }

  SiblingGroups& m_out;
  const TraceTree& m_tree;
  SiblingGroupsFinder m_finder;
  std::span<const SiblingGroupsFinder::Found> m_found;
  std::vector<uint32_t> m_numbers;                      // of what was found: the group
  std::vector<std::pair<uint32_t, uint32_t>> m_ranges;  // by group: from its first node to behind its last
  uint32_t m_spans = 0, m_keys = 0;                     // in groups; of groups
  std::vector<int64_t> m_durations;                     // of members, group by group
};

SiblingGroups::SiblingGroups(const TraceTree& tree, std::span<const analysis::OperationKey> operations)
    : m_tree(tree) {
  if (operations.size() == tree.size()) Builder(*this, operations).build();
  m_isOnPath.resize(m_groups.size());
}

}  // namespace waybill::layout
