// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/population.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace waybill::analysis {
namespace {

// Traces taken by a worker at a time: few enough that all end together, many enough that nobody queues.
constexpr uint32_t kTracesATime = 256;

class Builder {
 public:
  Builder(const std::shared_ptr<const store::Snapshot>& snapshot, std::stop_token stop,
          const PopulationProgress& progress)
      : m_snapshot(snapshot), m_stop(std::move(stop)), m_progress(progress) {}

  void work(Population& part) {
    OperationMemo memo;
    InstanceMemo instances;
    const uint32_t count = m_snapshot->traceCount();
    while (!m_stop.stop_requested()) {
      const uint32_t begin = m_next.fetch_add(kTracesATime);
      if (begin >= count) return;
      const uint32_t end = std::min(begin + kTracesATime, count);
      for (uint32_t i = begin; i < end && !m_stop.stop_requested(); ++i) addTrace(TraceIndex(i), memo, instances, part);
      if (m_progress) m_progress(static_cast<double>(m_done += end - begin) / count);
    }
  }

 private:
  void addTrace(TraceIndex trace, OperationMemo& memo, InstanceMemo& instances, Population& part) const {
    const TraceTree tree = buildTraceTree(m_snapshot, trace);
    TraceOperations operations = operationsOf(tree, memo);
    SemanticsReader semantics(tree);
    nameSteps(tree, semantics, operations);
    analysis::addTrace(tree, selfTimes(tree), operations, semantics, part.baselines);
    part.happensBefore.addTrace(tree, operations);
    part.retries.addTrace(tree, operations, semantics);
    part.messages.addTrace(tree, operations);
    part.payloads.addTrace(tree, operations, semantics);
    part.instances.addTrace(tree, instances);
    ++part.traces;
  }

  const std::shared_ptr<const store::Snapshot>& m_snapshot;
  const std::stop_token m_stop;
  const PopulationProgress& m_progress;
  std::atomic<uint32_t> m_next{0}, m_done{0};
};

}  // namespace

std::shared_ptr<const Population> buildPopulation(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                  std::stop_token stop, unsigned threads,
                                                  const PopulationProgress& progress) {
  const uint32_t useful = (snapshot->traceCount() + kTracesATime - 1) / kTracesATime;
  const unsigned wanted = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  std::vector<Population> parts(std::clamp(wanted, 1u, std::max(1u, useful)));
  Builder builder(snapshot, stop, progress);
  {
    std::vector<std::jthread> workers;
    for (size_t i = 1; i < parts.size(); ++i) workers.emplace_back([&builder, &part = parts[i]] { builder.work(part); });
    builder.work(parts[0]);
  }
  if (stop.stop_requested()) return nullptr;
  auto whole = std::make_shared<Population>(std::move(parts[0]));
  whole->storeId = snapshot->storeId();
  for (size_t i = 1; i < parts.size(); ++i) {
    whole->traces += parts[i].traces;
    whole->baselines.merge(parts[i].baselines);
    whole->happensBefore.merge(parts[i].happensBefore);
    whole->retries.merge(parts[i].retries);
    whole->messages.merge(parts[i].messages);
    whole->payloads.merge(parts[i].payloads);
    whole->instances.merge(parts[i].instances);
  }
  whole->baselines.settle();
  whole->happensBefore.settle();
  whole->payloads.settle();
  return whole;
}

}  // namespace waybill::analysis
