// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rank_excess.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace waybill::analysis {
namespace {

// Traces taken by a thread at a time: few enough that all end together, many enough that nobody queues.
constexpr size_t kTracesATime = 64;

}  // namespace

std::optional<std::vector<OperationExcess>> rankExcess(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                       const std::optional<std::vector<TraceIndex>>& traces,
                                                       const std::shared_ptr<const Population>& population,
                                                       const std::stop_token& stop, unsigned threads,
                                                       const PopulationProgress& progress) {
  const size_t count = traces ? traces->size() : snapshot->traceCount();
  const size_t useful = (count + kTracesATime - 1) / kTracesATime;
  const size_t wanted = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  std::vector<ExcessRanking> parts(std::clamp<size_t>(wanted, 1, std::max<size_t>(1, useful)));
  std::atomic<size_t> next{0}, done{0};
  const auto work = [&](ExcessRanking& part) {
    OperationMemo memo;
    while (!stop.stop_requested()) {
      const size_t begin = next.fetch_add(kTracesATime);
      if (begin >= count) return;
      const size_t end = std::min(begin + kTracesATime, count);
      for (size_t i = begin; i < end && !stop.stop_requested(); ++i) {
        const TraceIndex trace = traces ? (*traces)[i] : TraceIndex(static_cast<uint32_t>(i));
        const auto analysis = startAnalysis(snapshot, trace, population, {}, &memo);
        findPath(*analysis);
        part.add(*analysis);
      }
      if (progress) progress(static_cast<double>(done += end - begin) / static_cast<double>(count));
    }
  };
  {
    std::vector<std::jthread> workers;
    for (size_t i = 1; i < parts.size(); ++i) workers.emplace_back([&work, &part = parts[i]] { work(part); });
    work(parts[0]);
  }
  if (stop.stop_requested()) return std::nullopt;
  for (size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
  return parts[0].ranked(*snapshot);
}

}  // namespace waybill::analysis
