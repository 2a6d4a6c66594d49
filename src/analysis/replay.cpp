// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/replay.h"

#include <algorithm>
#include <array>

#include "analysis/saturating.h"
#include "analysis/sort_keys.h"

namespace waybill::analysis {
namespace {

static_assert(kMostSiblings <= 32, "bits of Branch::overlapped");

constexpr uint16_t kNotJoined = NodeBits::kAsync | NodeBits::kDetached;
// How many siblings that end within the tolerance after a start are looked at: clocks blur neighbours, not
// crowds.
constexpr size_t kBlurredNeighbours = 8;

}  // namespace

Replayer::Replayer(const TraceTree& tree, const TraceOperations* operations, const HappensBefore* facts)
    : m_tree(tree),
      m_traceOperations(operations),
      m_facts(operations == nullptr ? nullptr : facts),
      m_newDuration(tree.size()),
      m_editAt(tree.size()),
      m_isTouched(tree.size()) {
  for (uint32_t i = 0; i < tree.size(); ++i) m_newDuration[i] = tree.durationNs(NodeIndex(i));
}

int64_t Replayer::newRootDurationNs(const Rewrite& rewrite) {
  if (m_tree.size() == 0) return 0;
  begin(rewrite);
  settleDurations();
  const int64_t out = m_newDuration[m_tree.primaryRoot.value];
  end();
  return out;
}

int64_t Replayer::savingNs(const Rewrite& rewrite) {
  if (m_tree.size() == 0) return 0;
  const int64_t duration = m_tree.durationNs(m_tree.primaryRoot);
  return std::clamp<int64_t>(duration - newRootDurationNs(rewrite), 0, duration);
}

void Replayer::touch(NodeIndex node) {
  for (uint32_t at = node.value; at != TraceTree::kNone && !m_isTouched[at]; at = m_tree.parent[at]) {
    m_isTouched[at] = true;
    m_touched.push_back(at);
  }
}

void Replayer::begin(const Rewrite& rewrite) {
  m_lanesOfGroups = &rewrite.lanesOfGroups();
  for (const Rewrite::Edit& edit : rewrite.edits()) {
    uint32_t& at = m_editAt[edit.node.value];
    if (at == 0) {
      m_edits.emplace_back();
      at = static_cast<uint32_t>(m_edits.size());
      touch(edit.node);
    }
    SpanEdit& of = m_edits[at - 1];
    switch (edit.kind) {
      case Rewrite::Kind::ScaleOwn:
        of.ownFactor = edit.factor;
        of.ownNs = -1;
        break;
      case Rewrite::Kind::SetOwn:
        of.ownNs = edit.ns;
        break;
      case Rewrite::Kind::SetDuration:
        of.durationNs = edit.ns;
        break;
      case Rewrite::Kind::Remove:
        of.durationNs = 0;
        break;
      case Rewrite::Kind::ShortenGap:
        of.gapNs = edit.ns;
        break;
      case Rewrite::Kind::ShortenTail:
        of.tailNs = edit.ns;
        break;
      case Rewrite::Kind::Lane:
        of.group = edit.ns;
        break;
    }
  }
  std::sort(m_touched.begin(), m_touched.end());
}

void Replayer::end() {
  for (const uint32_t node : m_touched) {
    m_isTouched[node] = false;
    m_editAt[node] = 0;
    m_newDuration[node] = m_tree.durationNs(NodeIndex(node));
  }
  m_touched.clear();
  m_edits.clear();
}

void Replayer::settleDurations() {
  for (size_t i = m_touched.size(); i-- > 0;) {  // children before parents
    m_newDuration[m_touched[i]] = newDurationOf(NodeIndex(m_touched[i]));
  }
}

const Replayer::SpanEdit* Replayer::editOf(NodeIndex node) const {
  const uint32_t at = m_editAt[node.value];
  return at == 0 ? nullptr : &m_edits[at - 1];
}

int64_t Replayer::newDurationOf(NodeIndex node) {
  const SpanEdit* edit = editOf(node);
  if (edit != nullptr && edit->durationNs >= 0) return edit->durationNs;
  return replayChildren(node);
}

int64_t Replayer::replayChildren(NodeIndex node) {
  const int64_t uncovered = collectBranches(node);
  learnOrder(node);
  m_lanes.clear();
  const SpanEdit* edit = editOf(node);
  double factor = edit == nullptr ? 1 : edit->ownFactor;
  if (edit != nullptr && edit->ownNs >= 0) {
    factor = uncovered == 0 ? 1 : static_cast<double>(edit->ownNs) / static_cast<double>(uncovered);
  }
  Moment started, last, joined;  // of the branches so far: their starts; their ends; everything
  size_t ended = 0;              // in m_byEnd: ended before the branch
  for (uint32_t i = 0; i < m_branches.size(); ++i) {
    Branch& branch = m_branches[i];
    for (; ended < m_byEnd.size() && m_branches[m_byEnd[ended]].end <= branch.start; ++ended) {
      const Branch& earlier = m_branches[m_byEnd[ended]];
      last.alsoAfter(earlier.end, earlier.newEnd);
    }
    const Moment moment = before(node, i, ended, started, last);
    const SpanEdit* own = editOf(branch.node);
    int64_t gap = branch.start - moment.old;
    if (own != nullptr && own->gapNs >= 0) gap = std::min(gap, own->gapNs);
    branch.newStart = saturatingSum(moment.replayed, scaledNs(gap, factor));
    if (own != nullptr && own->group >= 0) branch.newStart = startInLane(own->group, branch.newStart);
    const int64_t clipped = m_tree.durationNs(branch.node) - (branch.end - branch.start);
    const int64_t lasts = std::max<int64_t>(0, m_newDuration[branch.node.value] - clipped);
    branch.newEnd = saturatingSum(branch.newStart, lasts);
    if (own != nullptr && own->group >= 0) takeLane(own->group, branch.newEnd);
    started.alsoAfter(branch.start, branch.newStart);
    joined.alsoAfter(branch.end, branch.newEnd);
  }
  int64_t tail = m_tree.durationNs(node) - joined.old;
  if (edit != nullptr && edit->tailNs >= 0) tail = std::min(tail, edit->tailNs);
  return saturatingSum(joined.replayed, scaledNs(tail, factor));
}

int64_t Replayer::startInLane(int64_t group, int64_t usualStart) {
  for (auto& [known, free] : m_lanes) {
    if (known == group) return *std::min_element(free.begin(), free.end());
  }
  const uint32_t lanes = std::min<uint32_t>((*m_lanesOfGroups)[static_cast<size_t>(group)],
                                            static_cast<uint32_t>(m_branches.size()));
  m_lanes.emplace_back(group, std::vector<int64_t>(lanes, usualStart));
  return usualStart;
}

void Replayer::takeLane(int64_t group, int64_t until) {
  for (auto& [known, free] : m_lanes) {
    if (known == group) *std::min_element(free.begin(), free.end()) = until;
  }
}

int64_t Replayer::collectBranches(NodeIndex node) {
  m_branches.clear();
  m_byEnd.clear();
  const int64_t start = m_tree.startNs[node.value], duration = m_tree.durationNs(node);
  int64_t covered = 0, coveredUntil = 0;
  bool inOrder = true;
  m_tree.forEachChild(node, [&](NodeIndex child) {
    if (m_tree.has(child, kNotJoined)) return;
    const int64_t from = std::max(m_tree.startNs[child.value], start) - start;
    const int64_t to = std::min(m_tree.endNs[child.value] - start, duration);
    // A moment at its own end cannot come before itself.
    if (from >= to) return;
    inOrder = inOrder && (m_branches.empty() || m_branches.back().end <= to);
    covered += std::max<int64_t>(0, to - std::max(from, coveredUntil));
    coveredUntil = std::max(coveredUntil, to);
    m_byEnd.push_back(static_cast<uint32_t>(m_branches.size()));
    m_branches.push_back({child, from, to});
  });
  if (!inOrder) {
    std::vector<SortKey> keys;
    keys.reserve(m_branches.size());
    for (const uint32_t i : m_byEnd) keys.push_back({static_cast<uint64_t>(m_branches[i].end), i});
    sortKeys(keys);
    for (size_t i = 0; i < keys.size(); ++i) m_byEnd[i] = keys[i].index;
  }
  return duration - covered;
}

// Which of the first children do not wait for which. They are among the first branches, in the same order.
void Replayer::learnOrder(NodeIndex node) {
  if (m_facts == nullptr || m_branches.size() < 2) return;
  const CallPathKey path = m_traceOperations->path[node.value];
  if (!m_facts->anyOverlap(path)) return;
  nameSiblings(m_tree, *m_traceOperations, node, m_named);
  std::array<SiblingKey, kMostSiblings> keys;  // of the branches
  uint32_t count = 0;
  for (const Sibling& sibling : m_named) {
    if (count == m_branches.size()) return;
    Branch& later = m_branches[count];
    if (later.node != sibling.node) continue;  // nobody waits for it
    for (uint32_t earlier = 0; earlier < count; ++earlier) {
      const bool overlap = m_facts->overlapElsewhere(path, keys[earlier], sibling.key, m_tree.trace);
      later.overlapped |= uint32_t{overlap} << earlier;
    }
    keys[count++] = sibling.key;
  }
}

Replayer::Moment Replayer::before(NodeIndex node, uint32_t branchAt, size_t ended, const Moment& started,
                                  const Moment& last) const {
  const Branch& branch = m_branches[branchAt];
  Moment out = started;
  if (branch.overlapped == 0) {
    out.alsoAfter(last.old, last.replayed);
  } else {
    for (uint32_t i = 0; i < branchAt; ++i) {
      const Branch& earlier = m_branches[i];
      if (earlier.end <= branch.start && waitsFor(branch, i)) out.alsoAfter(earlier.end, earlier.newEnd);
    }
  }
  // Siblings that end a little after the branch starts came before it all the same; their overlap stays.
  for (size_t i = ended; i < std::min(ended + kBlurredNeighbours, m_byEnd.size()); ++i) {
    const Branch& sibling = m_branches[m_byEnd[i]];
    const int64_t overlap = sibling.end - branch.start;
    const int64_t tolerance = toleranceNs(m_tree.durationNs(node), m_tree.durationNs(sibling.node),
                                          m_tree.durationNs(branch.node));
    if (overlap > tolerance) break;
    if (sibling.start < branch.start && waitsFor(branch, m_byEnd[i])) {
      out.alsoAfter(branch.start, sibling.newEnd - overlap);
    }
  }
  return out;
}

int64_t savingWithoutOwnTime(const TraceTree& tree, std::span<const NodeIndex> spans) {
  Rewrite rewrite;
  for (const NodeIndex span : spans) rewrite.scaleOwn(span, 0);
  return Replayer(tree).savingNs(rewrite);
}

}  // namespace waybill::analysis
