// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept about groups; finding and placing them is in sibling_groups_builder.cpp.
#include "layout/sibling_groups.h"

#include <algorithm>
#include <limits>

#include "analysis/saturating.h"

namespace waybill::layout {

using analysis::NodeIndex;

uint32_t SiblingGroups::endOf(uint32_t place) const {
  if (const auto group = headerAt(place)) return place + 1 + m_groups[group->value].count * memberSize(*group);
  const uint32_t node = nodeAt(place).value;
  const uint32_t end = m_tree.subtreeEnd[node];
  const uint32_t headers = m_groupsBefore[m_parents.rank(end)] - m_groupsBefore[m_parents.rank(node)];
  return place + (end - node) + headers;
}

std::optional<GroupIndex> SiblingGroups::headerAt(uint32_t place) const {
  if (m_groups.empty() || !m_headers[place]) return std::nullopt;
  return GroupIndex(m_headers.rank(place));
}

std::optional<GroupIndex> SiblingGroups::around(uint32_t place) const {
  const uint32_t before = m_groups.empty() ? 0 : m_headers.rank(place);
  if (before == 0 || m_headers[place]) return std::nullopt;
  const GroupIndex group(before - 1);
  const bool isInside = place < endOf(m_groups[group.value].place);
  return isInside ? std::optional(group) : std::nullopt;
}

uint32_t SiblingGroups::memberSize(GroupIndex group) const {
  const uint32_t first = nodeAt(m_groups[group.value].place).value;
  return m_tree.subtreeEnd[first] - first;
}

bool SiblingGroups::isRun(GroupIndex group) const {
  const uint32_t last = m_groups[group.value].count - 1;
  return member(group, last).value == nodeAt(m_groups[group.value].place).value + last * memberSize(group);
}

uint32_t SiblingGroups::errors(GroupIndex group, uint32_t begin, uint32_t end) const {
  const uint32_t first = m_groups[group.value].place + 1, size = memberSize(group);
  return m_errors.rank(first + end * size) - m_errors.rank(first + begin * size);
}

std::span<const SiblingGroups::Sample> SiblingGroups::samples(GroupIndex group, uint32_t level) const {
  // Level after level, group after group.
  const SiblingGroup& at = m_groups[group.value];
  size_t begin = at.samples;
  for (uint32_t below = 0; below < level; ++below) begin += (at.count - 1) / strideOf(below);
  return std::span(m_samples).subspan(begin, (at.count - 1) / strideOf(level));
}

// The members' places are known.
void SiblingGroups::sumUp(SiblingGroup& group, std::vector<int64_t>& durations) {
  const GroupIndex index(static_cast<uint32_t>(&group - m_groups.data()));
  group.samples = static_cast<uint32_t>(m_samples.size());
  group.longest = nodeAt(group.place);
  durations.clear();
  int64_t coveredUntilNs = std::numeric_limits<int64_t>::min();
  for (uint32_t i = 0; i < group.count; ++i) {
    const NodeIndex node = member(index, i);
    if (i > 0 && i % kSampled == 0) m_samples.push_back({m_tree.startNs[node.value], coveredUntilNs});
    coveredUntilNs = std::max(coveredUntilNs, m_tree.endNs[node.value]);
    const int64_t ns = m_tree.durationNs(node);
    if (ns > m_tree.durationNs(group.longest)) group.longest = node;
    group.sumNs = analysis::saturatingSum(group.sumNs, ns);
    durations.push_back(ns);
  }
  for (uint32_t level = 1; level < kMostLevels && (group.count - 1) / strideOf(level) > 0; ++level) {
    const size_t below = samples(index, level - 1).data() - m_samples.data();
    for (uint32_t i = 1; i <= (group.count - 1) / strideOf(level); ++i)
      m_samples.push_back(Sample(m_samples[below + i * kSampled - 1]));
  }
  const size_t rank = (durations.size() * 95 + 99) / 100;
  const auto at = durations.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(durations.begin(), at, durations.end());
  group.p95Ns = *at;
}

}  // namespace waybill::layout
