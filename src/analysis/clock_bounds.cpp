// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/clock_bounds.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "analysis/saturating.h"

namespace waybill::analysis {
namespace {

constexpr int64_t kNever = ClockInterval::kNever;

int64_t sumOfBounds(int64_t a, int64_t b) {
  if (a == kNever || b == kNever) return kNever;
  if (a == -kNever || b == -kNever) return -kNever;
  return std::clamp(saturatingSum(a, b), -kNever, kNever);
}

// Of the two ends of a pair, as seen from one of them.
struct Neighbour {
  uint32_t host = 0;
  ClockInterval ahead;  // of the neighbour's clock over ours
  bool isCertain = true;
};

// All pairs by host, in two flat arrays.
class Graph {
 public:
  Graph(uint32_t hosts, const std::vector<ClockPair>& pairs) : m_begin(hosts + 1) {
    for (const ClockPair& pair : pairs) {
      ++m_begin[pair.a + 1];
      ++m_begin[pair.b + 1];
    }
    for (uint32_t i = 0; i < hosts; ++i) m_begin[i + 1] += m_begin[i];
    m_neighbours.resize(2 * pairs.size());
    std::vector<uint32_t> next(m_begin.begin(), m_begin.end() - 1);
    for (const ClockPair& pair : pairs) {
      const ClockInterval ahead = pair.possible();
      m_neighbours[next[pair.a]++] = {pair.b, ahead, pair.isCertain()};
      m_neighbours[next[pair.b]++] = {pair.a, negated(ahead), pair.isCertain()};
    }
  }

  template <typename Visit>
  void forEachNeighbour(uint32_t host, Visit&& visit) const {
    for (uint32_t i = m_begin[host]; i < m_begin[host + 1]; ++i) visit(m_neighbours[i]);
  }

