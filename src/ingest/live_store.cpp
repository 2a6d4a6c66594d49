// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/live_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace waybill::ingest {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{20};  // while something waits to be published
constexpr std::chrono::milliseconds kIdleTick{1000};
constexpr std::chrono::seconds kArrivalInterval{1};
constexpr size_t kMaxArrivals = 8192;
constexpr std::chrono::seconds kRetryCompaction{30};

// Copies the first `bytes` of a file to the end of another. 0, or errno.
int copyBytes(int from, int to, uint64_t bytes) {
  std::vector<char> buffer(size_t{1} << 20);
  off_t at = 0;
  while (static_cast<uint64_t>(at) < bytes) {
    const size_t wanted = std::min<uint64_t>(buffer.size(), bytes - static_cast<uint64_t>(at));
    const ssize_t got = ::pread(from, buffer.data(), wanted, at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0 ? EIO : errno;
    for (ssize_t done = 0; done < got;) {
      const ssize_t wrote = ::write(to, buffer.data() + done, static_cast<size_t>(got - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return wrote == 0 ? ENOSPC : errno;
      done += wrote;
    }
    at += got;
  }
  return 0;
}

}  // namespace

LiveStore::LiveStore(std::string path, RetentionLimits limits)
    : m_path(std::move(path)), m_store(std::make_shared<store::TraceStore>()), m_limits(limits) {}

Result<std::unique_ptr<LiveStore>> LiveStore::open(const std::string& path, RetentionLimits limits) {
  auto capture = path.empty() ? store::CaptureFile::temporary() : store::CaptureFile::open(path);
  if (!capture.ok()) return capture.error();
  std::unique_ptr<LiveStore> live(new LiveStore(path, limits));
  live->m_capture = std::move(capture).value();
  live->adoptFound();
  live->m_maintenance =
      std::jthread([store = live.get()](const std::stop_token& stop) { store->maintain(stop); });
  return live;
}

LiveStore::~LiveStore() {
  m_maintenance.request_stop();
  m_wake.notify_all();
}

void LiveStore::adoptFound() {
  for (const store::CaptureFile::Stored& found : m_capture->found())
    m_store->append(found.chunk, found.message);
  m_capture->forgetFound();
  if (m_capture->tornBytes() > 0) {
    Diagnostics torn;
    torn.add(DiagnosticKind::TruncatedTail, m_capture->name(), m_capture->bytes(),
             std::to_string(m_capture->tornBytes()) +
                 " bytes of a message that was never acknowledged were cut off");
    m_store->addDiagnostics(torn);
  }
  m_store->publish();
  m_captureBytes = m_capture->bytes();
  markArrival();
}

Result<void> LiveStore::append(std::span<const std::string_view> messages) {
  const std::lock_guard lock(m_mutex);
  markArrival();
  auto stored = m_capture->append(messages);
  if (!stored.ok()) return stored.error();
  for (const store::CaptureFile::Stored& message : stored.value())
    m_store->append(message.chunk, message.message);
  m_captureBytes = m_capture->bytes();
  if (!m_publishLater && !m_store->publishIfDue()) {
    m_publishLater = true;
    m_wake.notify_all();
  }
  return {};
}

void LiveStore::publish() {
  const std::lock_guard lock(m_mutex);
  m_store->publish();
}

void LiveStore::addDiagnostics(const Diagnostics& diagnostics) {
  const std::lock_guard lock(m_mutex);
  m_store->addDiagnostics(diagnostics);
  m_publishLater = true;
  m_wake.notify_all();
}

std::shared_ptr<const store::Snapshot> LiveStore::snapshot() const {
  const std::lock_guard lock(m_stateMutex);
  return m_store->snapshot();
}

void LiveStore::setLimits(const RetentionLimits& limits) {
  {
    const std::lock_guard lock(m_mutex);
    m_compactAbove = 0;
    m_lastCompaction = {};
  }
  const std::lock_guard lock(m_stateMutex);
  m_limits = limits;
}

void LiveStore::setPinned(TraceId trace, bool pinned) {
  const std::lock_guard lock(m_stateMutex);
  if (pinned) {
    m_pinned.insert(trace);
  } else {
    m_pinned.erase(trace);
  }
}

std::vector<TraceId> LiveStore::pinned() const {
  const std::lock_guard lock(m_stateMutex);
  return {m_pinned.begin(), m_pinned.end()};
}

std::string LiveStore::problem() const {
  const std::lock_guard lock(m_stateMutex);
  return m_problem;
}

Result<void> LiveStore::clear() {
  return compact(true);
}

Result<void> LiveStore::saveAs(const std::string& path) const {
  int from = -1;
  uint64_t bytes = 0;
  {
    const std::lock_guard lock(m_mutex);
    from = ::dup(m_capture->descriptor());
    bytes = m_capture->bytes();
  }
  if (from < 0) return Error{"The capture cannot be read: " + std::string(std::strerror(errno)) + "."};
  const int to = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (to < 0) {
    const int problem = errno;
    ::close(from);
    if (problem == EEXIST) return Error{path + " is there already; choose another name."};
    return Error{path + " cannot be written: " + std::strerror(problem) + "."};
  }
  int problem = copyBytes(from, to, bytes);
  ::close(from);
  if (::close(to) != 0 && problem == 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(path.c_str());
  return Error{path + " cannot be written: " + std::strerror(problem) + "."};
}

// --- what goes on in the background ---

void LiveStore::markArrival() {
  const auto now = Clock::now();
  if (!m_arrivals.empty() && now - m_arrivals.back().at < kArrivalInterval) return;
  m_arrivals.push_back({m_store->spanCount(), now});
  if (m_arrivals.size() <= kMaxArrivals) return;
  // Halve: the age of what is old needs no seconds.
  for (size_t i = 0; i < m_arrivals.size() / 2; ++i) m_arrivals[i] = m_arrivals[2 * i];
  m_arrivals.resize(m_arrivals.size() / 2);
}

uint32_t LiveStore::expiredRows(std::chrono::seconds age) const {
  if (age.count() == 0) return 0;
  const auto oldest = Clock::now() - age;
  uint32_t rows = 0;
  for (const Arrival& arrival : m_arrivals) {
    if (arrival.at > oldest) break;
    rows = arrival.spans;
  }
  // Everything arrived before the last look at the clock.
  if (!m_arrivals.empty() && m_arrivals.back().at + kArrivalInterval < oldest) rows = m_store->spanCount();
  return rows;
}

bool LiveStore::limitsReached() const {
  RetentionLimits limits;
  {
    const std::lock_guard lock(m_stateMutex);
    limits = m_limits;
  }
  if (limits.bytes > 0 && m_capture->bytes() > std::max(limits.bytes, m_compactAbove)) return true;
  const auto pause = std::max<std::chrono::milliseconds>(std::chrono::seconds(1), limits.age / 8);
  return expiredRows(limits.age) > 0 && Clock::now() - m_lastCompaction >= pause;
}

void LiveStore::maintain(const std::stop_token& stop) {
  auto retryAt = Clock::time_point::min();
  while (!stop.stop_requested()) {
    bool full = false;
    {
      std::unique_lock lock(m_mutex);
      const bool ticking = m_publishLater;
      m_wake.wait_for(lock, stop, ticking ? kTick : kIdleTick, [&] { return !ticking && m_publishLater; });
      m_publishLater = !m_store->publishIfDue();
      full = Clock::now() >= retryAt && limitsReached();
    }
    if (!full) continue;
    const auto done = compact(false);
    retryAt = done.ok() ? Clock::time_point::min() : Clock::now() + kRetryCompaction;
    const std::lock_guard lock(m_stateMutex);
    m_problem = done.ok() ? "" : done.error().message;
  }
}

}  // namespace waybill::ingest
