// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/grpc_workers.h"

#include "ingest/otlp_service.h"

namespace waybill::ingest {
namespace {

constexpr size_t kKeptScratch = size_t{4} << 20;  // more than nearly every request; a few large ones must not stay

void shrink(std::string& scratch) {
  if (scratch.capacity() > kKeptScratch) std::string().swap(scratch);
}

}  // namespace

GrpcWorkers::GrpcWorkers(int threads) {
  for (int i = 0; i < threads; ++i) m_threads.emplace_back([this](const std::stop_token& stop) { run(stop); });
}

GrpcWorkers::~GrpcWorkers() {
  for (std::jthread& thread : m_threads) thread.request_stop();
}

bool GrpcWorkers::post(uint64_t bytes, Work work) {
  if (m_threads.empty()) { thread_local Scratch scratch; work(scratch); return true; }
  {
    const std::lock_guard lock(m_mutex);
    if (m_bytes + bytes > OtlpService::kMaxWaitingBytes) return false;
    m_bytes += bytes;
    m_items.push_back({bytes, std::move(work)});
  }
  m_more.notify_one();
  return true;
}

void GrpcWorkers::run(const std::stop_token& stop) {
  Scratch scratch;
  std::unique_lock lock(m_mutex);
  while (m_more.wait(lock, stop, [this] { return !m_items.empty(); })) {
    Item item = std::move(m_items.front());
    m_items.pop_front();
    lock.unlock();
    item.work(scratch);
    item.work = nullptr;  // what it holds goes before its bytes are counted as gone
    shrink(scratch.flat);
    shrink(scratch.plain);
    lock.lock();
    m_bytes -= item.bytes;
  }
}

}  // namespace waybill::ingest
