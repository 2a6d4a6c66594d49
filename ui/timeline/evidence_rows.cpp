// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/evidence_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace waybill::ui {
namespace {

using analysis::NodeIndex;

// Repeated calls, repeating blocks, stragglers of a fan-out, retries and storms of them, pools, duplicates (ANALYSIS
// section 6.2): findings about several calls together.
constexpr std::array<std::string_view, 8> kAboutGroups{"B5", "B6", "B7", "B9", "B10", "B11", "B16", "B19"};

constexpr size_t kMostColumns = 3;

bool isAboutGroup(const analysis::Finding& finding) {
  return std::find(kAboutGroups.begin(), kAboutGroups.end(), finding.kind) != kAboutGroups.end();
}

}  // namespace

EvidenceRows::EvidenceRows(const layout::GanttRows& rows, const analysis::TraceTree& tree,
                           const Annotations& annotations, const std::vector<analysis::Finding>& findings) {
  if (rows.rowCount() == 0) return;
  for (const NodeIndex node : annotations.nodes()) addHidden(rows, annotations, node);
  for (size_t rank = 0; rank < findings.size(); ++rank) {
    if (isAboutGroup(findings[rank])) addBracket(rows, tree, findings[rank], rank);
  }
}

const Annotation* EvidenceRows::of(uint32_t row) const {
  const auto found = m_hidden.constFind(row);
  return found == m_hidden.cend() ? nullptr : &*found;
}

void EvidenceRows::addHidden(const layout::GanttRows& rows, const Annotations& annotations, NodeIndex node) {
  if (rows.rowOf(node)) return;
  const uint32_t row = rows.rowShowing(node);
  const Annotation& from = *annotations.of(node);
  Annotation& to = m_hidden[row];
  if (const Annotation* own = rows.groupAt(row) ? nullptr : annotations.of(rows.nodeAt(row)); own && to.badges.empty())
    to = *own;
  for (const size_t rank : from.badges) {
    const auto place = std::lower_bound(to.badges.begin(), to.badges.end(), rank);
    if (place == to.badges.end() || *place != rank) to.badges.insert(place, rank);
  }
  if (to.badges.size() > Annotations::kMaxBadges) to.badges.resize(Annotations::kMaxBadges);
  if (from.foundIt && rows.groupAt(row)) {
    to.text = from.text;
    to.foundIt = true;
  }
}

void EvidenceRows::addBracket(const layout::GanttRows& rows, const analysis::TraceTree& tree,
                              const analysis::Finding& finding, size_t rank) {
  Bracket bracket;
  bracket.rank = rank;
  bracket.startNs = std::numeric_limits<int64_t>::max();
  bracket.endNs = std::numeric_limits<int64_t>::min();
  for (const NodeIndex node : finding.evidence) {
    if (node.value >= tree.size()) continue;
    bracket.rows.push_back(rows.rowShowing(node));
    bracket.startNs = std::min(bracket.startNs, tree.startNs[node.value]);
    bracket.endNs = std::max(bracket.endNs, tree.endNs[node.value]);
  }
  std::sort(bracket.rows.begin(), bracket.rows.end());
  bracket.rows.erase(std::unique(bracket.rows.begin(), bracket.rows.end()), bracket.rows.end());
  if (bracket.rows.empty()) return;
  if (bracket.rows.size() == 1 && (finding.evidence.size() == 1 || !rows.groupAt(bracket.rows.front()))) return;
  for (const Bracket& other : m_brackets) {
    const bool beside = other.rows.front() <= bracket.rows.back() && other.rows.back() >= bracket.rows.front();
    if (beside) bracket.column = std::max(bracket.column, other.column + 1);
  }
  if (bracket.column < kMostColumns) m_brackets.push_back(std::move(bracket));
}

}  // namespace waybill::ui
