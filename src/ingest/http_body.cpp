// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_body.h"

#include <cstdlib>
#include <cstring>

namespace waybill::ingest {

HttpBodyMemory::~HttpBodyMemory() {
  for (char* const block : m_blocks) std::free(block);
}

char* HttpBodyMemory::takeFirst() {
  {
    const std::lock_guard lock(m_mutex);
    if (!m_blocks.empty()) {
      char* const block = m_blocks.back();
      m_blocks.pop_back();
      return block;
    }
  }
  return static_cast<char*>(std::malloc(kFirstBytes + HttpBody::kPadding));
}

void HttpBodyMemory::giveFirst(char* block) {
  {
    const std::lock_guard lock(m_mutex);
    if (m_blocks.size() < kKept) {
      m_blocks.push_back(block);
      return;
    }
  }
  std::free(block);
}

bool HttpBodyMemory::reserve(size_t bytes) {
  if (m_used.fetch_add(bytes) + bytes <= m_limit) return true;
  m_used -= bytes;
  return false;
}

// malloc and realloc, because large blocks grow by moving pages, not bytes, and are not written before they
// are used.
bool HttpBody::grow() {
  if (room() > 0) return true;
  if (m_data == nullptr) {
    m_data = m_memory.takeFirst();
    if (m_data == nullptr) return false;
    m_capacity = HttpBodyMemory::kFirstBytes;
    return true;
  }
  const size_t more = m_capacity;
  if (!m_memory.reserve(more)) return false;
  char* const bigger = static_cast<char*>(std::realloc(m_data, m_capacity + more + kPadding));
  if (bigger == nullptr) {
    m_memory.release(more);
    return false;
  }
  m_data = bigger;
  m_capacity += more;
  return true;
}

std::string_view HttpBody::bytes() {
  if (m_data == nullptr) return {};
  std::memset(end(), 0, kPadding);
  return {m_data, m_size};
}

void HttpBody::clear() {
  if (m_capacity == HttpBodyMemory::kFirstBytes) {
    m_memory.giveFirst(m_data);
  } else if (m_data != nullptr) {
    m_memory.release(m_capacity - HttpBodyMemory::kFirstBytes);
    std::free(m_data);
  }
  m_data = nullptr;
  m_size = m_capacity = 0;
}

}  // namespace waybill::ingest
