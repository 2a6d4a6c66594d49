// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/trace_tree.h"

namespace waybill::analysis {

// What if … : changes to one trace, to be replayed (ANALYSIS section 6.3). Plain data; nodes are those of one tree. Of
// several changes to one span the last of each kind holds. Siblings of a group have one parent; where they have not,
// each parent's are a group of their own.
class Rewrite {
 public:
  // Own time: of a call that a server answers, the time between the two; without children, the whole span.
  Rewrite& scaleOwn(NodeIndex span, double factor);
  Rewrite& setOwn(NodeIndex span, int64_t ns);  // to that much in all, in proportion
  // The whole span with all below it takes that long, in proportion.
  Rewrite& setDuration(NodeIndex span, int64_t ns);
  Rewrite& scaleDuration(const TraceTree& tree, NodeIndex span, double factor);
  // The span ends no later than it would at `endNs` of the old time.
  Rewrite& capEnd(const TraceTree& tree, NodeIndex span, int64_t endNs);
  // The span is not there, nor all below it, nor its parent's own time before it.
  Rewrite& remove(NodeIndex span);
  // The parent's own time before a child, after what came before it, is at most that.
  Rewrite& shortenGapBefore(NodeIndex child, int64_t ns);
  Rewrite& shortenTail(NodeIndex span, int64_t ns);  // own time after the last child

  // Of tries one after another only `kept` is made, where the first was. `tries` by start, `kept` among them.
  Rewrite& keepOnly(std::span<const NodeIndex> tries, NodeIndex kept);
  // One call in the place of many: as long as the longest and a tenth of each other.
  Rewrite& collapse(const TraceTree& tree, std::span<const NodeIndex> siblings);
  // At most `lanes` at a time, each as soon as a lane is free; the first where it was. By start.
  Rewrite& runInLanes(std::span<const NodeIndex> siblings, uint32_t lanes);
  Rewrite& startTogether(std::span<const NodeIndex> siblings);

  void reserve(size_t edits) { m_edits.reserve(edits); }

  bool empty() const { return m_edits.empty(); }

  enum class Kind : uint8_t { ScaleOwn, SetOwn, SetDuration, Remove, ShortenGap, ShortenTail, Lane };
  struct Edit {
    NodeIndex node;
    Kind kind;
    int64_t ns = 0;      // or the number of the group
    double factor = 1;
  };
  const std::vector<Edit>& edits() const { return m_edits; }
  const std::vector<uint32_t>& lanesOfGroups() const { return m_lanes; }

 private:
  std::vector<Edit> m_edits;
  std::vector<uint32_t> m_lanes;  // by group
};

}  // namespace waybill::analysis
