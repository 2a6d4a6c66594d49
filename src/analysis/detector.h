// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
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

struct Attempts;
struct CallGroup;

// What several detectors look for, found by the first of them that runs. One thread; null: not looked for.
struct FoundOnce {
  std::shared_ptr<const std::vector<CallGroup>> allGroups, callGroups, loops;
  std::shared_ptr<const std::vector<Attempts>> attempts;
};

// How a time lies against what is usual. It chooses words, severity and rank; it never silences where the time went.
enum class Standing : uint8_t {
  Unknown,  // nothing to compare with
  Above,    // above what the user calls normal, or an outlier among what is loaded
  AsHere,   // as in the other loaded traces, all of which may be slow
  Normal,   // not above what the user calls normal
};

// What every detector sees of one trace. Each thread has facts of its own, because what can be asked of the trace is
// shared, but the two readers and what was found remember for the next detector on the thread.
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
  std::shared_ptr<FoundOnce> once = std::make_shared<FoundOnce>();
  std::stop_token stop = {};

  // For loops over very many: asks now and then. What is found after a stop is thrown away.
  bool isStoppedAt(size_t i) const { return i % 4096 == 0 && stop.stop_requested(); }

  int64_t rootDurationNs() const { return tree.durationNs(tree.primaryRoot); }

  // What is usual for a span: of its narrow key, else of its wide one; null when too little is known.
  const Baseline* usual(NodeIndex node, Measure measure) const;
  // Of a gap before a child, or of the edge between a call and its server.
  const Baseline* usualBetween(NodeIndex parent, NodeIndex child, Measure measure) const;
  // Too little is known to say what is usual, but that much was seen before.
  bool seenBetween(NodeIndex parent, NodeIndex child, Measure measure, int64_t ns) const;
  // Whether what is usual was learned from traces that the user calls normal.
  bool normalIsKnown() const { return population != nullptr && population->usual->isChosen; }
  Standing standing(const Baseline* usual, int64_t ns) const;
  // Above what is usual, and no more than one in a thousand of what the user calls normal took as long: only then is a
  // finding of high severity. True where nothing is known.
  bool isAlarming(const Baseline* usual, int64_t ns) const;
  // Among the first children of one parent: other traces have the two at the same time.
  bool overlapElsewhere(NodeIndex earlier, NodeIndex later) const;
};

// How detectors share out the threads. Those that look for the same run one after another; what takes long begins early.
enum class Share : uint8_t { Calls, Attempts, ReadsMuch, Little };

// A kind of finding. Add one: a file in detectors/ and a line in registry.cpp. A detector makes candidates, weighs
// them (candidate.h), and gives those that are worth a line their words.
struct Detector {
  std::string_view kind;   // "B2"
  std::string_view title;  // "Slow dependency"
  void (*detect)(const TraceFacts& facts, std::vector<Finding>& out);
  Share share = Share::Little;
};

// What a finding must save to be worth a line: max(1 ms, 2 % of the root).
int64_t smallestSavingNs(int64_t rootDurationNs);

}  // namespace waybill::analysis
