// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <vector>

// Parts of estimateClockSkew; nobody else needs them. Hosts are numbers from 0 on; the clock of host 0 is the measure.
namespace waybill::analysis {

// Where a difference of two clocks may lie, in nanoseconds; kNever on a side that nothing bounds. Sums of what hostile
// times may drive over the edge stop there.
struct ClockInterval {
  static constexpr int64_t kNever = INT64_MAX;
  int64_t low = -kNever, high = kNever;

  bool isEmpty() const { return low > high; }
  bool contains(int64_t ns) const { return low <= ns && ns <= high; }
  bool operator==(const ClockInterval&) const = default;
};
ClockInterval both(const ClockInterval& a, const ClockInterval& b);
ClockInterval sum(const ClockInterval& a, const ClockInterval& b);
ClockInterval negated(const ClockInterval& a);

// What the spans of two hosts say of their clocks: the clock of `b` minus that of `a`.
struct ClockPair {
  uint32_t a = 0, b = 0;
  ClockInterval starts;  // what is called begins after its caller, what is received after it was sent
  ClockInterval ends;    // and ends before it: of those that do not contradict the starts
  uint32_t calls = 0;
  uint32_t contradicted = 0;  // ends that cannot be: async work, or clocks that drift

  ClockInterval possible() const;
  bool isCertain() const;
};

class ClockPairs {
 public:
  // `child` on another host was begun by `parent`: childStart − parentStart is at least the difference of the clocks.
  void addStart(uint32_t parentHost, uint32_t childHost, int64_t ns);
  // After all starts. `parent` waited for it: childEnd − parentEnd is at most the difference.
  void addEnd(uint32_t parentHost, uint32_t childHost, int64_t ns);
  const std::vector<ClockPair>& all() const { return m_pairs; }

 private:
  ClockPair& of(uint32_t a, uint32_t b);  // a < b

  absl::flat_hash_map<uint64_t, uint32_t> m_index;
  std::vector<ClockPair> m_pairs;
};

struct PlacedClock {
  int64_t aheadNs = 0;
  ClockInterval possible;  // of aheadNs
  uint32_t calls = 0;
  bool isCertain = true;
};

// Every host's clock against that of host 0: bounds carried over from pair to pair, as a shortest path would, a fixed
// number of times over all pairs (each is a bound of its own; more rounds only tighten them). O(hosts + pairs), and of
// a few hosts, whose clocks are made to fit each other as well, O(hosts · pairs).
std::vector<PlacedClock> placeClocks(uint32_t hosts, const std::vector<ClockPair>& pairs);

}  // namespace waybill::analysis
