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
#include "analysis/siblings.h"

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

// Two children of one parent, and how they lay in time.
struct SiblingFacts {
  CallPathKey parent;
  SeenIn overlapping;    // by more than clocks err
  SeenIn before, after;  // of the first spans of two steps: the smaller key wholly before the other, wholly after it
};

// What is learned over all loaded traces of the same call path (ANALYSIS sections 1.2, 6.3). Built like Baselines:
// part by part, merged, then constant. A trace must be added to one part only, and once. Memory is bounded: of systems
// that vary without end, a share of the call paths is kept, the same whatever the order of traces.
class HappensBefore {
 public:
  void addTrace(const TraceTree& tree, const TraceOperations& operations);
  void merge(const HappensBefore& other);
  void settle();  // when all is merged

  // Two questions. Does the later one really wait for the earlier? Not when they overlapped in a trace besides `trace`.
  // That they also came the other way round refutes nothing: then each waited for whichever came first.
  bool overlapElsewhere(CallPathKey parent, SiblingKey earlier, SiblingKey later,
                        std::optional<TraceIndex> trace) const;
  // Whether anything overlapped among the children of that path; if not, nobody need ask.
  bool anyOverlap(CallPathKey parent) const { return m_overlapBelow.contains(parent); }
  // Could the later one have come first? When the first spans of the two steps overlapped, or came the other way
  // round, in a trace besides `trace`.
  bool independent(CallPathKey parent, OperationKey earlier, OperationKey later, std::optional<TraceIndex> trace) const;
  // What is known of the first spans of two steps; null: nothing.
  const SiblingFacts* firstsOf(CallPathKey parent, OperationKey a, OperationKey b) const;

  // Marks the spans nobody waits for: what (path and occurrence) outlived its parent at least twice and in 1 % of all
  // cases, though here it happened to end early. A server that outlives its client is a timeout or a clock, and does
  // not count.
  void markAsync(TraceTree& tree, const TraceOperations& operations) const;

 private:
  struct Outlived {
    uint64_t seen = 0, outlived = 0;
  };
  // Of too many keys those stay that end in zeros: which ones is decided by the contents alone.
  struct Kept {
    uint64_t mask = 0;
    bool contains(uint64_t key) const { return (key & mask) == 0; }
    void halve() { mask = mask << 1 | 1; }
  };
  void addChildren(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                   const std::vector<Sibling>& named);
  void addOrder(const TraceTree& tree, const TraceOperations& operations, NodeIndex parent,
                const std::vector<Sibling>& named);
  void keepBounded();
  bool isAsync(uint64_t child) const;
  const SiblingFacts* pair(CallPathKey parent, SiblingKey a, SiblingKey b) const;

  absl::flat_hash_map<uint64_t, SiblingFacts> m_pairs;
  absl::flat_hash_map<uint64_t, Outlived> m_outlived;  // by path and occurrence
  Kept m_keptParents, m_keptOutlived;
  absl::flat_hash_set<CallPathKey> m_overlapBelow;
};

}  // namespace waybill::analysis
