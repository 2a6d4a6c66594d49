// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/group_bar.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "layout/visible_pixels.h"

namespace waybill::layout {
namespace {

using analysis::NodeIndex;
using analysis::TraceTree;

constexpr uint32_t kSampled = SiblingGroups::kSampled;
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

  // The first from `from` on that starts at or after a time. Near ones cost least. A sampled one that starts up to
  // `toleranceNs` after that time will do, so that the others need not be looked at.
  uint32_t firstStartingFrom(uint32_t from, int64_t ns, int64_t toleranceNs = 0) const {
    uint32_t good = from / kSampled, reach = 1;  // of blocks; the first of `good` starts before
    const auto isBefore = [&](uint32_t block) { return m_samples[block - 1].startNs < ns; };
    const auto last = static_cast<uint32_t>(m_samples.size());
    while (last - good >= reach && isBefore(good + reach)) {
      good += reach;
      reach *= 2;
    }
    for (; reach > 0; reach /= 2) {
      if (last - good >= reach && isBefore(good + reach)) good += reach;
    }
    uint32_t i = std::max(from, good * kSampled);
    if (toleranceNs > 0 && good < last && isNear(m_samples[good].startNs, ns, toleranceNs))
      return (good + 1) * kSampled;
    while (i < m_count && startNs(i) < ns) ++i;
    return i;
  }

  // The latest end of members before `end`.
  int64_t coveredUntilNs(uint32_t end) const {
    if (end == 0) return std::numeric_limits<int64_t>::min();
    if (end % kSampled == 0 && end < m_count) return m_samples[end / kSampled - 1].coveredUntilNs;
    const uint32_t block = (end - 1) / kSampled;
    int64_t until = block > 0 ? m_samples[block - 1].coveredUntilNs : std::numeric_limits<int64_t>::min();
    for (uint32_t i = block * kSampled; i < end; ++i) until = std::max(until, endNs(i));
    return until;
  }

  // What is drawn as one: members from i on that start before a time, and until when they go on.
  struct Run {
    uint32_t end = 0;
    int64_t untilNs = 0;
  };
  Run runFrom(uint32_t i, int64_t endNs, int64_t toleranceNs) const {
    const uint32_t block = i / kSampled + 2;  // when it is in the run, too, single members need not be looked at
    if (block <= m_samples.size() && m_samples[block - 1].startNs < endNs) {
      const uint32_t end = firstStartingFrom(block * kSampled, endNs, toleranceNs);
      return {end, coveredUntilNs(end)};
    }
    Run run{i, std::numeric_limits<int64_t>::min()};
    do {
      const uint32_t node = this->node(run.end).value;
      if (run.end > i && m_tree.startNs[node] >= endNs) break;
      run.untilNs = std::max(run.untilNs, m_tree.endNs[node]);
    } while (++run.end < m_count);
    return run;
  }

  // The first of all before `end` that with those before it reaches past a time.
  uint32_t firstReachingPast(uint32_t end, int64_t ns) const {
    const auto after = std::partition_point(
        m_samples.begin(), m_samples.begin() + (end == 0 ? 0 : (end - 1) / kSampled),
        [&](const SiblingGroups::Sample& sample) { return sample.coveredUntilNs <= ns; });
    auto i = static_cast<uint32_t>(after - m_samples.begin()) * kSampled;
    while (i < end && endNs(i) <= ns) ++i;
    return i;
  }

 private:
  static bool isNear(int64_t later, int64_t ns, int64_t toleranceNs) {
    return static_cast<uint64_t>(later) - static_cast<uint64_t>(ns) <= static_cast<uint64_t>(toleranceNs);
  }

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
  StringId service = tree.service[members.node(0).value];
  bool hasErrors = groups.errors(group, 0, members.count()) > 0;

  void add(DrawKind kind, double x0, double x1, uint32_t begin, uint32_t end, bool error) {
    DrawRect rect;
    place(rect, x0, x1, scale.width(), 1);
    rect.lane = row;
    rect.kind = kind;
    rect.node = members.node(begin);
    rect.service = service;
    rect.count = end - begin;
    rect.error = error;
    out.push_back(rect);
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
    add(DrawKind::Folded, scale.x(firstNs), scale.x(lastNs), 0, members.count(), hasErrors);
    uint32_t i = members.firstStartingFrom(0, range.startNs);
    // What began before and goes on.
    if (const int64_t until = members.coveredUntilNs(i); i > 0 && until > range.startNs) {
      const uint32_t from = members.firstReachingPast(i, range.startNs);
      add(DrawKind::Member, scale.x(members.startNs(from)), scale.x(until), from, i,
          groups.errors(group, from, i) > 0);
    }
    bool wasNarrow = false;
    const auto toleranceNs = static_cast<int64_t>(std::min(scale.nsPerPixel() / 2, 1e18));
    std::optional<double> nextX;  // of the next member, where it is known
    while (i < members.count() && isVisible(members.startNs(i), members.startNs(i), range)) {
      const double x0 = nextX ? *nextX : scale.x(members.startNs(i));
      nextX.reset();
      if (i + 1 < members.count() && members.startNs(i + 1) > members.startNs(i))
        nextX = scale.x(members.startNs(i + 1));
      // Alone in its column: mostly, when there is room.
      const bool alone = nextX && *nextX >= std::floor(std::max(x0, 0.0)) + 1;
      const auto [next, untilNs] = alone ? Members::Run{i + 1, members.endNs(i)}
                                         : members.runFrom(i, columnEndNs(i, x0), toleranceNs);
      if (!alone) nextX.reset();
      const double x1 = std::max(x0 + 1, scale.x(untilNs));
      const bool narrow = x1 - x0 < kNarrow;
      const bool error = hasErrors && groups.errors(group, i, next) > 0;
      if (narrow && wasNarrow && out.back().error == error &&
          x0 - 1 < double(out.back().x) + double(out.back().width)) {
        DrawRect& before = out.back();
        before.width = std::max(before.width, static_cast<float>(x1) - before.x);
        before.count += next - i;
      } else {
        add(DrawKind::Member, x0, x1, i, next, error);
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
