// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_connections.h"

#include <vector>

namespace waybill::ingest {

void HttpConnections::add(const std::shared_ptr<Member>& member) {
  const std::lock_guard lock(m_mutex);
  m_members.emplace(member.get(), member);
}

void HttpConnections::remove(const Member* member) {
  {
    const std::lock_guard lock(m_mutex);
    m_members.erase(member);
  }
  m_changed.notify_all();
}

size_t HttpConnections::count() const {
  const std::lock_guard lock(m_mutex);
  return m_members.size();
}

void HttpConnections::endAll() {
  m_isEnding = true;
  std::vector<std::shared_ptr<Member>> members;  // released without the lock: the last one removes itself
  {
    const std::lock_guard lock(m_mutex);
    for (const auto& [key, member] : m_members) members.push_back(member.lock());
  }
  for (const auto& member : members) {
    if (member) member->endSoon();
  }
}

void HttpConnections::waitUntilNone(std::chrono::seconds atMost) {
  std::unique_lock lock(m_mutex);
  m_changed.wait_for(lock, atMost, [this] { return m_members.empty(); });
}

}  // namespace waybill::ingest