 private:
  std::vector<uint32_t> m_begin;
  std::vector<Neighbour> m_neighbours;
};

// From where a host was reached first, certain ways before uncertain ones.
struct Reached {
  uint32_t host = 0, from = 0;
  ClockInterval ahead;
  bool isCertain = true;
};

std::vector<Reached> reach(uint32_t hosts, const Graph& graph) {
  std::vector<Reached> order;
  std::vector<bool> isReached(hosts, false);
  std::deque<Reached> certain{{0, 0, {0, 0}, true}}, doubtful;
  while (!certain.empty() || !doubtful.empty()) {
    std::deque<Reached>& next = certain.empty() ? doubtful : certain;
    const Reached way = next.front();
    next.pop_front();
    if (isReached[way.host]) continue;
    isReached[way.host] = true;
    order.push_back(way);
    graph.forEachNeighbour(way.host, [&](const Neighbour& to) {
      if (isReached[to.host]) return;
      const bool isCertain = way.isCertain && to.isCertain;
      (isCertain ? certain : doubtful).push_back({to.host, way.host, to.ahead, isCertain});
    });
  }
  return order;
}

// Carries bounds over from pair to pair. Rounds in the order of `order` go far at once.
void tighten(const std::vector<Reached>& order, const Graph& graph, std::vector<ClockInterval>& possible) {
  constexpr int kRounds = 16;
  bool changed = true;
  for (int round = 0; round < kRounds && changed; ++round) {
    changed = false;
    for (const Reached& way : order) {
      graph.forEachNeighbour(way.host, [&](const Neighbour& to) {
        if (!to.isCertain) return;
        ClockInterval& known = possible[to.host];
        const ClockInterval tighter = both(known, sum(possible[way.host], to.ahead));
        if (tighter.isEmpty() || tighter == known) return;  // pairs that contradict each other: what came first holds
        known = tighter;
        changed = true;
      });
    }
  }
}

// The clock of its callers where that is possible, else the middle, else what moves it least.
int64_t choose(const ClockInterval& possible, int64_t wanted) {
  if (possible.contains(wanted)) return wanted;
  if (possible.low == -kNever) return possible.high;
  if (possible.high == kNever) return possible.low;
  return possible.low + static_cast<int64_t>((static_cast<uint64_t>(possible.high) - static_cast<uint64_t>(possible.low)) / 2);
}

}  // namespace

ClockInterval both(const ClockInterval& a, const ClockInterval& b) {
  return {std::max(a.low, b.low), std::min(a.high, b.high)};
}

ClockInterval sum(const ClockInterval& a, const ClockInterval& b) {
  return {sumOfBounds(a.low, b.low), sumOfBounds(a.high, b.high)};
}

ClockInterval negated(const ClockInterval& a) { return {-a.high, -a.low}; }

ClockInterval ClockPair::possible() const {
  // What begins before its cause: no offset explains both. The contradiction itself is all that is known.
  if (starts.isEmpty()) return {starts.high, starts.low};
  const ClockInterval out = both(starts, ends);
  return out.isEmpty() ? starts : out;
}

bool ClockPair::isCertain() const {
  return !starts.isEmpty() && !both(starts, ends).isEmpty() && contradicted * 2 <= calls;
}

ClockPair& ClockPairs::of(uint32_t a, uint32_t b) {
  const auto [entry, isNew] = m_index.try_emplace(uint64_t{a} << 32 | b, static_cast<uint32_t>(m_pairs.size()));
  if (isNew) {
    m_pairs.emplace_back();
    m_pairs.back().a = a;
    m_pairs.back().b = b;
  }
  return m_pairs[entry->second];
}

void ClockPairs::addStart(uint32_t parentHost, uint32_t childHost, int64_t ns) {
  ClockPair& pair = of(std::min(parentHost, childHost), std::max(parentHost, childHost));
  ++pair.calls;
  if (parentHost < childHost) {
    pair.starts.high = std::min(pair.starts.high, ns);
  } else {
    pair.starts.low = std::max(pair.starts.low, -ns);
  }
}

void ClockPairs::addEnd(uint32_t parentHost, uint32_t childHost, int64_t ns) {
  ClockPair& pair = of(std::min(parentHost, childHost), std::max(parentHost, childHost));
  const bool isForward = parentHost < childHost;
  if (isForward ? ns > pair.starts.high : -ns < pair.starts.low) {
    ++pair.contradicted;
  } else if (isForward) {
    pair.ends.low = std::max(pair.ends.low, ns);
  } else {
    pair.ends.high = std::min(pair.ends.high, -ns);
  }
}

std::vector<PlacedClock> placeClocks(uint32_t hosts, const std::vector<ClockPair>& pairs) {
  std::vector<PlacedClock> clocks(hosts);
  if (hosts == 0) return clocks;
  const Graph graph(hosts, pairs);
  const std::vector<Reached> order = reach(hosts, graph);
  std::vector<ClockInterval> possible(hosts);
  possible[0] = {0, 0};
  tighten(order, graph, possible);
  for (uint32_t host = 0; host < hosts; ++host) clocks[host].possible = possible[host];
  // Each clock that is chosen narrows what is left for the others. So many hosts are never looked at in one trace but
  // by somebody who wants to see it hang; theirs are chosen against those next to them only.
  const bool areFew = uint64_t{hosts} * pairs.size() <= 1'000'000;
  for (const Reached& way : order) {
    PlacedClock& clock = clocks[way.host];
    clock.isCertain = way.isCertain;
    if (!way.isCertain) {
      clock.possible = sum(clocks[way.from].possible, way.ahead);
      possible[way.host] = sum(possible[way.from], way.ahead);
    }
    if (way.host != 0) clock.aheadNs = choose(possible[way.host], clocks[way.from].aheadNs);
    possible[way.host] = {clock.aheadNs, clock.aheadNs};
    if (areFew) {
      tighten(order, graph, possible);
    } else {
      tighten({way}, graph, possible);
    }
  }
  for (const ClockPair& pair : pairs) {
    clocks[pair.a].calls += pair.calls;
    clocks[pair.b].calls += pair.calls;
  }
  return clocks;
}

}  // namespace waybill::analysis
