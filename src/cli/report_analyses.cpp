// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/report_analyses.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "analysis/adjusted_trace.h"

namespace waybill::cli {
namespace {

using analysis::TraceAnalysis;

// Analysed and not yet taken, at most: they wait for a slow one before them.
constexpr size_t kAhead = 128;

// Results come in any order and go out in theirs.
class InOrder {
 public:
  explicit InOrder(size_t count) : m_count(count) {}

  // The next to work on, once there is room for it; m_count when there is none left.
  size_t claim() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_claimed == m_count || m_claimed < m_taken + kAhead; });
    return m_claimed == m_count ? m_count : m_claimed++;
  }
  void give(size_t index, std::shared_ptr<const TraceAnalysis> result) {
    const std::lock_guard lock(m_mutex);
    m_ready[index % kAhead] = std::move(result);
    m_changed.notify_all();
  }
  std::shared_ptr<const TraceAnalysis> take() {
    std::unique_lock lock(m_mutex);
    auto& slot = m_ready[m_taken % kAhead];
    m_changed.wait(lock, [&] { return slot != nullptr; });
    auto out = std::exchange(slot, nullptr);
    ++m_taken;
    m_changed.notify_all();
    return out;
  }

 private:
  const size_t m_count;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::array<std::shared_ptr<const TraceAnalysis>, kAhead> m_ready;
  size_t m_claimed = 0, m_taken = 0;
};

}  // namespace

ReportAnalyses::ReportAnalyses(std::shared_ptr<const store::Snapshot> snapshot,
                               std::shared_ptr<const analysis::Population> population, bool adjustsClocks)
    : m_snapshot(std::move(snapshot)),
      m_population(std::move(population)),
      m_adjustsClocks(adjustsClocks),
      m_threads(std::max(1u, std::thread::hardware_concurrency())) {}

void ReportAnalyses::forEach(const std::vector<TraceIndex>& traces,
                             const std::function<void(const TraceAnalysis&, unsigned)>& work,
                             const std::function<void(const TraceAnalysis&)>& take) const {
  InOrder results(traces.size());
  std::vector<std::jthread> workers;
  const auto wanted = static_cast<unsigned>(std::min<size_t>(m_threads, traces.size()));
  for (unsigned thread = 0; thread < wanted; ++thread) {
    workers.emplace_back([&, thread] {
      analysis::OperationMemo memo;
      for (size_t i = results.claim(); i < traces.size(); i = results.claim()) {
        auto analysis = m_adjustsClocks
                            ? analysis::analyzeAdjusted(m_snapshot, traces[i], m_population, {}, &memo)
                            : analysis::analyzeTrace(m_snapshot, traces[i], m_population, {}, &memo);
        work(*analysis, thread);
        results.give(i, std::move(analysis));
      }
    });
  }
  for (size_t i = 0; i < traces.size(); ++i) take(*results.take());
}

}  // namespace waybill::cli
