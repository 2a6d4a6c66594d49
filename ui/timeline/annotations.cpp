// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/annotations.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "ui/widgets/span_text.h"

namespace waybill::ui {
namespace {

// Who is to blame for the step above: another service by its name, the same one by its operation.
QString blamed(const analysis::TraceTree& tree, analysis::NodeIndex node, analysis::NodeIndex above) {
  const bool sameService = tree.service[node.value] == tree.service[above.value];
  return sameService ? spanName(tree, node) : serviceText(tree, node);
}

}  // namespace

Annotations::Annotations(std::shared_ptr<const analysis::TraceAnalysis> analysis,
                         const std::vector<analysis::Finding>& findings)
    : m_analysis(std::move(analysis)) {
  const analysis::TrailSteps& steps = m_analysis->trail.steps;
  if (!steps.empty() && steps.back().foundIt) m_nodes.push_back(steps.back().node);
  for (size_t rank = 0; rank < findings.size(); ++rank) {
    if (findings[rank].evidence.empty()) continue;
    const analysis::NodeIndex node = findings[rank].evidence.front();
    const auto [entry, isNew] = m_byNode.try_emplace(node.value);
    Annotation& annotation = entry->second;
    if (isNew) annotation = ofTrail(node);
    if (annotation.badges.empty() && !annotation.foundIt) m_nodes.push_back(node);
    if (annotation.badges.size() < kMaxBadges) annotation.badges.push_back(rank);
  }
}

const Annotation* Annotations::of(analysis::NodeIndex node) const {
  if (m_analysis == nullptr) return nullptr;
  const auto known = m_byNode.find(node.value);
  if (known != m_byNode.end()) return &known->second;
  Annotation annotation = ofTrail(node);
  if (annotation.text.isEmpty()) return nullptr;
  return &m_byNode.emplace(node.value, std::move(annotation)).first->second;
}

// Steps go down the tree, so that their nodes ascend.
Annotation Annotations::ofTrail(analysis::NodeIndex node) const {
  const analysis::TrailSteps& steps = m_analysis->trail.steps;
  const auto isAbove = [](const analysis::TrailStep& step, analysis::NodeIndex wanted) { return step.node < wanted; };
  const auto at = std::lower_bound(steps.begin(), steps.end(), node, isAbove);
  if (at == steps.end() || at->node != node) return {};
  const analysis::TrailStep step = *at;
  if (step.foundIt) return {QCoreApplication::translate("Timeline", "← found it"), true, {}};
  if (!step.slow) return {};
  const QString name = blamed(m_analysis->tree, (at + 1)->node, node);
  return {QCoreApplication::translate("Timeline", "← slow because of %1").arg(name), false, {}};
}

}  // namespace waybill::ui
