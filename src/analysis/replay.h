// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "analysis/happens_before.h"
#include "analysis/rewrite.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// When every span of a tree would start and end, by node. Other roots than the primary one stay where they were.
struct ReplayedTimes {
  std::vector<int64_t> startNs, endNs;
  int64_t rootDurationNs(const TraceTree& tree) const {
    return endNs[tree.primaryRoot.value] - startNs[tree.primaryRoot.value];
  }
};

// Virtual speed-up (ANALYSIS section 6.3): a child starts as long as before after the last thing that happened before
// it, parallel branches wait for each other, and what is learned of other traces says what did not really wait. No
// rewrite, or one that changes nothing, gives the trace back to the nanosecond. Keeps its memory from one replay to the
// next unless that was much (4 bytes a span, and while it replays 20 a changed span and 16 a child of one parent), and a
// replay costs only what it touches: the changed spans and the children of their ancestors, sorted. One thread; tree,
// operations and facts must outlive it.
class Replayer {
 public:
  explicit Replayer(const TraceTree& tree, const TraceOperations* operations = nullptr,
                    const HappensBefore* facts = nullptr);

  int64_t newRootDurationNs(const Rewrite& rewrite);
  // How much sooner the primary root would end: between 0 and its duration.
  int64_t savingNs(const Rewrite& rewrite);
  // O(spans).
  ReplayedTimes times(const Rewrite& rewrite);

 private:
  // What a rewrite says of one span; negative: nothing.
  struct SpanEdit {
    double ownFactor = 1;
    int64_t ownNs = -1, durationNs = -1, gapNs = -1, tailNs = -1, group = -1;
  };
  // A span that is changed, or above one that is.
  struct Touched {
    int64_t newDurationNs;
    uint32_t lastEdit = 0;  // position + 1 in the rewrite's edits
  };
  // A child that its parent waits for, clipped to the parent. Times count from the parent's start.
  struct Branch {
    NodeIndex node;
    int64_t start, end;
  };
  // The latest thing that happened before some moment, in the old and in the new time.
  struct Moment {
    int64_t old = 0, replayed = 0;
    void alsoAfter(int64_t oldNs, int64_t replayedNs) {
      old = old < oldNs ? oldNs : old;
      replayed = replayed < replayedNs ? replayedNs : replayed;
    }
  };

  void begin(const Rewrite& rewrite);
  void end();
  void touch(NodeIndex node);
  void settleDurations();
  int64_t newDurationOf(NodeIndex node) const;
  int64_t replayedDuration(NodeIndex node);
  int64_t replayChildren(NodeIndex node, std::vector<int64_t>* newStarts = nullptr);
  int64_t collectBranches(NodeIndex node);  // returns the time no branch covers
  void sortByEnd();
  void learnOrder(NodeIndex node);
  Branch branchAt(uint32_t i) const;
  int64_t lastsNs(const Branch& branch) const;
  Moment before(uint32_t branchAt, size_t ended, const Moment& started, const Moment& last) const;
  uint32_t overlappedOf(uint32_t branch) const { return branch < kMostSiblings ? m_overlapped[branch] : 0; }
  bool waitsFor(uint32_t later, uint32_t earlier) const {
    return earlier >= kMostSiblings || (overlappedOf(later) >> earlier & 1) == 0;
  }
  void placeChildren(NodeIndex node, ReplayedTimes& out);
  void placeMirrors(NodeIndex node, ReplayedTimes& out);
  void placeUntouched(NodeIndex node, ReplayedTimes& out) const;
  bool isTouched(NodeIndex node) const { return m_touchedAt[node.value] != 0; }
  std::optional<SpanEdit> editOf(NodeIndex node) const;
  int64_t startInLane(int64_t group, int64_t usualStart);
  void takeLane(int64_t group, int64_t until);

  const TraceTree& m_tree;
  const TraceOperations* m_traceOperations;
  const HappensBefore* m_facts;
  std::vector<uint32_t> m_touchedAt;  // by node: position + 1 in m_touched; 0: as it was
  std::vector<Touched> m_touched;
  std::vector<NodeIndex> m_touchedNodes;     // by node
  const Rewrite* m_rewrite = nullptr;        // being replayed
  std::vector<uint32_t> m_editBefore;        // by edit: the one before it of the same span, position + 1
  // Of the span being replayed.
  NodeIndex m_parent;
  std::vector<NodeIndex> m_branches;  // by start
  std::vector<int64_t> m_newEnd;      // by branch
  std::vector<uint32_t> m_byEnd;      // positions in m_branches
  std::array<uint32_t, kMostSiblings> m_overlapped{};  // of the first branches: earlier ones not waited for, by bit
  std::vector<Sibling> m_named;    // the first children
  std::vector<std::pair<int64_t, std::vector<int64_t>>> m_lanes;  // group, and when each lane is free
};

// How much sooner the primary root would end if the spans had no time of their own, by this trace alone.
int64_t savingWithoutOwnTime(const TraceTree& tree, std::span<const NodeIndex> spans);

}  // namespace waybill::analysis
