// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/string_pool.h"

#include <algorithm>
#include <cstring>

namespace waybill {

StringPool::StringPool() : m_ids(0, Hash{this}, Equal{this}) { intern({}); }

StringId StringPool::intern(std::string_view text) {
  if (const auto found = m_ids.find(text); found != m_ids.end()) return *found;
  const StringId id(static_cast<uint32_t>(m_texts.append(keep(text))));
  m_ids.insert(id);
  return id;
}

std::string_view StringPool::keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > m_free) {
    // A long text gets its own arena; short ones share arenas of 64 KiB.
    m_free = std::max<size_t>(text.size(), size_t{64} << 10);
    m_arenas.push_back(std::shared_ptr<char[]>(new char[m_free]));
    m_next = m_arenas.back().get();
    m_arenaBytes += m_free;
  }
  char* kept = m_next;
  std::memcpy(kept, text.data(), text.size());
  m_next += text.size();
  m_free -= text.size();
  return {kept, text.size()};
}

void StringPool::clear() {
  m_ids.clear();
  m_texts.clear();
  if (!m_arenas.empty()) {
    // The last arena is used again, from its beginning.
    m_arenas.erase(m_arenas.begin(), m_arenas.end() - 1);
    m_free += static_cast<size_t>(m_next - m_arenas.back().get());
    m_next = m_arenas.back().get();
    m_arenaBytes = m_free;
  }
  intern({});
}

size_t StringPool::heapBytes() const {
  return m_texts.heapBytes() + m_arenaBytes + m_ids.capacity() * (sizeof(StringId) + 1);
}

}  // namespace waybill
