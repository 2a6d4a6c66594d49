// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/store_sink.h"

#include <algorithm>
#include <utility>

namespace waybill::ingest {
namespace {

constexpr size_t kPartsPerWorker = 3;  // one in work, one done and waiting for its turn, one ready to begin

}  // namespace

// One part on its way. Owned by the thread that reads it until it is done, then by the one that merges it.
class StoreSink::Part : public formats::WireSink {
 public:
  explicit Part(StoreSink& whole) : m_whole(whole) {}

  void message(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) override {
    if (!m_whole.m_stop.stop_requested()) scanner.scan(chunk, tracesData);
  }
  std::shared_ptr<const Chunk> keep(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset) override {
    return m_whole.keep(wire, file, fileOffset);
  }
  bool full() const override { return m_whole.full(); }
  void progress(uint64_t) override {}
  Diagnostics& diagnostics() override { return noted; }

  void clear() {
    scanner.clear();
    noted = {};
    isDone = wasCut = false;
  }

  store::SpanScanner scanner;
  Diagnostics noted;
  bool isDone = false;
  bool wasCut = false;

 private:
  StoreSink& m_whole;
};

StoreSink::StoreSink(store::TraceStore& store, ThreadPool* workers, std::stop_token stop,
                     std::function<void(uint64_t)> at, formats::WireSpool* wire)
    : m_store(store), m_workers(workers), m_stop(std::move(stop)), m_at(std::move(at)), m_wire(wire) {}

StoreSink::~StoreSink() { finishParts(); }

void StoreSink::message(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) {
  Part& part = begin();
  part.message(chunk, tracesData);
  finish(part);
}

std::shared_ptr<const Chunk> StoreSink::keep(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset) {
  return m_wire != nullptr ? m_wire->keep(wire, file, fileOffset) : WireSink::keep(wire, file, fileOffset);
}

void StoreSink::part(ReadPart read) {
  Part& part = begin();
  if (m_workers == nullptr) {
    read(part);
    return finish(part);
  }
  m_workers->post([this, &part, read = std::move(read)](const std::stop_token&) {
    if (!m_stop.stop_requested() && !full()) read(part);
    finish(part);
  });
}

std::unique_ptr<StoreSink::Part> StoreSink::unusedPart() {
  if (m_unused.empty()) return std::make_unique<Part>(*this);
  std::unique_ptr<Part> part = std::move(m_unused.back());
  m_unused.pop_back();
  return part;
}

StoreSink::Part& StoreSink::begin() {
  const size_t limit = m_workers == nullptr ? 1 : kPartsPerWorker * m_workers->threads();
  std::unique_lock lock(m_mutex);
  m_wake.wait(lock, [&] { return m_parts.size() < limit; });
  m_parts.push_back(unusedPart());
  return *m_parts.back();
}

void StoreSink::finish(Part& part) {
  part.wasCut = m_stop.stop_requested() || full();
  std::unique_lock lock(m_mutex);
  part.isDone = true;
  if (m_merging) return;  // who merges looks again
  m_merging = true;
  while (!m_parts.empty() && m_parts.front()->isDone) {
    const Part& next = *m_parts.front();
    lock.unlock();
    take(next);
    lock.lock();
    std::unique_ptr<Part> merged = std::move(m_parts.front());
    m_parts.pop_front();
    merged->clear();
    m_unused.push_back(std::move(merged));
    m_wake.notify_all();
  }
  m_merging = false;
  m_wake.notify_all();
}

void StoreSink::take(const Part& part) {
  if (m_stopped) return;
  m_store.merge(part.scanner.part());
  m_partDiagnostics.merge(part.noted);
  m_stopped = part.wasCut;
}

void StoreSink::finishParts() {
  {
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_parts.empty() && !m_merging; });
  }
  m_diagnostics.merge(m_partDiagnostics);
  m_partDiagnostics = {};
}

void StoreSink::progress(uint64_t bytesRead) { m_at(bytesRead); }

}  // namespace waybill::ingest
