// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <algorithm>
#include <array>

#include "ingest/live_store.h"
#include "otlp/fields.h"
#include "otlp/wire_writer.h"

namespace waybill::ingest {
namespace {

constexpr size_t kMessageBytes = size_t{1} << 20;
// So few spans are carried over while senders wait; or whatever there is after so many rounds beside them.
constexpr uint32_t kLastRows = 20'000;
constexpr int kMostRounds = 10;
// After a compaction so much of the limit is used, so that the next one is not due at once.
constexpr double kTargetShare = 0.7;

// For row counts in ascending order: how many of the rows below stay.
std::vector<std::pair<uint32_t, uint32_t>> countKept(const store::Snapshot& snapshot,
                                                     const std::vector<bool>& keep,
                                                     const std::vector<uint32_t>& rowCounts) {
  std::vector<std::pair<uint32_t, uint32_t>> kept;
  uint32_t count = 0;
  SpanRow row;
  for (const uint32_t end : rowCounts) {
    for (; row.value < end; ++row.value) count += keep[snapshot.spans().trace(row).value] ? 1 : 0;
    kept.emplace_back(end, count);
  }
  return kept;
}

}  // namespace

// Writes the spans that stay into a capture and a store of their own.
class LiveStore::Compaction {
 public:
  explicit Compaction(std::unique_ptr<store::CaptureFile> capture) : m_capture(std::move(capture)) {}

  // Copies the rows [first, end) of a snapshot: of the kept traces, or, with an empty `keep`, of every trace.
  Result<void> copy(const store::Snapshot& from, uint32_t first, uint32_t end,
                    const std::vector<bool>& keep) {
    const auto& spans = from.spans();
    for (SpanRow row(first); row.value < end; ++row.value) {
      const uint32_t trace = spans.trace(row).value;
      const bool stays = keep.empty() || keep[trace];
      if (!stays) {
        ++m_dropped;
        continue;
      }
      const bool sameContext = m_open && spans.context(row) == m_context && from.storeId() == m_from;
      if (!sameContext || m_wire.size() > kMessageBytes) {
        if (const auto flushed = flush(); !flushed.ok()) return flushed;
        begin(from, row);
      }
      m_wire.text(otlp::scope_spans::kSpans, from.spanMessage(row));
    }
    return flush();
  }

  uint64_t dropped() const { return m_dropped; }
  uint32_t rows() const { return m_store->spanCount(); }
  std::unique_ptr<store::CaptureFile>& capture() { return m_capture; }
  std::shared_ptr<store::TraceStore>& store() { return m_store; }

 private:
  void begin(const store::Snapshot& from, SpanRow row) {
    const store::SpanContext& context = from.context(row);
    m_context = from.spans().context(row);
    m_from = from.storeId();
    m_open = true;
    m_resourceSpans = m_wire.open(otlp::traces_data::kResourceSpans, 4);
    if (context.resourceOffset != store::SpanContext::kNone) {
      m_wire.text(otlp::resource_spans::kResource, from.resourceMessage(row));
    }
    if (context.resourceSchemaUrl.value != 0) {
      m_wire.text(otlp::resource_spans::kSchemaUrl, from.text(context.resourceSchemaUrl));
    }
    m_scopeSpans = m_wire.open(otlp::resource_spans::kScopeSpans, 4);
    if (context.scopeOffset != store::SpanContext::kNone) {
      m_wire.text(otlp::scope_spans::kScope, from.scopeMessage(row));
    }
    if (context.scopeSchemaUrl.value != 0) {
      m_wire.text(otlp::scope_spans::kSchemaUrl, from.text(context.scopeSchemaUrl));
    }
  }

  Result<void> flush() {
    if (!m_open) return {};
    m_wire.close(m_scopeSpans);
    m_wire.close(m_resourceSpans);
    m_open = false;
    const std::array messages{m_wire.bytes()};
    auto stored = m_capture->append(messages);
    m_wire.truncate(0);
    if (!stored.ok()) return stored.error();
    for (const auto& message : stored.value()) m_store->append(message.chunk, message.message);
    return {};
  }

