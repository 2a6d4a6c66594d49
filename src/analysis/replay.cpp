// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/replay.h"

#include <algorithm>
#include <numeric>

#include "analysis/answers.h"
#include "analysis/saturating.h"
#include "analysis/sort_keys.h"

namespace waybill::analysis {
namespace {

static_assert(kMostSiblings <= 32, "bits of m_overlapped");

constexpr uint16_t kNotJoined = NodeBits::kNotJoined;
// How many siblings that end within the tolerance after a start are looked at: clocks blur neighbours, not
// crowds.
constexpr size_t kBlurredNeighbours = 8;
// Memory for more is given back after a replay.
constexpr size_t kMostKept = 1 << 16;

}  // namespace

Replayer::Replayer(const TraceTree& tree, const TraceOperations* operations, const HappensBefore* facts)
    : m_tree(tree),
      m_traceOperations(operations),
      m_facts(operations == nullptr ? nullptr : facts),
      m_touchedAt(tree.size()) {}

int64_t Replayer::newRootDurationNs(const Rewrite& rewrite) {
  if (m_tree.size() == 0) return 0;
  begin(rewrite);
  settleDurations();
  const int64_t out = newDurationOf(m_tree.primaryRoot);
  end();
  return out;
}

int64_t Replayer::savingNs(const Rewrite& rewrite) {
  if (m_tree.size() == 0) return 0;
  const int64_t duration = m_tree.durationNs(m_tree.primaryRoot);
  return std::clamp<int64_t>(duration - newRootDurationNs(rewrite), 0, duration);
}

void Replayer::touch(NodeIndex node) {
  for (uint32_t at = node.value; at != TraceTree::kNone && m_touchedAt[at] == 0; at = m_tree.parent[at]) {
    m_touched.push_back({m_tree.durationNs(NodeIndex(at))});
    m_touchedAt[at] = static_cast<uint32_t>(m_touched.size());
    m_touchedNodes.push_back(NodeIndex(at));
  }
}

void Replayer::begin(const Rewrite& rewrite) {
  m_rewrite = &rewrite;
  const std::vector<Rewrite::Edit>& edits = rewrite.edits();
  m_editBefore.reserve(edits.size());
  for (uint32_t i = 0; i < edits.size(); ++i) {
    touch(edits[i].node);
    Touched& touched = m_touched[m_touchedAt[edits[i].node.value] - 1];
    m_editBefore.push_back(touched.lastEdit);
    touched.lastEdit = i + 1;
  }
  std::sort(m_touchedNodes.begin(), m_touchedNodes.end());
}

void Replayer::end() {
  for (const NodeIndex node : m_touchedNodes) m_touchedAt[node.value] = 0;
  const auto empty = [](auto& vector) {
    vector.clear();
    if (vector.capacity() > kMostKept) vector.shrink_to_fit();
  };
  empty(m_touched);
  empty(m_touchedNodes);
  empty(m_editBefore);
  empty(m_branches);
  empty(m_newEnd);
  empty(m_byEnd);
  m_rewrite = nullptr;
}

void Replayer::settleDurations() {
  for (size_t i = m_touchedNodes.size(); i-- > 0;) {  // children before parents
    const NodeIndex node = m_touchedNodes[i];
    m_touched[m_touchedAt[node.value] - 1].newDurationNs = replayedDuration(node);
  }
}

// Of several changes of one kind the last holds.
std::optional<Replayer::SpanEdit> Replayer::editOf(NodeIndex node) const {
  const uint32_t touched = m_touchedAt[node.value];
  uint32_t at = touched == 0 ? 0 : m_touched[touched - 1].lastEdit;
  if (at == 0) return std::nullopt;
  SpanEdit out;
  const auto take = [](int64_t& into, int64_t ns) { into = into < 0 ? ns : into; };
  bool isOwnKnown = false;
  for (; at != 0; at = m_editBefore[at - 1]) {
    const Rewrite::Edit& edit = m_rewrite->edits()[at - 1];
    switch (edit.kind) {
      case Rewrite::Kind::ScaleOwn:
        if (!isOwnKnown) out.ownFactor = edit.factor;
        isOwnKnown = true;
        break;
      case Rewrite::Kind::SetOwn:
        if (!isOwnKnown) out.ownNs = edit.ns;
        isOwnKnown = true;
        break;
      case Rewrite::Kind::SetDuration: take(out.durationNs, edit.ns); break;
      case Rewrite::Kind::Remove: take(out.durationNs, 0); break;
      case Rewrite::Kind::ShortenGap: take(out.gapNs, edit.ns); break;
      case Rewrite::Kind::ShortenTail: take(out.tailNs, edit.ns); break;
      case Rewrite::Kind::Lane: take(out.group, edit.ns); break;
    }
  }
  return out;
}

int64_t Replayer::newDurationOf(NodeIndex node) const {
  const uint32_t at = m_touchedAt[node.value];
  return at == 0 ? m_tree.durationNs(node) : m_touched[at - 1].newDurationNs;
}

int64_t Replayer::replayedDuration(NodeIndex node) {
  const auto edit = editOf(node);
  if (edit && edit->durationNs >= 0) return edit->durationNs;
  return replayChildren(node);
}

Replayer::Branch Replayer::branchAt(uint32_t i) const {
  const NodeIndex node = m_branches[i];
  const int64_t start = m_tree.startNs[m_parent.value];
  return {node, std::max(m_tree.startNs[node.value], start) - start,
          std::min(m_tree.endNs[node.value] - start, m_tree.durationNs(m_parent))};
}

int64_t Replayer::replayChildren(NodeIndex node, std::vector<int64_t>* newStarts) {
  const int64_t uncovered = collectBranches(node);
  learnOrder(node);
  m_lanes.clear();
  const auto edit = editOf(node);
  double factor = edit ? edit->ownFactor : 1;
  if (edit && edit->ownNs >= 0) {
    factor = uncovered == 0 ? 1 : static_cast<double>(edit->ownNs) / static_cast<double>(uncovered);
  }
  Moment started, last, joined;  // of the branches so far: their starts; their ends; everything
  size_t ended = 0;              // in m_byEnd: ended before the branch
  for (uint32_t i = 0; i < m_branches.size(); ++i) {
    const Branch branch = branchAt(i);
    for (; ended < m_byEnd.size(); ++ended) {
      const int64_t end = branchAt(m_byEnd[ended]).end;
      if (end > branch.start) break;
      last.alsoAfter(end, m_newEnd[m_byEnd[ended]]);
    }
    const Moment moment = before(i, ended, started, last);
    const auto own = editOf(branch.node);
    int64_t gap = branch.start - moment.old;
    if (own && own->gapNs >= 0) gap = std::min(gap, own->gapNs);
    int64_t newStart = saturatingSum(moment.replayed, scaledNs(gap, factor));
    if (own && own->group >= 0) newStart = startInLane(own->group, newStart);
    m_newEnd[i] = saturatingSum(newStart, lastsNs(branch));
    if (own && own->group >= 0) takeLane(own->group, m_newEnd[i]);
    if (newStarts != nullptr) newStarts->push_back(newStart);
    started.alsoAfter(branch.start, newStart);
    joined.alsoAfter(branch.end, m_newEnd[i]);
  }
  int64_t tail = m_tree.durationNs(node) - joined.old;
  if (edit && edit->tailNs >= 0) tail = std::min(tail, edit->tailNs);
  return saturatingSum(joined.replayed, scaledNs(tail, factor));
}

// How long the parent would wait for a branch.
int64_t Replayer::lastsNs(const Branch& branch) const {
  const int64_t wasNs = branch.end - branch.start, newNs = newDurationOf(branch.node);
  const int64_t clippedNs = m_tree.durationNs(branch.node) - wasNs;
  const bool outlives = m_tree.endNs[branch.node.value] > m_tree.endNs[m_parent.value];
  if (clippedNs == 0 || !outlives || !mayAnswer(m_tree, m_parent, branch.node)) {
    return std::max<int64_t>(0, newNs - clippedNs);
  }
  // Its client gives up when it did, if the server still runs then.
  const int64_t earlyNs = std::max<int64_t>(0, m_tree.startNs[m_parent.value] - m_tree.startNs[branch.node.value]);
  return std::clamp<int64_t>(newNs - earlyNs, 0, wasNs);
}

int64_t Replayer::startInLane(int64_t group, int64_t usualStart) {
  for (auto& [known, free] : m_lanes) {
    if (known == group) return *std::min_element(free.begin(), free.end());
  }
  const uint32_t lanes = std::min<uint32_t>(m_rewrite->lanesOfGroups()[static_cast<size_t>(group)],
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
  m_parent = node;
  m_branches.clear();
  const int64_t start = m_tree.startNs[node.value], duration = m_tree.durationNs(node);
  if (m_tree.subtreeEnd[node.value] - node.value > kMostKept) {
    size_t children = 0;  // so many that growing would take half as much again
    m_tree.forEachChild(node, [&](NodeIndex) { ++children; });
    m_branches.reserve(children);
  }
  int64_t covered = 0, coveredUntil = 0, lastEnd = 0;
  bool inOrder = true;
  m_tree.forEachChild(node, [&](NodeIndex child) {
    if (m_tree.has(child, kNotJoined)) return;
    const int64_t from = std::max(m_tree.startNs[child.value], start) - start;
    const int64_t to = std::min(m_tree.endNs[child.value] - start, duration);
    // A moment at its own end cannot come before itself.
    if (from >= to) return;
    inOrder = inOrder && lastEnd <= to;
    lastEnd = to;
    covered += std::max<int64_t>(0, to - std::max(from, coveredUntil));
    coveredUntil = std::max(coveredUntil, to);
    m_branches.push_back(child);
  });
  m_newEnd.resize(m_branches.size());
  m_byEnd.resize(m_branches.size());
  std::iota(m_byEnd.begin(), m_byEnd.end(), 0);
  if (!inOrder) sortByEnd();
  return duration - covered;
}

// Where a few run at a time each has to move but a little; else by their keys, with memory for these.
void Replayer::sortByEnd() {
  constexpr size_t kMovesEach = 8;
  const auto endOf = [&](uint32_t i) { return branchAt(i).end; };
  const size_t mostMoves = m_byEnd.size() * kMovesEach;
  size_t moves = 0;
  for (size_t sorted = 1; sorted < m_byEnd.size() && moves < mostMoves; ++sorted) {
    const uint32_t moved = m_byEnd[sorted];
    const int64_t end = endOf(moved);
    size_t at = sorted;
    for (; at > 0 && moves < mostMoves && endOf(m_byEnd[at - 1]) > end; --at, ++moves) m_byEnd[at] = m_byEnd[at - 1];
    m_byEnd[at] = moved;
  }
  if (moves < mostMoves) return;
  std::vector<SortKey> keys(m_branches.size());
  for (uint32_t i = 0; i < keys.size(); ++i) keys[i] = {static_cast<uint64_t>(endOf(i)), i};
  sortKeys(keys);
  for (size_t i = 0; i < keys.size(); ++i) m_byEnd[i] = keys[i].index;
}

// Which of the first children do not wait for which. They are among the first branches, in the same order.
void Replayer::learnOrder(NodeIndex node) {
  m_overlapped.fill(0);
  if (m_facts == nullptr || m_branches.size() < 2) return;
  const CallPathKey path = m_traceOperations->path[node.value];
  if (!m_facts->anyOverlap(path)) return;
  nameSiblings(m_tree, *m_traceOperations, node, m_named);
  std::array<SiblingKey, kMostSiblings> keys;  // of the branches
  uint32_t count = 0;
  for (const Sibling& sibling : m_named) {
    if (count == m_branches.size()) return;
    if (m_branches[count] != sibling.node) continue;  // nobody waits for it
    for (uint32_t earlier = 0; earlier < count; ++earlier) {
      const bool overlap = m_facts->overlapElsewhere(path, keys[earlier], sibling.key, m_tree.trace);
      m_overlapped[count] |= uint32_t{overlap} << earlier;
    }
    keys[count++] = sibling.key;
  }
}

Replayer::Moment Replayer::before(uint32_t at, size_t ended, const Moment& started, const Moment& last) const {
  const Branch branch = branchAt(at);
  Moment out = started;
  if (overlappedOf(at) == 0) {
    out.alsoAfter(last.old, last.replayed);
  } else {
    for (uint32_t i = 0; i < at; ++i) {
      const int64_t end = branchAt(i).end;
      if (end <= branch.start && waitsFor(at, i)) out.alsoAfter(end, m_newEnd[i]);
    }
  }
  // Siblings that end a little after the branch starts came before it all the same; their overlap stays.
  for (size_t i = ended; i < std::min(ended + kBlurredNeighbours, m_byEnd.size()); ++i) {
    const Branch sibling = branchAt(m_byEnd[i]);
    const int64_t overlap = sibling.end - branch.start;
    // As on the path, of a missing span the children come one after another.
    if (!m_tree.isMissing(m_parent) && overlap > toleranceNs(m_tree, m_parent, sibling.node, branch.node)) break;
    if (sibling.start < branch.start && waitsFor(at, m_byEnd[i])) {
      out.alsoAfter(branch.start, m_newEnd[m_byEnd[i]] - overlap);
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
