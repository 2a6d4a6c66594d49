// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rewrite.h"

#include <algorithm>
#include <cmath>

#include "analysis/saturating.h"

namespace waybill::analysis {

Rewrite& Rewrite::scaleOwn(NodeIndex span, double factor) {
  m_edits.push_back({span, Kind::ScaleOwn, 0, std::isfinite(factor) ? std::max(0.0, factor) : 1.0});
  return *this;
}

Rewrite& Rewrite::setOwn(NodeIndex span, int64_t ns) {
  m_edits.push_back({span, Kind::SetOwn, std::max<int64_t>(0, ns)});
  return *this;
}

Rewrite& Rewrite::setDuration(NodeIndex span, int64_t ns) {
  m_edits.push_back({span, Kind::SetDuration, std::max<int64_t>(0, ns)});
  return *this;
}

Rewrite& Rewrite::scaleDuration(const TraceTree& tree, NodeIndex span, double factor) {
  return setDuration(span, scaledNs(tree.durationNs(span), std::max(0.0, factor)));
}

Rewrite& Rewrite::capEnd(const TraceTree& tree, NodeIndex span, int64_t endNs) {
  const int64_t end = std::min(endNs, tree.endNs[span.value]);
  return setDuration(span, end > tree.startNs[span.value] ? end - tree.startNs[span.value] : 0);
}

Rewrite& Rewrite::remove(NodeIndex span) {
  m_edits.push_back({span, Kind::Remove});
  return shortenGapBefore(span, 0);
}

Rewrite& Rewrite::shortenGapBefore(NodeIndex child, int64_t ns) {
  m_edits.push_back({child, Kind::ShortenGap, std::max<int64_t>(0, ns)});
  return *this;
}

Rewrite& Rewrite::shortenTail(NodeIndex span, int64_t ns) {
  m_edits.push_back({span, Kind::ShortenTail, std::max<int64_t>(0, ns)});
  return *this;
}

Rewrite& Rewrite::keepOnly(std::span<const NodeIndex> tries, NodeIndex kept) {
  for (const NodeIndex span : tries) {
    const bool isFirst = span == tries.front();
    if (span != kept) m_edits.push_back({span, Kind::Remove});
    if (!isFirst) shortenGapBefore(span, 0);
  }
  return *this;
}

Rewrite& Rewrite::collapse(const TraceTree& tree, std::span<const NodeIndex> siblings) {
  if (siblings.empty()) return *this;
  int64_t longest = 0, sum = 0;
  for (const NodeIndex span : siblings) {
    longest = std::max(longest, tree.durationNs(span));
    sum = saturatingSum(sum, tree.durationNs(span));
  }
  setDuration(siblings.front(), saturatingSum(longest, (sum - longest) / 10));
  for (const NodeIndex span : siblings.subspan(1)) remove(span);
  return *this;
}

Rewrite& Rewrite::runInLanes(std::span<const NodeIndex> siblings, uint32_t lanes) {
  const auto group = static_cast<int64_t>(m_lanes.size());
  m_lanes.push_back(std::max(1u, lanes));
  for (const NodeIndex span : siblings) m_edits.push_back({span, Kind::Lane, group});
  return *this;
}

Rewrite& Rewrite::startTogether(std::span<const NodeIndex> siblings) {
  return runInLanes(siblings, static_cast<uint32_t>(siblings.size()));
}

}  // namespace waybill::analysis
