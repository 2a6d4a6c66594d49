// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/operations.h"

namespace waybill::analysis {

// Up to two traces in which something was seen, the earliest in the list: enough to tell whether it was seen in
// another trace than a given one.
struct SeenIn {
  uint32_t traces = 0;  // how many
  std::array<TraceIndex, 2> first{};
  TraceIndex last;

  void add(TraceIndex trace);  // a trace counts once, when its sightings come one after another
  void merge(const SeenIn& other);
  bool inAnotherThan(std::optional<TraceIndex> trace) const;
};

// Two operations called by one parent: how their first spans (of one operation: neighbours) lay in time.
struct SiblingFacts {
  CallPathKey parent;
  SeenIn before, after;  // the one with the smaller key wholly before the other, wholly after it
  SeenIn overlapping;    // by more than clocks err
};

// What is learned over all loaded traces of the same call path (ANALYSIS sections 1.2, 6.3). Built like Baselines:
// part by part, merged, then constant. A trace must be added to one part only, and once.
class HappensBefore {
 public:
  // More different siblings of one parent are not compared: they are no steps but data.
  static constexpr size_t kMostSiblingOperations = 32;

  void addTrace(const TraceTree& tree, const TraceOperations& operations);
  void merge(const HappensBefore& other);
  void settle();  // when all is merged

  // Seen overlapping or in the other order in a trace besides `trace`: the later one does not wait for the earlier.
  bool refuted(CallPathKey parent, OperationKey earlier, OperationKey later, std::optional<TraceIndex> trace) const;
  const SiblingFacts* siblings(CallPathKey parent, OperationKey a, OperationKey b) const;
  // Whether anything at all is refuted for children of that path; if not, nobody need ask.
  bool anyRefuted(CallPathKey parent) const;

  // Nobody waits for it: outlived its parent at least twice and in 1 % of all cases. A server that outlives its client
  // is a timeout or a clock, and does not count.
  bool isAsync(CallPathKey path) const;

 private:
  struct Outlived {
    uint64_t seen = 0, outlived = 0;
  };
  SiblingFacts& pair(CallPathKey parent, OperationKey a, OperationKey b);

  absl::flat_hash_map<uint64_t, SiblingFacts> m_pairs;
  absl::flat_hash_map<CallPathKey, Outlived> m_outlived;
  absl::flat_hash_set<CallPathKey> m_refutedBelow;
};

}  // namespace waybill::analysis
