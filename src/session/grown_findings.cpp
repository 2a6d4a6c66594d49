// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/grown_findings.h"

#include <absl/container/flat_hash_map.h>

namespace waybill::session {

std::vector<analysis::Finding> inGrownTrace(std::vector<analysis::Finding> found, const analysis::TraceTree& before,
                                            const analysis::TraceTree& after) {
  absl::flat_hash_map<uint32_t, analysis::OptionalNode> nodeOfRow;
  for (const analysis::Finding& finding : found) {
    for (const analysis::NodeIndex node : finding.evidence) nodeOfRow.try_emplace(before.row[node.value].value);
  }
  for (uint32_t i = 0; i < after.size() && !nodeOfRow.empty(); ++i) {
    if (after.isMissing(analysis::NodeIndex(i))) continue;
    const auto entry = nodeOfRow.find(after.row[i].value);
    if (entry != nodeOfRow.end()) entry->second = analysis::NodeIndex(i);
  }
  for (analysis::Finding& finding : found) {
    std::vector<analysis::NodeIndex> evidence;
    for (const analysis::NodeIndex node : finding.evidence) {
      const analysis::OptionalNode moved = nodeOfRow[before.row[node.value].value];
      if (moved) evidence.push_back(*moved);
    }
    finding.evidence = std::move(evidence);
    finding.fix = nullptr;
  }
  std::erase_if(found, [](const analysis::Finding& finding) { return finding.evidence.empty(); });
  return found;
}

}  // namespace waybill::session
