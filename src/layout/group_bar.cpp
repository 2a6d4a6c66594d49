// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/group_bar.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "layout/visible_pixels.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;

constexpr double kNarrow = 3;  // pixels; from that width on a member stays apart from the one before it

// The members of one group by start, with what is sampled of them.
class Members {
 public:
  Members(const TraceTree& tree, const SiblingGroups& groups, GroupIndex group)
      : m_tree(tree),
        m_groups(groups),
        m_samples(groups.samples(group)),
        m_place(groups[group].place + 1),
        m_size(groups.memberSize(group)),
        m_count(groups[group].count),
        m_first(groups.nodeAt(m_place).value),
        m_isRun(groups.isRun(group)) {}

  uint32_t count() const { return m_count; }
  NodeIndex node(uint32_t i) const {
    return m_isRun ? NodeIndex(m_first + i * m_size) : m_groups.nodeAt(m_place + i * m_size);
  }
  int64_t startNs(uint32_t i) const { return m_tree.startNs[node(i).value]; }
  int64_t endNs(uint32_t i) const { return m_tree.endNs[node(i).value]; }

  // The first from `from` on that starts at or after a time. Near ones cost least.
  uint32_t firstStartingFrom(uint32_t from, int64_t ns) const {
    uint32_t good = from / SiblingGroups::kSampled, reach = 1;  // of blocks; the first of `good` starts before
    const auto isBefore = [&](uint32_t block) { return m_samples[block - 1].startNs < ns; };
    const auto last = static_cast<uint32_t>(m_samples.size());
    while (last - good >= reach && isBefore(good + reach)) {
      good += reach;
      reach *= 2;
    }
    for (; reach > 0; reach /= 2) {
      if (last - good >= reach && isBefore(good + reach)) good += reach;
    }
    uint32_t i = std::max(from, good * SiblingGroups::kSampled);
    while (i < m_count && startNs(i) < ns) ++i;
    return i;
  }

  // The latest end of members before `end`.
  int64_t coveredUntilNs(uint32_t end) const {
    if (end == 0) return std::numeric_limits<int64_t>::min();
    const uint32_t block = (end - 1) / SiblingGroups::kSampled;
    int64_t until = block > 0 ? m_samples[block - 1].coveredUntilNs : std::numeric_limits<int64_t>::min();
    for (uint32_t i = block * SiblingGroups::kSampled; i < end; ++i) until = std::max(until, endNs(i));
    return until;
  }

  // The first of all before `end` that with those before it reaches past a time.
  uint32_t firstReachingPast(uint32_t end, int64_t ns) const {
    const auto after = std::partition_point(
        m_samples.begin(), m_samples.begin() + (end == 0 ? 0 : (end - 1) / SiblingGroups::kSampled),
        [&](const SiblingGroups::Sample& sample) { return sample.coveredUntilNs <= ns; });
    auto i = static_cast<uint32_t>(after - m_samples.begin()) * SiblingGroups::kSampled;
    while (i < end && endNs(i) <= ns) ++i;
    return i;
  }

 private:
  const TraceTree& m_tree;
  const SiblingGroups& m_groups;
  std::span<const SiblingGroups::Sample> m_samples;
  uint32_t m_place, m_size, m_count, m_first;
  bool m_isRun;
};

// Draws one group. A class for what its steps share.
struct GroupPainter {
  const TraceTree& tree;
  const SiblingGroups& groups;
  GroupIndex group;
  const TimeScale& scale;
  uint32_t row;
  DrawList& out;
  Members members;

  DrawRect& add(DrawKind kind, double x0, double x1, uint32_t begin, uint32_t end) {
    DrawRect rect;
    place(rect, x0, x1, scale.width(), 1);
    rect.lane = row;
    rect.kind = kind;
    rect.node = members.node(begin);
    rect.service = tree.service[rect.node.value];
    rect.count = end - begin;
    rect.error = groups.errors(group, begin, end) > 0;
    out.push_back(rect);
    return out.back();
  }

  // What starts before it is drawn with member i: all in its pixel column, and all that start with it.
  int64_t columnEndNs(uint32_t i, double x0) const {
    const auto after = [](int64_t ns) { return ns == std::numeric_limits<int64_t>::max() ? ns : ns + 1; };
    const int64_t endNs = std::min(scale.ns(std::floor(std::max(x0, 0.0)) + 1), after(scale.range().endNs));
    return std::max(endNs, after(members.startNs(i)));
  }

  void draw() {
    const TimeRange& range = scale.range();
    const int64_t firstNs = members.startNs(0), lastNs = members.coveredUntilNs(members.count());
    if (!isVisible(firstNs, lastNs, range)) return;
    add(DrawKind::Folded, scale.x(firstNs), scale.x(lastNs), 0, members.count());
    uint32_t i = members.firstStartingFrom(0, range.startNs);
    // What began before and goes on.
    if (const int64_t until = members.coveredUntilNs(i); i > 0 && until > range.startNs) {
      const uint32_t from = members.firstReachingPast(i, range.startNs);
      add(DrawKind::Member, scale.x(members.startNs(from)), scale.x(until), from, i);
    }
    bool wasNarrow = false;
    while (i < members.count() && isVisible(members.startNs(i), members.startNs(i), range)) {
      const double x0 = scale.x(members.startNs(i));
      const uint32_t next = std::max(i + 1, members.firstStartingFrom(i + 1, columnEndNs(i, x0)));
      const double x1 = std::max(x0 + 1, scale.x(next == i + 1 ? members.endNs(i) : members.coveredUntilNs(next)));
      const bool narrow = x1 - x0 < kNarrow;
      if (narrow && wasNarrow && x0 - 1 < double(out.back().x) + double(out.back().width)) {
        DrawRect& before = out.back();
        before.width = std::max(before.width, static_cast<float>(x1) - before.x);
        before.count += next - i;
        before.error = before.error || groups.errors(group, i, next) > 0;
      } else {
        add(DrawKind::Member, x0, x1, i, next);
      }
      wasNarrow = narrow;
      i = next;
    }
  }
};

}  // namespace

void drawGroup(const TraceTree& tree, const SiblingGroups& groups, GroupIndex group, const TimeScale& scale,
               uint32_t row, DrawList& out) {
  GroupPainter{tree, groups, group, scale, row, out, Members(tree, groups, group)}.draw();
}

uint32_t membersIn(const TraceTree& tree, const SiblingGroups& groups, GroupIndex group, TimeRange range) {
  const Members members(tree, groups, group);
  const uint32_t end = members.firstStartingFrom(0, range.endNs);
  const uint32_t begin = members.firstStartingFrom(0, range.startNs);
  const bool goesOn = members.coveredUntilNs(begin) > range.startNs;
  return end - std::min(end, goesOn ? members.firstReachingPast(begin, range.startNs) : begin);
}

int64_t groupEndNs(const TraceTree& tree, const SiblingGroups& groups, GroupIndex group) {
  const Members members(tree, groups, group);
  return members.coveredUntilNs(members.count());
}

}  // namespace waybill::layout
