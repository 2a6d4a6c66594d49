// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/container/unpacking.h"

#include <chrono>
#include <utility>

namespace waybill::formats {
namespace {

constexpr std::chrono::milliseconds kTellEvery{20};

}  // namespace

Unpacking::Unpacking(std::shared_ptr<const MappedFile> packed, const Container& container, Spooler::Accept accept,
                     const std::stop_token& stop)
    : m_packed(std::move(packed)),
      m_container(container),
      m_forwardStop(stop, [this] { m_stop.request_stop(); }),
      m_spooler([this, accept = std::move(accept)](std::string_view head, bool whole) {
        m_isContainer = detectContainer(head) != nullptr;
        return m_isContainer ? Result<void>() : accept(head, whole);
      }),
      m_thread([this] { run(); }) {}

Unpacking::~Unpacking() { callOff(); }

void Unpacking::run() {
  auto result = unpack();
  const std::lock_guard lock(m_mutex);
  m_result = std::move(result);
  m_over = true;
  m_wake.notify_all();
}

Result<void> Unpacking::unpack() {
  const UnpackJob job{m_packed->bytes(),
                      m_packed->path(),
                      [this](std::string_view bytes) { return write(bytes); },
                      &m_diagnostics,
                      m_stop.get_token(),
                      [this](uint64_t taken) { m_taken.store(taken, std::memory_order_relaxed); }};
  if (auto done = m_container.unpack(job); !done.ok()) return done;
  if (m_stop.stop_requested()) return {};
  auto whole = m_spooler.finish(m_packed->path());
  if (!whole.ok()) return whole.error();
  m_whole = std::move(whole).value();
  const std::lock_guard lock(m_mutex);
  m_unpacked = m_whole->bytes().size();
  return {};
}

Result<void> Unpacking::write(std::string_view bytes) {
  auto written = m_spooler.write(bytes);
  const SpoolFile* const spool = m_spooler.file();
  if (spool == nullptr || spool->written() == unpacked()) return written;
  const std::lock_guard lock(m_mutex);
  m_unpacked = spool->written();
  m_begun = !m_isContainer;
  m_wake.notify_all();
  return written;
}

bool Unpacking::waitForBeginning(const std::function<void(uint64_t)>& progress) {
  std::unique_lock lock(m_mutex);
  while (!m_wake.wait_for(lock, kTellEvery, [this] { return m_begun || m_over; })) {
    lock.unlock();
    progress(m_taken.load(std::memory_order_relaxed));
    lock.lock();
  }
  return m_begun;
}

uint64_t Unpacking::waitFor(uint64_t size) {
  std::unique_lock lock(m_mutex);
  m_wake.wait(lock, [&] { return m_over || m_unpacked >= size; });
  return m_unpacked;
}

double Unpacking::share() const {
  return static_cast<double>(m_taken.load(std::memory_order_relaxed)) / static_cast<double>(m_packed->bytes().size());
}

Result<std::shared_ptr<const MappedFile>> Unpacking::window(uint64_t size) const {
  return m_spooler.file()->window(m_packed->path(), 0, size);
}

Result<void> Unpacking::finish(Diagnostics& diagnostics) {
  if (m_thread.joinable()) m_thread.join();
  diagnostics.merge(m_diagnostics);
  if (m_packed->damaged()) {
    diagnostics.add(DiagnosticKind::FileChanged, m_packed->path(), 0,
                    "the file was shortened while it was unpacked");
  }
  return m_result;
}

}  // namespace waybill::formats
