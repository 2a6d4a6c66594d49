// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/population.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace waybill::analysis {
namespace {

// Traces taken by a worker at a time: few enough that all end together, many enough that nobody queues.
constexpr uint32_t kTracesATime = 256;

// What one thread has learned.
struct Part {
  Population population;
  Usual usual;
};

struct Wanted {
  bool population = true, usual = true;
};

class Builder {
 public:
  // `traces`: none for all.
  Builder(const std::shared_ptr<const store::Snapshot>& snapshot, const std::vector<TraceIndex>* traces, Wanted wanted,
          std::stop_token stop, const PopulationProgress& progress)
      : m_snapshot(snapshot), m_traces(traces), m_wanted(wanted), m_stop(std::move(stop)), m_progress(progress) {}

  // None when stop was asked for.
  std::optional<Part> build(unsigned threads) {
    const uint32_t useful = (count() + kTracesATime - 1) / kTracesATime;
    const unsigned wanted = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
    std::vector<Part> parts(std::clamp(wanted, 1u, std::max(1u, useful)));
    {
      std::vector<std::jthread> workers;
      for (size_t i = 1; i < parts.size(); ++i) workers.emplace_back([this, &part = parts[i]] { work(part); });
      work(parts[0]);
    }
    if (m_stop.stop_requested()) return std::nullopt;
    for (size_t i = 1; i < parts.size(); ++i) merge(parts[0], parts[i]);
    return std::move(parts[0]);
  }

 private:
  uint32_t count() const {
    return m_traces == nullptr ? m_snapshot->traceCount() : static_cast<uint32_t>(m_traces->size());
  }

  void work(Part& part) {
    OperationMemo memo;
    InstanceMemo instances;
    while (!m_stop.stop_requested()) {
      const uint32_t begin = m_next.fetch_add(kTracesATime);
      if (begin >= count()) return;
      const uint32_t end = std::min(begin + kTracesATime, count());
      for (uint32_t i = begin; i < end && !m_stop.stop_requested(); ++i) {
        addTrace(m_traces == nullptr ? TraceIndex(i) : (*m_traces)[i], memo, instances, part);
      }
      if (m_progress) m_progress(static_cast<double>(m_done += end - begin) / count());
    }
  }

  void addTrace(TraceIndex trace, OperationMemo& memo, InstanceMemo& instances, Part& part) const {
    const TraceTree tree = buildTraceTree(m_snapshot, trace);
    TraceOperations operations = operationsOf(tree, memo);
    SemanticsReader semantics(tree);
    nameSteps(tree, semantics, operations);
    if (m_wanted.usual) {
      analysis::addTrace(tree, selfTimes(tree), operations, semantics, part.usual.baselines);
      part.usual.retries.addTrace(tree, operations, semantics);
      part.usual.payloads.addTrace(tree, operations, semantics);
      ++part.usual.traces;
    }
    if (!m_wanted.population) return;
    part.population.happensBefore.addTrace(tree, operations);
    part.population.messages.addTrace(tree, operations);
    part.population.instances.addTrace(tree, instances);
    ++part.population.traces;
  }

  static void merge(Part& into, const Part& part) {
    into.usual.traces += part.usual.traces;
    into.usual.baselines.merge(part.usual.baselines);
    into.usual.retries.merge(part.usual.retries);
    into.usual.payloads.merge(part.usual.payloads);
    into.population.traces += part.population.traces;
    into.population.happensBefore.merge(part.population.happensBefore);
    into.population.messages.merge(part.population.messages);
    into.population.instances.merge(part.population.instances);
  }

  const std::shared_ptr<const store::Snapshot>& m_snapshot;
  const std::vector<TraceIndex>* m_traces;
  const Wanted m_wanted;
  const std::stop_token m_stop;
  const PopulationProgress& m_progress;
  std::atomic<uint32_t> m_next{0}, m_done{0};
};

std::shared_ptr<const Usual> settled(Usual usual, bool isChosen) {
  usual.isChosen = isChosen;
  usual.baselines.settle(isChosen ? Baselines::kAnyValues : Baselines::Fewest());
  usual.payloads.settle();
  return std::make_shared<const Usual>(std::move(usual));
}

}  // namespace

std::shared_ptr<const Population> buildPopulation(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                  std::stop_token stop, unsigned threads,
                                                  const PopulationProgress& progress,
                                                  std::shared_ptr<const Usual> normal) {
  Builder builder(snapshot, nullptr, {true, normal == nullptr}, std::move(stop), progress);
  std::optional<Part> learned = builder.build(threads);
  if (!learned) return nullptr;
  auto out = std::make_shared<Population>(std::move(learned->population));
  out->storeId = snapshot->storeId();
  out->happensBefore.settle();
  out->usual = normal != nullptr ? std::move(normal) : settled(std::move(learned->usual), false);
  return out;
}

std::shared_ptr<const Usual> learnNormal(const std::shared_ptr<const store::Snapshot>& snapshot,
                                         const std::optional<std::vector<TraceIndex>>& traces, std::stop_token stop,
                                         unsigned threads, const PopulationProgress& progress) {
  Builder builder(snapshot, traces ? &*traces : nullptr, {false, true}, std::move(stop), progress);
  std::optional<Part> learned = builder.build(threads);
  return learned ? settled(std::move(learned->usual), true) : nullptr;
}

}  // namespace waybill::analysis
