// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept about groups; finding them is in sibling_groups_finder.cpp, placing them in sibling_groups_builder.cpp.
#include "layout/sibling_groups.h"

#include <algorithm>

namespace waybill::layout {

using analysis::NodeIndex;

NodeIndex SiblingGroups::nodeAt(uint32_t place) const {
  const uint32_t headers = m_headers.rank(place + 1);
  if (headers == 0) return NodeIndex(m_inGroups.zero(place));
  const uint32_t last = headers - 1;  // the group whose header is the nearest before
  const Order& order = m_orders[last];
  const uint32_t offset = place - m_groups[last].place, spans = spansOf(last);
  if (offset > spans) return NodeIndex(m_inGroups.zero(place - headers - order.before - spans));
  return nodeOf(order, m_nodes[order.begin + std::max(offset, 1U) - 1]);
}

uint32_t SiblingGroups::placeOf(NodeIndex node) const {
  const uint32_t before = m_inGroups.rank(node.value);  // spans in groups
  if (m_inGroups[node.value]) {
    const uint32_t at = m_byGroup.placeOf(before), group = groupAt(at);
    return m_groups[group].place + 1 + at - m_orders[group].begin;
  }
  const uint32_t headers = m_firsts.rank(before);
  const uint32_t spans = headers == 0 ? 0 : m_orders[headers - 1].before + spansOf(headers - 1);
  return node.value - before + headers + spans;
}

// By order in m_byGroup.
uint32_t SiblingGroups::groupAt(uint32_t at) const {
  const auto after = std::upper_bound(m_groupsByBegin.begin(), m_groupsByBegin.end(), at,
                                      [&](uint32_t i, uint32_t group) { return i < m_orders[group].begin; });
  return *(after - 1);
}

uint32_t SiblingGroups::endOf(uint32_t place) const {
  if (const auto group = headerAt(place)) return place + 1 + spansOf(group->value);
  const uint32_t node = nodeAt(place).value, end = m_tree.subtreeEnd[node];
  // A group below has its first member there too; a span in a group has none below.
  if (end == node + 1 || m_inGroups[node]) return place + (end - node);
  const uint32_t headers = m_firsts.rank(m_inGroups.rank(end)) - m_firsts.rank(m_inGroups.rank(node));
  return place + (end - node) + headers;
}

std::optional<GroupIndex> SiblingGroups::headerAt(uint32_t place) const {
  if (m_groups.empty() || !m_headers[place]) return std::nullopt;
  return GroupIndex(m_headers.rank(place));
}

std::optional<GroupIndex> SiblingGroups::around(uint32_t place) const {
  const uint32_t before = m_groups.empty() ? 0 : m_headers.rank(place);
  if (before == 0 || m_headers[place]) return std::nullopt;
  const bool isInside = place - m_groups[before - 1].place <= spansOf(before - 1);
  return isInside ? std::optional(GroupIndex(before - 1)) : std::nullopt;
}

std::optional<GroupIndex> SiblingGroups::groupOf(NodeIndex node) const {
  if (m_groups.empty() || !m_inGroups[node.value]) return std::nullopt;
  return GroupIndex(groupAt(m_byGroup.placeOf(m_inGroups.rank(node.value))));
}

bool SiblingGroups::isRun(GroupIndex group) const {
  const uint32_t last = m_groups[group.value].count - 1;
  return member(group, last).value == member(group, 0).value + last * memberSize(group);
}

std::span<const SiblingGroups::Sample> SiblingGroups::samples(GroupIndex group, uint32_t level) const {
  // Level after level, group after group.
  const SiblingGroup& at = m_groups[group.value];
  size_t begin = at.samples;
  for (uint32_t below = 0; below < level; ++below) begin += (at.count - 1) / strideOf(below);
  return std::span(m_samples).subspan(begin, (at.count - 1) / strideOf(level));
}

void SiblingGroups::markPath(const analysis::CriticalPath& path) {
  if (m_groups.empty()) return;
  path.segments.forEachNode([&](NodeIndex node) {
    if (const auto group = groupOf(node)) m_isOnPath[group->value] = true;
  });
}

}  // namespace waybill::layout
