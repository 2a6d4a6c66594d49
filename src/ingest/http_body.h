// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <vector>

namespace waybill::ingest {

// The memory of request bodies, of all connections together. A connection holds some only while a body comes
// in. Any thread.
class HttpBodyMemory {
 public:
  // Room for a usual batch. Every connection may have so much; only what is more counts, so that few senders
  // of large bodies cannot keep the many of small ones out.
  static constexpr size_t kFirstBytes = size_t{512} << 10;

  explicit HttpBodyMemory(size_t limit) : m_limit(limit) {}
  ~HttpBodyMemory();
  HttpBodyMemory(const HttpBodyMemory&) = delete;
  HttpBodyMemory& operator=(const HttpBodyMemory&) = delete;

 private:
  friend class HttpBody;
  static constexpr size_t kKept = 8;  // blocks

  char* takeFirst();
  void giveFirst(char* block);
  bool reserve(size_t bytes);
  void release(size_t bytes) { m_used -= bytes; }

  const size_t m_limit;
  std::atomic<size_t> m_used{0};
  std::mutex m_mutex;           // guards the blocks
  std::vector<char*> m_blocks;  // kFirstBytes each, used before: their pages are there
};

// The body of one request, as it comes in. One thread at a time.
class HttpBody {
 public:
  static constexpr size_t kPadding = 64;  // zero bytes behind it, for readers that look a little further

  explicit HttpBody(HttpBodyMemory& memory) : m_memory(memory) {}
  ~HttpBody() { clear(); }
  HttpBody(const HttpBody&) = delete;
  HttpBody& operator=(const HttpBody&) = delete;

  // Makes room for at least one byte more; false when there is no memory left for it.
  bool grow();
  char* end() { return m_data + m_size; }
  size_t room() const { return m_capacity - m_size; }
  void add(size_t bytes) { m_size += bytes; }  // that were written to end()

  size_t size() const { return m_size; }
  std::string_view bytes();  // with the padding behind

  void clear();  // gives the memory back

 private:
  HttpBodyMemory& m_memory;
  char* m_data = nullptr;
  size_t m_size = 0;
  size_t m_capacity = 0;  // without the padding
};

}  // namespace waybill::ingest
