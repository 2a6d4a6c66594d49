// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/replay.h"

#include <algorithm>

#include "analysis/sort_keys.h"

namespace waybill::analysis {
namespace {

constexpr uint16_t kNotJoined = NodeBits::kAsync | NodeBits::kDetached;
// How many siblings that end within the tolerance after a start are looked at: clocks blur neighbours, not
// crowds.
constexpr size_t kBlurredNeighbours = 8;

// A child that its parent waits for, clipped to the parent.
struct Branch {
  NodeIndex node;
  int64_t start, end;
  int64_t newStart = 0, newEnd = 0;
};

// The latest thing that happened before some moment, in the old and in the new time.
struct Moment {
  int64_t old, replayed;

  void alsoAfter(int64_t oldNs, int64_t replayedNs) {
    old = std::max(old, oldNs);
    replayed = std::max(replayed, replayedNs);
  }
};

class Replay {
 public:
  Replay(const TraceTree& tree, std::span<const NodeIndex> spans)
      : m_tree(tree), m_state(tree.size(), kUntouched) {
    for (const NodeIndex span : spans) {
      m_state[span.value] = kWithoutOwnTime;
      for (uint32_t up = tree.parent[span.value]; up != TraceTree::kNone && m_state[up] == kUntouched;
           up = tree.parent[up]) {
        m_state[up] = kAbove;
      }
    }
    m_newDuration.resize(tree.size());
    for (uint32_t i = 0; i < tree.size(); ++i) m_newDuration[i] = tree.endNs[i] - tree.startNs[i];
  }

  int64_t newRootDuration() {
    const uint32_t root = m_tree.primaryRoot.value;
    for (uint32_t i = m_tree.subtreeEnd[root]; i-- > root;) {  // children before parents
      if (m_state[i] != kUntouched) m_newDuration[i] = newDurationOf(NodeIndex(i));
    }
    return m_newDuration[root];
  }

 private:
  enum State : uint8_t { kUntouched, kAbove, kWithoutOwnTime };

  int64_t newDurationOf(NodeIndex node) {
    collectBranches(node);
    const int64_t start = m_tree.startNs[node.value], end = m_tree.endNs[node.value];
    const auto own = [&](int64_t ns) { return m_state[node.value] == kWithoutOwnTime ? 0 : ns; };
    Moment last{start, start};    // of what surely came before the branch
    Moment joined{start, start};  // of everything in the span
    size_t ended = 0;             // in m_byEnd: ended before the branch
    for (Branch& branch : m_branches) {
      for (; ended < m_byEnd.size() && endedBranch(ended).end <= branch.start; ++ended) {
        last.alsoAfter(endedBranch(ended).end, endedBranch(ended).newEnd);
      }
      const Moment before = withBlurredNeighbours(node, branch, ended, last);
      branch.newStart = before.replayed + own(branch.start - before.old);
      const int64_t clipped = m_tree.durationNs(branch.node) - (branch.end - branch.start);
      branch.newEnd = branch.newStart + std::max<int64_t>(0, m_newDuration[branch.node.value] - clipped);
      last.alsoAfter(branch.start, branch.newStart);
      joined.alsoAfter(branch.end, branch.newEnd);
    }
    return joined.replayed + own(end - joined.old) - start;
  }

  void collectBranches(NodeIndex node) {
    m_branches.clear();
    m_byEnd.clear();
    const int64_t start = m_tree.startNs[node.value], end = m_tree.endNs[node.value];
    m_tree.forEachChild(node, [&](NodeIndex child) {
      if (m_tree.has(child, kNotJoined)) return;
      const Branch branch{child, std::max(m_tree.startNs[child.value], start),
                          std::min(m_tree.endNs[child.value], end)};
      // A moment at its own end cannot come before itself.
      if (branch.start >= branch.end) return;
      m_byEnd.push_back({static_cast<uint64_t>(branch.end), static_cast<uint32_t>(m_branches.size())});
      m_branches.push_back(branch);
    });
    sortKeys(m_byEnd);
  }

  const Branch& endedBranch(size_t i) const { return m_branches[m_byEnd[i].index]; }

  // Siblings that end a little after the branch starts came before it all the same; their overlap stays.
  Moment withBlurredNeighbours(NodeIndex node, const Branch& branch, size_t ended, Moment before) const {
    for (size_t i = ended; i < std::min(ended + kBlurredNeighbours, m_byEnd.size()); ++i) {
      const Branch& sibling = endedBranch(i);
      const int64_t overlap = sibling.end - branch.start;
      const int64_t tolerance = toleranceNs(m_tree.durationNs(node), m_tree.durationNs(sibling.node),
                                            m_tree.durationNs(branch.node));
      if (overlap > tolerance) break;
      if (sibling.start < branch.start) before.alsoAfter(branch.start, sibling.newEnd - overlap);
    }
    return before;
  }

  const TraceTree& m_tree;
  std::vector<uint8_t> m_state;
  std::vector<int64_t> m_newDuration;
  std::vector<Branch> m_branches;  // of the span being replayed, by start
  std::vector<SortKey> m_byEnd;    // indexes of m_branches
};

}  // namespace

int64_t savingWithoutOwnTime(const TraceTree& tree, std::span<const NodeIndex> spans) {
  if (tree.size() == 0) return 0;
  const int64_t duration = tree.durationNs(tree.primaryRoot);
  return std::clamp<int64_t>(duration - Replay(tree, spans).newRootDuration(), 0, duration);
}

}  // namespace waybill::analysis
