// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/mirrors.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

using otlp::SpanKind;

// How many siblings are looked at before and after the start of a leaf: wrappers come in ones and twos, not in crowds.
constexpr size_t kNeighbours = 4;
// A start or an end may differ by one part in so many of the longer span: what a wrapper does itself before and after.
constexpr int64_t kDifferingPart = 20;

bool isCalledHere(const TraceTree& tree, NodeIndex leaf, StringId service) {
  const SpanKind kind = tree.kind(leaf);
  return (kind == SpanKind::Internal || kind == SpanKind::Unspecified) && tree.service[leaf.value] == service;
}

int64_t distance(int64_t a, int64_t b) { return a < b ? saturatingSum(b, -a) : saturatingSum(a, -b); }

constexpr uint16_t kGoesOn = NodeBits::kAsync | NodeBits::kDetached;

// What goes on by itself below a span is not its work.
bool waitsForNobody(const TraceTree& tree, NodeIndex node) {
  const uint32_t end = tree.subtreeEnd[node.value];
  for (uint32_t child = node.value + 1; child < end; child = tree.subtreeEnd[child]) {
    if (!tree.has(NodeIndex(child), kGoesOn)) return false;
  }
  return true;
}

// How far the two intervals lie apart; none when that is too far for the same wait.
std::optional<int64_t> differenceNs(const TraceTree& tree, NodeIndex a, NodeIndex b) {
  const int64_t longer = std::max(tree.durationNs(a), tree.durationNs(b));
  // Steps of clocks count only against spans that are longer: two short calls one after another are no mirrors.
  const int64_t shorter = std::min(tree.durationNs(a), tree.durationNs(b));
  const int64_t stepsNs = std::min(tree.clockStepNs(a) + tree.clockStepNs(b), shorter / 4);
  const int64_t most = std::max(longer / kDifferingPart, stepsNs);
  const int64_t starts = distance(tree.startNs[a.value], tree.startNs[b.value]);
  const int64_t ends = distance(tree.endNs[a.value], tree.endNs[b.value]);
  return starts <= most && ends <= most ? std::optional(saturatingSum(starts, ends)) : std::nullopt;
}

}  // namespace

const std::vector<Mirror>& MirrorFinder::among(NodeIndex parent) {
  m_found.clear();
  if (!collectWorking(parent)) return m_found;
  const StringId service = m_tree.service[parent.value];
  m_tree.forEachChild(parent, [&](NodeIndex child) {
    const bool mayBe = m_tree.durationNs(child) > 0 && isCalledHere(m_tree, child, service);
    if (mayBe && waitsForNobody(m_tree, child)) compare(child);
  });
  return m_found;
}

// False when there are none beside leaves.
bool MirrorFinder::collectWorking(NodeIndex parent) {
  m_working.clear();
  bool anyLeaf = false;
  m_tree.forEachChild(parent, [&](NodeIndex child) {
    if (waitsForNobody(m_tree, child)) {
      anyLeaf = true;
    } else if (!m_tree.has(child, kGoesOn) && m_tree.durationNs(child) > 0) {
      m_working.push_back(child);
    }
  });
  return anyLeaf && !m_working.empty();
}

void MirrorFinder::compare(NodeIndex leaf) {
  // Children come by start, and nodes of one parent in that order.
  const auto after = std::upper_bound(m_working.begin(), m_working.end(), leaf);
  const auto at = static_cast<size_t>(after - m_working.begin());
  const size_t end = std::min(m_working.size(), at + kNeighbours);
  std::optional<Mirror> best;
  int64_t leastNs = 0;
  for (size_t i = at - std::min(at, kNeighbours); i < end; ++i) {
    const auto ns = differenceNs(m_tree, leaf, m_working[i]);
    if (!ns || (best && *ns >= leastNs)) continue;
    best = Mirror{leaf, m_working[i]};
    leastNs = *ns;
  }
  if (best) m_found.push_back(*best);
}

}  // namespace waybill::analysis
