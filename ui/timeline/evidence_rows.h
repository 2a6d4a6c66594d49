// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <cstdint>
#include <vector>

#include "layout/gantt_rows.h"
#include "ui/timeline/annotations.h"

namespace waybill::ui {

// What joins the evidence of a finding about a group of calls: repeated, retried, fanned out.
struct Bracket {
  size_t rank = 0;             // of the finding, from 0
  std::vector<uint32_t> rows;  // that show evidence, ascending, each once; never empty
  int64_t startNs = 0;         // of the earliest evidence
  int64_t endNs = 0;           // when the latest ends
  size_t column = 0;           // brackets over the same rows stand beside each other
};

// Findings as the rows show them now, with what is folded. Made anew when rows or findings change: O(evidence · log n).
class EvidenceRows {
 public:
  EvidenceRows() = default;
  EvidenceRows(const layout::GanttRows& rows, const analysis::TraceTree& tree, const Annotations& annotations,
               const std::vector<analysis::Finding>& findings);

  // What a row says besides its own span: findings whose first evidence is folded under it, and "found it" of a member
  // of a folded group. Null when there is nothing.
  const Annotation* of(uint32_t row) const;
  // With that many rows or more, or over a folded group.
  const std::vector<Bracket>& brackets() const { return m_brackets; }

 private:
  void addHidden(const layout::GanttRows& rows, const Annotations& annotations, analysis::NodeIndex node);
  void addBracket(const layout::GanttRows& rows, const analysis::TraceTree& tree, const analysis::Finding& finding,
                  size_t rank);

  QHash<uint32_t, Annotation> m_hidden;  // by row
  std::vector<Bracket> m_brackets;
};

}  // namespace waybill::ui
