// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout/self_stretches.h"

#include <algorithm>

#include "layout/gallop.h"

namespace waybill::layout {

using analysis::NodeIndex;

SelfStretches::SelfStretches(const analysis::TraceTree& tree)
    : m_tree(tree), m_hasPlaces(tree.size()), m_begin{0} {
  std::vector<uint8_t> children(tree.size(), 0);  // as far as it matters
  for (const uint32_t parent : tree.parent) {
    if (parent == analysis::TraceTree::kNone || children[parent] > kFewChildren) continue;
    if (++children[parent] > kFewChildren) m_hasPlaces.set(parent);
  }
  m_hasPlaces.count();
  const uint32_t stored = m_hasPlaces.rank(tree.size());
  if (stored == 0) return;
  m_begin.reserve(stored + size_t{1});
  for (uint32_t node = 0; node < tree.size(); ++node) {
    if (m_hasPlaces[node]) store(node);
  }
  m_places.coveredUntilNs.shrink_to_fit();
  m_places.sumNs.shrink_to_fit();
  m_places.child.shrink_to_fit();
}

void SelfStretches::store(uint32_t node) {
  Walk walk = walkAll(node);
  uint32_t children = 0;
  for (uint32_t child = node + 1; child < m_tree.subtreeEnd[node]; child = m_tree.subtreeEnd[child]) {
    if (children++ % kFewChildren == 0) {
      m_places.coveredUntilNs.push_back(walk.coveredUntilNs);
      m_places.sumNs.push_back(walk.sumNs);
      m_places.child.push_back(child);
    }
    walk.step();
  }
  m_begin.push_back(static_cast<uint32_t>(m_places.child.size()));
}

bool SelfStretches::Walk::step() {
  const int64_t childStart = std::min(tree->startNs[child], spanEndNs);
  const int64_t childEnd = std::min(tree->endNs[child], spanEndNs);
  startNs = coveredUntilNs;
  endNs = childStart;
  coveredUntilNs = std::max(coveredUntilNs, childEnd);
  child = tree->subtreeEnd[child];
  if (endNs <= startNs) return false;
  sumNs += endNs - startNs;
  return true;
}

bool SelfStretches::Walk::next() {
  while (child < childrenEnd) {
    if (step()) return true;
  }
  if (coveredUntilNs >= spanEndNs) return false;
  startNs = coveredUntilNs;
  endNs = coveredUntilNs = spanEndNs;
  sumNs += endNs - startNs;
  return true;
}

SelfStretches::Walk SelfStretches::walkAll(uint32_t node) const {
  Walk walk;
  walk.tree = &m_tree;
  walk.spanEndNs = m_tree.endNs[node];
  walk.child = node + 1;
  walk.childrenEnd = m_tree.subtreeEnd[node];
  walk.coveredUntilNs = m_tree.startNs[node];
  return walk;
}

SelfStretches::Places SelfStretches::placesOf(uint32_t node) const {
  const uint32_t rank = m_hasPlaces.rank(node);
  return {m_begin[rank], m_begin[rank + 1]};
}

SelfStretches::Walk SelfStretches::walkFrom(uint32_t node, int64_t ns) const {
  const Places places = placesOf(node);
  const auto begin = m_places.coveredUntilNs.begin();
  const auto after = std::upper_bound(begin + places.begin, begin + places.end, ns);
  Walk walk = walkAll(node);
  walk.moveTo(*this, std::max(static_cast<uint32_t>(after - begin), places.begin + 1) - 1);
  return walk;
}

void SelfStretches::Walk::moveTo(const SelfStretches& stretches, uint32_t to) {
  place = to;
  child = stretches.m_places.child[to];
  coveredUntilNs = stretches.m_places.coveredUntilNs[to];
  sumNs = stretches.m_places.sumNs[to];
}

bool SelfStretches::skip(uint32_t node, Walk& walk, int64_t ns) const {
  const Places places = placesOf(node);
  const auto isBefore = [&](uint32_t place) { return m_places.coveredUntilNs[place] < ns; };
  const uint32_t good = gallop(walk.place + 1, places.end, walk.skipped, isBefore) - 1;
  walk.skipped = good - walk.place;
  // The walk may have come past that place by itself.
  if (m_places.child[good] <= walk.child) return false;
  walk.moveTo(*this, good);
  return true;
}

}  // namespace waybill::layout
