// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/stream_marks.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "analysis/streams.h"

namespace waybill::ui {
namespace {

constexpr uint32_t kTracesATime = 1024;

}  // namespace

bool StreamMarks::update(const store::Snapshot& snapshot, const std::shared_ptr<const analysis::Population>& population,
                         size_t threads, const std::stop_token& stop) {
  const auto known = population != nullptr && population->storeId == snapshot.storeId() ? population : nullptr;
  if (m_storeId != snapshot.storeId() || m_population != known) m_marks.clear();
  m_storeId = snapshot.storeId();
  m_population = known;
  const uint32_t count = snapshot.traceCount();
  m_marks.resize(count);
  std::atomic<uint32_t> next{0};
  const auto work = [&] {
    while (!stop.stop_requested()) {
      const uint32_t begin = next.fetch_add(kTracesATime);
      if (begin >= count) return;
      for (uint32_t i = begin; i < std::min(begin + kTracesATime, count); ++i) {
        const uint32_t spans = snapshot.trace(TraceIndex(i)).spans;
        Mark& mark = m_marks[i];
        if (mark.spans == spans) continue;
        mark = {spans, analysis::isStreamRequest(snapshot, TraceIndex(i), known.get())};
      }
    }
  };
  {
    std::vector<std::jthread> others;
    const size_t useful = std::min<size_t>(threads, count / kTracesATime);
    for (size_t i = 1; i < useful; ++i) others.emplace_back(work);
    work();
  }
  return !stop.stop_requested();
}

std::vector<bool> StreamMarks::bits() const {
  std::vector<bool> out(m_marks.size());
  for (size_t i = 0; i < m_marks.size(); ++i) out[i] = m_marks[i].isStream;
  return out;
}

}  // namespace waybill::ui
