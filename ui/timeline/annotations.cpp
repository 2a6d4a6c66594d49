// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/annotations.h"

#include <QCoreApplication>

#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

// Who is to blame for the step above: another service by its name, the same one by its operation.
QString blamed(const analysis::TraceTree& tree, analysis::NodeIndex node, analysis::NodeIndex above) {
  const bool sameService = tree.service[node.value] == tree.service[above.value];
  return sameService ? spanName(tree, node) : serviceText(tree, node);
}

}  // namespace

Annotations::Annotations(const analysis::TraceAnalysis& analysis, const std::vector<analysis::Finding>& findings) {
  const analysis::TrailSteps& steps = analysis.trail.steps;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].foundIt) {
      Annotation& found = m_byNode[steps[i].node.value];
      found.text = QCoreApplication::translate("Timeline", "← found it");
      found.foundIt = true;
      m_nodes.push_back(steps[i].node);
    } else if (steps[i].slow && i + 1 < steps.size()) {
      m_byNode[steps[i].node.value].text = QCoreApplication::translate("Timeline", "← slow because of %1")
                                               .arg(blamed(analysis.tree, steps[i + 1].node, steps[i].node));
    }
  }
  for (size_t rank = 0; rank < findings.size(); ++rank) {
    if (findings[rank].evidence.empty()) continue;
    const analysis::NodeIndex node = findings[rank].evidence.front();
    Annotation& annotation = m_byNode[node.value];
    if (annotation.badges.empty() && !annotation.foundIt) m_nodes.push_back(node);
    if (annotation.badges.size() < kMaxBadges) annotation.badges.push_back(rank);
  }
}

const Annotation* Annotations::of(analysis::NodeIndex node) const {
  const auto found = m_byNode.constFind(node.value);
  return found == m_byNode.cend() ? nullptr : &*found;
}

}  // namespace waybill::ui
