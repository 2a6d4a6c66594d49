// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/trace_tree.h"
#include "base/rank_bits.h"

namespace waybill::layout {

// Which spans keep their rows when the others are hidden: those that match, and all that are above one that does. In
// the order of the tree: a number is how many kept spans stand before. 1.5 bits a span and 4 bytes a kept one; immutable.
class KeptSpans {
 public:
  // `matches`: nodes. O(n / 64 + kept), not on the window's thread.
  KeptSpans(const analysis::TraceTree& tree, std::span<const uint32_t> matches);

  uint32_t size() const { return static_cast<uint32_t>(m_nodes.size()); }
  analysis::NodeIndex operator[](uint32_t number) const { return analysis::NodeIndex(m_nodes[number]); }
  bool contains(analysis::NodeIndex node) const { return m_isKept[node.value]; }
  uint32_t numberOf(uint32_t node) const { return m_isKept.rank(node); }  // of the first from there on

  // The span itself, else the nearest above it that is kept; none where nothing above it is. `tree` is the one given
  // before, or one with the same nodes. As many steps as it is levels away, or as that one is from the last kept span
  // before, whichever is less.
  std::optional<analysis::NodeIndex> nearestAbove(const analysis::TraceTree& tree, analysis::NodeIndex node) const;

 private:
  RankBits m_isKept;              // by node
  std::vector<uint32_t> m_nodes;  // ascending
};

}  // namespace waybill::layout
