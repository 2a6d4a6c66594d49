// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>
#include <unordered_map>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::ui {

// What the analysis has to say on a bar.
struct Annotation {
  QString text;  // "← slow because of bank-api"; empty when there is none
  bool foundIt = false;
  std::vector<size_t> badges;  // ranks of findings, from 0
};

// By node: the trail from the request to the culprit, and the findings at their first evidence. A trail may be as deep as
// the trace is: its steps are worded when they are asked for, O(log n). GUI thread.
class Annotations {
 public:
  static constexpr size_t kMaxBadges = 3;  // on one bar

  Annotations() = default;
  Annotations(std::shared_ptr<const analysis::TraceAnalysis> analysis, const std::vector<analysis::Finding>& findings);

  const Annotation* of(analysis::NodeIndex node) const;  // null: nothing; stays where it is
  // Where findings begin and where the trail ends: what must be seen when it is folded away.
  const std::vector<analysis::NodeIndex>& nodes() const { return m_nodes; }

 private:
  Annotation ofTrail(analysis::NodeIndex node) const;

  std::shared_ptr<const analysis::TraceAnalysis> m_analysis;
  mutable std::unordered_map<uint32_t, Annotation> m_byNode;  // of findings, and of steps that were asked for
  std::vector<analysis::NodeIndex> m_nodes;  // each once
};

}  // namespace waybill::ui
