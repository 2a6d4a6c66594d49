// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/data_quality.h"
#include "analysis/finding.h"
#include "analysis/operations.h"
#include "analysis/population.h"
#include "analysis/replay.h"
#include "analysis/span_semantics.h"
#include "analysis/trail.h"

namespace waybill::analysis {

// What every detector sees of one trace. Detectors run one after another on one thread; the two readers remember what
// they read for the next one.
struct TraceFacts {
  const TraceTree& tree;
  const SelfTimes& selfNs;
  const CriticalPath& path;
  const Trail& trail;
  const TraceOperations& operations;
  const DataQuality& quality;
  const Population* population;  // null: nothing is known besides this trace
  Replayer& replayer;
  SemanticsReader& semantics;

  int64_t rootDurationNs() const { return tree.durationNs(tree.primaryRoot); }

  // What is usual for a span: of its narrow key, else of its wide one; null when too little is known.
  const Baseline* usual(NodeIndex node, Measure measure) const;
  // Of a gap before a child, or of the edge between a call and its server.
  const Baseline* usualBetween(NodeIndex parent, NodeIndex child, Measure measure) const;
  // Too little is known to say what is usual, but that much was seen before.
  bool seenBetween(NodeIndex parent, NodeIndex child, Measure measure, int64_t ns) const;
  // Among the first children of one parent: other traces have the two at the same time.
  bool overlapElsewhere(NodeIndex earlier, NodeIndex later) const;
};

// A kind of finding. Add one: a file in detectors/ and a line in registry.cpp. A detector makes candidates, weighs
// them (candidate.h), and gives those that are worth a line their words.
struct Detector {
  std::string_view kind;   // "B2"
  std::string_view title;  // "Slow dependency"
  void (*detect)(const TraceFacts& facts, std::vector<Finding>& out);
};

// What a finding must save to be worth a line: max(1 ms, 2 % of the root).
int64_t smallestSavingNs(int64_t rootDurationNs);

}  // namespace waybill::analysis
