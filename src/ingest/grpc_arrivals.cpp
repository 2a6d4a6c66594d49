// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/grpc_arrivals.h"

namespace waybill::ingest {
namespace {

constexpr std::chrono::milliseconds kLook{250};  // timeouts are seconds

}  // namespace

GrpcArrivals::GrpcArrivals(std::chrono::seconds timeout)
    : m_timeout(timeout), m_thread([this](const std::stop_token& stop) { watch(stop); }) {}

GrpcArrivals::~GrpcArrivals() = default;

void GrpcArrivals::add(Call& call) {
  const std::lock_guard lock(m_mutex);
  call.until = std::chrono::steady_clock::now() + m_timeout;
  call.waiting = true;
  call.place = m_calls.insert(m_calls.end(), &call);
}

bool GrpcArrivals::take(Call& call) {
  const std::lock_guard lock(m_mutex);
  if (!call.waiting) return false;
  call.waiting = false;
  m_calls.erase(call.place);
  return true;
}

GrpcArrivals::Call* GrpcArrivals::takeOverdue() {
  const std::lock_guard lock(m_mutex);
  if (m_calls.empty() || m_calls.front()->until > std::chrono::steady_clock::now()) return nullptr;
  Call* const call = m_calls.front();
  call->waiting = false;
  m_calls.pop_front();
  return call;
}

void GrpcArrivals::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    // Not under the lock: an answer may make gRPC call us back on this thread.
    while (Call* const call = takeOverdue()) call->giveUp();
    std::unique_lock lock(m_mutex);
    m_stopped.wait_for(lock, stop, kLook, [] { return false; });
  }
}

}  // namespace waybill::ingest
