// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/group_bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

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
        m_size(groups.memberSize(group)),
        m_count(groups[group].count),
        m_first(groups.member(group, 0).value),
        m_isRun(groups.isRun(group)),
        m_finder(groups, group),
        m_firstFinder(m_finder),
        m_nextFinder(m_finder) {
    while (m_levels < SiblingGroups::kMostLevels && (m_count - 1) / SiblingGroups::strideOf(m_levels) > 0) {
      m_samples[m_levels] = groups.samples(group, m_levels);
      ++m_levels;
    }
  }

  uint32_t count() const { return m_count; }
  NodeIndex node(uint32_t i) const { return nodeBy(m_finder, i); }
  // The same for the first of what is drawn as one: looking back costs the other its place.
  NodeIndex firstNode(uint32_t i) const { return nodeBy(m_firstFinder, i); }
  int64_t startNs(uint32_t i) const { return m_tree.startNs[node(i).value]; }
  int64_t endNs(uint32_t i) const { return m_tree.endNs[node(i).value]; }

  // A member, and what is known of it.
  struct Found {
    uint32_t i = 0;
    const SiblingGroups::Sample* sample = nullptr;
  };
  // Of the members drawn as one, the next ones are most likely found at once among samples of a level: of the coarsest
  // where they are as close to each other.
  void expectColumns(int64_t toleranceNs) {
    const auto longest = static_cast<uint64_t>(startNs(m_count - 1)) - static_cast<uint64_t>(startNs(0));
    m_likely = 0;
    while (m_likely + 1 < m_levels &&
           longest / m_samples[m_likely + 1].size() <= static_cast<uint64_t>(std::max<int64_t>(toleranceNs, 0))) {
      ++m_likely;
    }
  }

  // The first from `from` on that starts at or after a time. A sampled one that starts up to `toleranceNs` after that
  // time will do, so that the others need not be looked at.
  Found firstStartingFrom(uint32_t from, int64_t ns, int64_t toleranceNs = 0) const {
    if (toleranceNs > 0 && m_levels > 0) {
      const std::span<const SiblingGroups::Sample> samples = m_samples[m_likely];
      const uint32_t stride = SiblingGroups::strideOf(m_likely);
      uint32_t at = from / stride;
      const auto end = static_cast<uint32_t>(std::min<size_t>(samples.size(), size_t{at} + kLookedAt));
      while (at < end && samples[at].startNs < ns) ++at;
      if (at < end && isNear(samples[at], ns, toleranceNs)) return {(at + 1) * stride, &samples[at]};
    }
    uint32_t i = from;
    for (uint32_t level = m_levels; level-- > 0;) {
      const uint32_t stride = SiblingGroups::strideOf(level);
      const std::span<const SiblingGroups::Sample> samples = m_samples[level];
      uint32_t good = i / stride;  // samples before i; at most kSampled more of them are in the block of the level above
      while (good < samples.size() && samples[good].startNs < ns) ++good;
      i = std::max(i, good * stride);
      if (toleranceNs > 0 && good < samples.size() && isNear(samples[good], ns, toleranceNs))
        return {(good + 1) * stride, &samples[good]};
    }
    while (i < m_count && startNs(i) < ns) ++i;
    return {i, nullptr};
  }

  // The latest end of members before `end`.
  int64_t coveredUntilNs(uint32_t end) const {
    if (end == 0) return std::numeric_limits<int64_t>::min();
    const uint32_t block = (end - 1) / kSampled;
    int64_t until = block > 0 ? m_samples[0][block - 1].coveredUntilNs : std::numeric_limits<int64_t>::min();
    for (uint32_t i = block * kSampled; i < end; ++i) until = std::max(until, endNs(i));
    return until;
  }

  // What is drawn as one: members from i on that start before a time, and until when they go on.
  struct Run {
    uint32_t end = 0;
    int64_t untilNs = 0;
    const SiblingGroups::Sample* next = nullptr;  // of member `end`, if it was looked at
  };
  // `crowded`: they are many, most likely.
  Run runFrom(uint32_t i, int64_t endNs, int64_t toleranceNs, bool crowded) const {
    const uint32_t block = i / kSampled + 1;  // when the second sample is in the run, single members do not matter
    if (crowded || (m_levels > 0 && block < m_samples[0].size() && m_samples[0][block].startNs < endNs)) {
      const Found end = firstStartingFrom(i + 1, endNs, toleranceNs);
      if (end.sample) return {end.i, end.sample->coveredUntilNs, end.sample};
      if (!crowded || end.i > i + kSampled) return {end.i, coveredUntilNs(end.i), nullptr};
    }
    Run run{i, std::numeric_limits<int64_t>::min(), nullptr};
    do {
      prefetch(run.end + kAhead);
      const uint32_t node = this->node(run.end).value;
      if (run.end > i && m_tree.startNs[node] >= endNs) break;
      run.untilNs = std::max(run.untilNs, m_tree.endNs[node]);
    } while (++run.end < m_count);
    return run;
  }

  // The first of all before `end` that with those before it reaches past a time.
  uint32_t firstReachingPast(uint32_t end, int64_t ns) const {
    uint32_t i = 0;
    if (end > 0 && m_levels > 0) {
      const std::span<const SiblingGroups::Sample> before = m_samples[0].first((end - 1) / kSampled);
      const auto after = std::partition_point(before.begin(), before.end(), [&](const SiblingGroups::Sample& sample) {
        return sample.coveredUntilNs <= ns;
      });
      i = static_cast<uint32_t>(after - before.begin()) * kSampled;
    }
    while (i < end && endNs(i) <= ns) ++i;
    return i;
  }

 private:
  static constexpr uint32_t kAhead = 16;      // members
  static constexpr uint32_t kLookedAt = 24;   // samples, before they are looked for

  // Of a sample that starts at or after the time.
  static bool isNear(const SiblingGroups::Sample& sample, int64_t ns, int64_t toleranceNs) {
    return static_cast<uint64_t>(sample.startNs) - static_cast<uint64_t>(ns) <= static_cast<uint64_t>(toleranceNs);
  }

  NodeIndex nodeBy(SiblingGroups::MemberFinder& finder, uint32_t i) const {
    return m_isRun ? NodeIndex(m_first + i * m_size) : finder(i);
  }

  // Members of groups that interleave lie far apart in memory: what is looked at soon is asked for now.
  void prefetch(uint32_t i) const {
    if (i >= m_count) return;
    const uint32_t node = nodeBy(m_nextFinder, i).value;
    __builtin_prefetch(&m_tree.startNs[node]);
    __builtin_prefetch(&m_tree.endNs[node]);
  }

  const TraceTree& m_tree;
  std::array<std::span<const SiblingGroups::Sample>, SiblingGroups::kMostLevels> m_samples;
  uint32_t m_levels = 0;
  uint32_t m_likely = 0;  // level
  uint32_t m_size, m_count, m_first;
  bool m_isRun;
  mutable SiblingGroups::MemberFinder m_finder, m_firstFinder, m_nextFinder;  // remember where they were
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
    rect.node = members.firstNode(begin);
    rect.service = service;
    rect.count = end - begin;
    rect.error = error;
    out.push_back(rect);
  }

  // What starts before it is drawn with a member that starts at a time: all in its pixel column, and all that start
  // with it.
  int64_t columnEndNs(int64_t startNs, double x0) const {
    const auto after = [](int64_t ns) { return ns == std::numeric_limits<int64_t>::max() ? ns : ns + 1; };
    const int64_t endNs = std::min(scale.ns(std::floor(std::max(x0, 0.0)) + 1), after(scale.range().endNs));
    return std::max(endNs, after(startNs));
  }

  void draw() {
    const TimeRange& range = scale.range();
    const int64_t firstNs = members.startNs(0), lastNs = members.coveredUntilNs(members.count());
    if (!isVisible(firstNs, lastNs, range)) return;
    add(DrawKind::Folded, scale.x(firstNs), scale.x(lastNs), 0, members.count(), hasErrors);
    uint32_t i = members.firstStartingFrom(0, range.startNs).i;
    // What began before and goes on.
    if (const int64_t until = members.coveredUntilNs(i); i > 0 && until > range.startNs) {
      const uint32_t from = members.firstReachingPast(i, range.startNs);
      add(DrawKind::Member, scale.x(members.startNs(from)), scale.x(until), from, i,
          groups.errors(group, from, i) > 0);
    }
    bool wasNarrow = false;
    const auto toleranceNs = static_cast<int64_t>(std::min(scale.nsPerPixel() / 2, 1e18));
    members.expectColumns(toleranceNs);
    int64_t startNs = i < members.count() ? members.startNs(i) : 0;
    uint32_t errorsBefore = groups.errorsBefore(group, i);
    bool crowded = false;
    while (i < members.count() && isVisible(startNs, startNs, range)) {
      const double x0 = scale.x(startNs);
      const auto [next, untilNs, sample] =
          members.runFrom(i, columnEndNs(startNs, x0), toleranceNs, std::exchange(crowded, false));
      crowded = sample != nullptr;
      if (next < members.count()) startNs = sample ? sample->startNs : members.startNs(next);
      const double x1 = std::max(x0 + 1, scale.x(untilNs));
      const bool narrow = x1 - x0 < kNarrow;
      const uint32_t errorsSoFar = hasErrors ? groups.errorsBefore(group, next) : errorsBefore;
      const bool error = errorsSoFar > std::exchange(errorsBefore, errorsSoFar);
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
  const uint32_t end = members.firstStartingFrom(0, range.endNs).i;
  const uint32_t begin = members.firstStartingFrom(0, range.startNs).i;
  const bool goesOn = members.coveredUntilNs(begin) > range.startNs;
  return end - std::min(end, goesOn ? members.firstReachingPast(begin, range.startNs) : begin);
}

int64_t groupEndNs(const TraceTree& tree, const SiblingGroups& groups, GroupIndex group) {
  const Members members(tree, groups, group);
  return members.coveredUntilNs(members.count());
}

}  // namespace waybill::layout
