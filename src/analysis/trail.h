// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/operation_groups.h"
#include "analysis/trail_steps.h"

namespace waybill::analysis {

struct Finding;
struct Population;

// The operation (service and name) with the most own time on the critical path.
struct LargestOperation {
  NodeIndex example;  // its span with the most
  int64_t ns = 0;
  uint32_t calls = 0;  // spans of it on the path
};

// The walk of ANALYSIS section 6.2: from the root along the child with the most time on the critical path, as
// long as it carries at least half of its parent's and no step spends half of its time itself. When it ends
// at the root without such a step, or at less than 30 % of the root, the time is spread.
struct Trail {
  TrailSteps steps;                  // at least one, none only in an empty trace
  std::optional<NodeIndex> culprit;  // the step found, none when the time is spread
  // What the headline says of the culprit: its time on the path, subtree included; of the root, or of a call
  // whose time goes between two services, only its own.
  int64_t culpritNs = 0;
  SegmentKind culpritKind = SegmentKind::Self;  // of its own time
  std::optional<NodeIndex> culpritOther;        // the other end of an Edge
  bool culpritIsSpreadBelow = false;            // neither itself nor any child carries half of its time
  uint32_t spreadOver = 0;                      // when spread: how many operations share 90 % of the path
  std::optional<LargestOperation> largest;      // none when the root has no duration
  std::optional<NodeIndex> stream;              // the walk ends at a conversation, which nobody is to blame for
};

// The population, where there is one, tells streams by durations without a usual value.
Trail findTrail(const TraceTree& tree, const CriticalPath& path, const Population* population = nullptr);

// The same of what may be found side by side: the steps of the walk, and timeByOperation().
TrailSteps walkTrail(const TraceTree& tree, const CriticalPath& path);
Trail findTrail(const TraceTree& tree, const CriticalPath& path, TrailSteps steps,
                const std::vector<OperationTime>& operations, const Population* population = nullptr);

// The one sentence over the trace: "90 % of this request was spent in bank-api POST /auth (140 of 155 ms)."
// or "The time is spread over 7 steps; …". While the root is missing it speaks of what has come so far. Where the first
// finding is about another step, half a sentence says which and why; null: there is none, or it is not known yet. Plain
// text.
std::string headline(const TraceTree& tree, const Trail& trail, const Finding* first = nullptr);

// Whether a finding is about the step that the headline names: by its evidence, or the operation it blames.
bool isAboutHeadlineStep(const TraceTree& tree, const Trail& trail, const Finding& finding);

// The service or system a client or producer span says it talks to: peer.service, db.system.name,
// server.address and the like; empty when it names none. Read from the bytes.
std::string peerName(const TraceTree& tree, NodeIndex node);

// "bank-api POST /auth": service and operation of a node; a client span without children that names a peer
// shows the peer. Plain text.
std::string operationText(const TraceTree& tree, NodeIndex node);

}  // namespace waybill::analysis