  std::unique_ptr<store::CaptureFile> m_capture;
  std::shared_ptr<store::TraceStore> m_store = std::make_shared<store::TraceStore>();
  otlp::WireWriter m_wire;
  otlp::WireWriter::Message m_resourceSpans{}, m_scopeSpans{};
  store::ContextIndex m_context;
  uint64_t m_from = 0;
  bool m_open = false;
  uint64_t m_dropped = 0;
};

Result<void> LiveStore::compact(bool clear) {
  const std::lock_guard one(m_compaction);
  RetentionLimits limits;
  absl::flat_hash_set<TraceId> pinned;
  {
    const std::lock_guard lock(m_stateMutex);
    limits = m_limits;
    pinned = m_pinned;
  }
  std::shared_ptr<const store::Snapshot> snapshot;
  uint32_t expired = 0;
  std::vector<uint32_t> arrivals;
  uint64_t target = static_cast<uint64_t>(static_cast<double>(limits.bytes) * kTargetShare);
  {
    const std::lock_guard lock(m_mutex);
    m_store->publish();
    snapshot = m_store->snapshot();
    expired = expiredRows(limits.age);
    for (const Arrival& arrival : m_arrivals) arrivals.push_back(arrival.spans);
    m_lastCompaction = std::chrono::steady_clock::now();
    const bool tooMuch = limits.bytes > 0 && m_capture->bytes() > limits.bytes;
    if (!tooMuch) target = UINT64_MAX;
    if (clear) target = 0;
  }
  const std::vector<bool> keep = chooseTraces(*snapshot, target, expired, pinned);
  const bool allStay = std::find(keep.begin(), keep.end(), false) == keep.end();
  if (allStay) {
    const std::lock_guard lock(m_mutex);
    m_compactAbove = m_capture->bytes() + limits.bytes / 4;
    return {};
  }

  const std::string partial = m_path.empty() ? std::string() : m_path + ".new";
  if (!partial.empty()) ::unlink(partial.c_str());  // of a compaction that a kill cut short
  auto capture =
      partial.empty() ? store::CaptureFile::temporary() : store::CaptureFile::open(partial, m_path);
  if (!capture.ok()) return capture.error();
  Compaction compaction(std::move(capture).value());
  const auto giveUp = [&partial](const Error& error) {
    if (!partial.empty()) ::unlink(partial.c_str());
    return error;
  };
  if (const auto copied = compaction.copy(*snapshot, 0, snapshot->spanCount(), keep); !copied.ok()) {
    return giveUp(copied.error());
  }
  // Not what arrives meanwhile: of that, too much may stay, and the next compaction is due at once.
  const uint64_t compactAbove = compaction.capture()->bytes() + limits.bytes / 4;
  const uint32_t firstNew = snapshot->spanCount();
  const uint32_t gone = firstNew - compaction.rows();
  const auto kept = countKept(*snapshot, keep, arrivals);
  // What arrived meanwhile: most of it beside the senders, the rest while they wait.
  int round = 0;
  for (uint32_t done = firstNew;; ++round) {
    std::unique_lock lock(m_mutex);
    m_store->publish();
    snapshot = m_store->snapshot();
    const uint32_t end = snapshot->spanCount();
    const bool last = end - done <= kLastRows || round == kMostRounds;
    if (!last) lock.unlock();
    if (const auto copied = compaction.copy(*snapshot, done, end, {}); !copied.ok()) {
      return giveUp(copied.error());
    }
    done = end;
    if (!last) continue;

    if (!m_path.empty()) {
      if (const auto replaced = compaction.capture()->replace(m_path); !replaced.ok()) {
        return giveUp(replaced.error());
      }
    }
    compaction.store()->publish();
    m_capture = std::move(compaction.capture());
    m_captureBytes = m_capture->bytes();
    m_compactAbove = compactAbove;
    for (Arrival& arrival : m_arrivals) {  // rows have moved; an unreadable one may be missing
      const auto old = std::lower_bound(kept.begin(), kept.end(), std::pair(arrival.spans, 0U));
      arrival.spans = std::min(old != kept.end() ? old->second : arrival.spans - gone, compaction.rows());
    }
    m_droppedSpans += compaction.dropped();
    const std::lock_guard state(m_stateMutex);
    m_store = std::move(compaction.store());
    return {};
  }
}

}  // namespace waybill::ingest
