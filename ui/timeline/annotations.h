// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <vector>

#include "analysis/trace_analysis.h"

namespace waybill::ui {

// What the analysis has to say on a bar.
struct Annotation {
  QString text;  // "← slow because of bank-api"; empty when there is none
  bool foundIt = false;
  std::vector<size_t> badges;  // ranks of findings, from 0
};

// By node: the trail from the request to the culprit, and the findings at their first evidence.
class Annotations {
 public:
  static constexpr size_t kMaxBadges = 3;  // on one bar

  Annotations() = default;
  Annotations(const analysis::TraceAnalysis& analysis, const std::vector<analysis::Finding>& findings);

  const Annotation* of(analysis::NodeIndex node) const;
  // Where findings begin and where the trail ends: what must be seen when it is folded away.
  const std::vector<analysis::NodeIndex>& nodes() const { return m_nodes; }

 private:
  QHash<uint32_t, Annotation> m_byNode;
  std::vector<analysis::NodeIndex> m_nodes;  // each once
};

}  // namespace waybill::ui
