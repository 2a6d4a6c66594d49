// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/telling_trace.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "analysis/streams.h"

namespace waybill::analysis {
namespace {

// With fewer traces nothing is usual.
constexpr uint32_t kFewTraces = 20;

struct Scored {
  TraceIndex trace;
  int64_t ns = 0;  // what it is ranked by
  bool isLone = false;
};

// What is usual for each kind of request, by the traces loaded and by the population where it knows.
class UsualDurations {
 public:
  UsualDurations(const store::Snapshot& snapshot, const Population* population)
      : m_snapshot(snapshot), m_population(population) {
    for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
      m_loaded[keyOf(TraceIndex(i)).value].add(snapshot.trace(TraceIndex(i)).durationNs());
    }
  }

  int64_t excessNs(TraceIndex trace) {
    const int64_t durationNs = m_snapshot.trace(trace).durationNs();
    const OperationKey key = keyOf(trace);
    const Baseline* usual =
        m_population == nullptr ? nullptr : m_population->usual->baselines.find(wideKey(key), Measure::Duration);
    if (usual != nullptr) return durationNs - usual->medianNs;
    const LogHistogram& loaded = m_loaded[key.value];
    return loaded.count() < 2 ? durationNs / 2 : durationNs - loaded.median();
  }

 private:
  OperationKey keyOf(TraceIndex trace) {
    const SpanRow root = m_snapshot.trace(trace).root;
    return m_memo.of(m_snapshot, m_snapshot.serviceId(root), m_snapshot.spans().name(root));
  }

  const store::Snapshot& m_snapshot;
  const Population* m_population;
  OperationMemo m_memo;
  absl::flat_hash_map<uint64_t, LogHistogram> m_loaded;
};

// The first that is no stream, best first; the best if all are.
std::optional<TraceIndex> firstOf(const store::Snapshot& snapshot, const Population* population, std::vector<Scored> all,
                                  const std::stop_token& stop) {
  if (all.empty() || stop.stop_requested()) return std::nullopt;
  const auto rank = [&](const Scored& s) {
    const store::TraceSummary& summary = snapshot.trace(s.trace);
    return std::tuple(s.isLone, -s.ns, summary.startNs, summary.id);
  };
  const auto isWorse = [&](const Scored& a, const Scored& b) { return rank(b) < rank(a); };
  // Few are looked at: a heap instead of an order of all.
  std::make_heap(all.begin(), all.end(), isWorse);
  const TraceIndex best = all.front().trace;
  for (auto end = all.end(); end != all.begin() && !stop.stop_requested(); --end) {
    std::pop_heap(all.begin(), end, isWorse);
    const TraceIndex trace = std::prev(end)->trace;
    if (!isStreamRequest(snapshot, trace, population)) return trace;
  }
  return stop.stop_requested() ? std::nullopt : std::optional(best);
}

}  // namespace

std::optional<TraceIndex> mostTellingTrace(const store::Snapshot& snapshot, const Population* population,
                                           std::stop_token stop) {
  if (population != nullptr && population->storeId != snapshot.storeId()) population = nullptr;
  const bool comparesKinds = population != nullptr || snapshot.traceCount() >= kFewTraces;
  std::optional<UsualDurations> usual;
  if (comparesKinds) usual.emplace(snapshot, population);
  std::vector<Scored> all;
  all.reserve(snapshot.traceCount());
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    if (i % 4096 == 0 && stop.stop_requested()) return std::nullopt;
    const TraceIndex trace(i);
    const store::TraceSummary& summary = snapshot.trace(trace);
    all.push_back({trace, usual ? usual->excessNs(trace) : summary.durationNs(), summary.spans <= 1});
  }
  return firstOf(snapshot, population, std::move(all), stop);
}

std::optional<TraceIndex> slowestTrace(const store::Snapshot& snapshot, const Population* population) {
  std::vector<Scored> all;
  all.reserve(snapshot.traceCount());
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    all.push_back({TraceIndex(i), snapshot.trace(TraceIndex(i)).durationNs(), false});
  }
  return firstOf(snapshot, population, std::move(all), {});
}

}  // namespace waybill::analysis
