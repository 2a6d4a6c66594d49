// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where every span would lie: what the window shows of "what if".
#include <algorithm>

#include "analysis/mirrors.h"
#include "analysis/replay.h"
#include "analysis/saturating.h"

namespace waybill::analysis {

ReplayedTimes Replayer::times(const Rewrite& rewrite) {
  ReplayedTimes out{m_tree.startNs, m_tree.endNs};
  if (m_tree.size() == 0 || rewrite.empty()) return out;
  begin(rewrite);
  settleDurations();
  for (const NodeIndex root : m_tree.roots) {
    out.endNs[root.value] = saturatingSum(out.startNs[root.value], newDurationOf(root));
  }
  for (uint32_t i = 0; i < m_tree.size(); ++i) {  // parents before children
    const NodeIndex node(i);
    if (m_tree.isLeaf(node)) continue;
    const auto edit = editOf(node);
    const bool asReplayed = out.endNs[i] - out.startNs[i] == newDurationOf(node);  // no ancestor was stretched
    if (isTouched(node) && asReplayed && (!edit || edit->durationNs < 0)) {
      placeChildren(node, out);
    } else {
      placeUntouched(node, out);
    }
  }
  end();
  return out;
}

// All children as the span itself: moved, and where it was stretched or shortened as a whole, in proportion.
void Replayer::placeUntouched(NodeIndex node, ReplayedTimes& out) const {
  const int64_t oldStart = m_tree.startNs[node.value], oldDuration = m_tree.durationNs(node);
  const int64_t newStart = out.startNs[node.value];
  const int64_t newDuration = out.endNs[node.value] - newStart;
  const bool moved = newDuration == oldDuration;
  const double factor = oldDuration == 0 ? 1 : static_cast<double>(newDuration) / static_cast<double>(oldDuration);
  const auto placed = [&](int64_t ns) {
    return saturatingSum(newStart, moved ? ns - oldStart : scaledNs(ns - oldStart, factor));
  };
  m_tree.forEachChild(node, [&](NodeIndex child) {
    out.startNs[child.value] = placed(m_tree.startNs[child.value]);
    out.endNs[child.value] = std::max(out.startNs[child.value], placed(m_tree.endNs[child.value]));
  });
}

void Replayer::placeChildren(NodeIndex node, ReplayedTimes& out) {
  std::vector<int64_t> newStarts;  // by branch
  const int64_t newDuration = replayChildren(node, &newStarts);
  const int64_t oldStart = m_tree.startNs[node.value], newStart = out.startNs[node.value];
  const int64_t oldDuration = m_tree.durationNs(node);
  uint32_t started = 0, ended = 0;  // in m_branches, m_byEnd
  Moment last;                      // what happened before the child
  m_tree.forEachChild(node, [&](NodeIndex child) {
    const int64_t start = m_tree.startNs[child.value] - oldStart;
    int64_t at = 0;
    if (started < m_branches.size() && m_branches[started] == child) {
      const Branch branch = branchAt(started);
      const int64_t replayed = newStarts[started++];
      at = replayed - (branch.start - start);
      last.alsoAfter(branch.start, replayed);
    } else if (start <= 0) {
      at = start;
    } else if (start >= oldDuration) {
      at = saturatingSum(newDuration, start - oldDuration);
    } else {  // nobody waits for it, but it was begun by somebody
      for (; ended < m_byEnd.size() && branchAt(m_byEnd[ended]).end <= start; ++ended) {
        last.alsoAfter(branchAt(m_byEnd[ended]).end, m_newEnd[m_byEnd[ended]]);
      }
      at = saturatingSum(last.replayed, start - last.old);
    }
    out.startNs[child.value] = saturatingSum(newStart, at);
    out.endNs[child.value] = saturatingSum(out.startNs[child.value], newDurationOf(child));
  });
  placeMirrors(node, out);
}

// As far from what they mirror as before.
void Replayer::placeMirrors(NodeIndex node, ReplayedTimes& out) {
  MirrorFinder mirrors(m_tree);
  for (const Mirror& mirror : mirrors.among(node)) {
    const uint32_t span = mirror.span.value, of = mirror.of.value;
    if (!m_tree.has(mirror.span, NodeBits::kMirror)) continue;
    out.startNs[span] = saturatingSum(out.startNs[of], m_tree.startNs[span] - m_tree.startNs[of]);
    out.endNs[span] = std::max(out.startNs[span], saturatingSum(out.endNs[of], m_tree.endNs[span] - m_tree.endNs[of]));
  }
}

}  // namespace waybill::analysis
