// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/attribute_columns.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

namespace waybill::query {

std::optional<uint64_t> availableMemory() {
  std::FILE* file = std::fopen("/proc/meminfo", "re");
  if (file == nullptr) return std::nullopt;
  std::optional<uint64_t> bytes;
  char line[128];
  unsigned long long kilobytes = 0;
  while (!bytes && std::fgets(line, sizeof line, file) != nullptr) {
    if (std::sscanf(line, "MemAvailable: %llu kB", &kilobytes) == 1) bytes = uint64_t{kilobytes} * 1024;
  }
  std::fclose(file);
  return bytes;
}

AttributeColumns::AttributeColumns() : AttributeColumns(Limits{}) {}
AttributeColumns::AttributeColumns(Limits limits) : m_limits(std::move(limits)) {}

std::shared_ptr<AttributeColumns::Entry> AttributeColumns::entryOf(const store::Snapshot& snapshot,
                                                                   std::string_view key) {
  if (m_storeId != snapshot.storeId()) {
    m_entries.clear();
    m_storeId = snapshot.storeId();
  }
  auto entry = m_entries.find(key);
  if (entry == m_entries.end()) entry = m_entries.emplace(key, std::make_shared<Entry>(key)).first;
  entry->second->used = ++m_clock;
  return entry->second;
}

std::shared_ptr<const AttributeColumn> AttributeColumns::get(const store::Snapshot& snapshot, std::string_view key,
                                                             size_t threads, const std::stop_token& stop,
                                                             const ReadProgress& progress) {
  std::unique_lock lock(m_mutex);
  const std::shared_ptr<Entry> entry = entryOf(snapshot, key);
  if (!m_read.wait(lock, stop, [&entry] { return !entry->reading; })) return nullptr;
  // Another may have read as much, or more: snapshots do not come in order to everyone.
  if (entry->column != nullptr && entry->column->rows() >= snapshot.spanCount()) return entry->column;
  entry->reading = true;
  lock.unlock();
  std::shared_ptr<const AttributeColumn> column = entry->builder.extend(snapshot, threads, stop, progress);
  lock.lock();
  entry->reading = false;
  entry->bytes = entry->builder.heapBytes();
  m_read.notify_all();
  if (column == nullptr) return nullptr;
  entry->column = column;
  trimOthers(entry.get());
  return column;
}

std::shared_ptr<const AttributeColumn> AttributeColumns::peek(const store::Snapshot& snapshot, std::string_view key) {
  const std::lock_guard lock(m_mutex);
  if (m_storeId != snapshot.storeId()) return nullptr;
  const auto entry = m_entries.find(key);
  if (entry == m_entries.end() || entry->second->column == nullptr) return nullptr;
  if (entry->second->column->rows() < snapshot.spanCount()) return nullptr;
  entry->second->used = ++m_clock;
  return entry->second->column;
}

void AttributeColumns::trim() {
  const std::lock_guard lock(m_mutex);
  trimOthers(nullptr);
}

// What was just read stays: to drop it at once would be to read it again at once.
void AttributeColumns::trimOthers(const Entry* kept) {
  if (m_entries.empty()) return;
  size_t bytes = 0;
  for (const auto& [key, entry] : m_entries) bytes += entry->bytes;
  const std::optional<uint64_t> available = m_limits.available();
  uint64_t missing = available && *available < m_limits.keepAvailable ? m_limits.keepAvailable - *available : 0;
  while (bytes > m_limits.bytes || missing > 0) {
    auto oldest = m_entries.end();
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry) {
      if (entry->second.get() == kept || entry->second->bytes == 0) continue;
      if (oldest == m_entries.end() || entry->second->used < oldest->second->used) oldest = entry;
    }
    if (oldest == m_entries.end()) return;
    const size_t freed = oldest->second->bytes;
    bytes -= freed;
    missing -= std::min<uint64_t>(missing, freed);
    m_entries.erase(oldest);
  }
}

void AttributeColumns::clear() {
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> gone;  // freed without the lock
  const std::lock_guard lock(m_mutex);
  gone.swap(m_entries);
  m_storeId = 0;
}

void AttributeColumns::keepOnly(uint64_t storeId) {
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> gone;
  const std::lock_guard lock(m_mutex);
  if (m_storeId == storeId) return;
  gone.swap(m_entries);
  m_storeId = storeId;
}

size_t AttributeColumns::heapBytes() const {
  const std::lock_guard lock(m_mutex);
  size_t bytes = 0;
  for (const auto& [key, entry] : m_entries) bytes += entry->bytes;
  return bytes;
}

}  // namespace waybill::query
