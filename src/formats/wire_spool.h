// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/chunk.h"
#include "base/result.h"
#include "formats/container/spool_file.h"
#include "otlp/wire_writer.h"

namespace waybill::formats {

// The bytes of `wire`, made from `file` at `fileOffset`, in a block of their own size. Empties the writer.
std::shared_ptr<const Chunk> ownedChunk(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset);

// Keeps the wire bytes that readers make of other formats: a few on the heap, all others in spool files without a
// name, so that what is loaded need not fit into memory. A file is mapped in a few large windows that it grows into.
// Any thread. The system lets one thread at a time write to a file, so there are as many files as threads have ever
// written at a time. Chunks may outlive the spool.
class WireSpool {
 public:
  // Small inputs need no temporary file.
  static constexpr uint64_t kHeapBytes = uint64_t{256} << 10;

  explicit WireSpool(uint64_t heapBytes = kHeapBytes) : m_heapLeft(heapBytes) {}

  // As ownedChunk(), but the writer keeps its memory. What finds no place on the disk is kept on the heap; then the
  // spool is full().
  std::shared_ptr<const Chunk> keep(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset);

  // A disk is full or broken: time to stop. error() is a sentence without its subject; ask when nobody writes.
  bool full() const { return m_full.load(std::memory_order_relaxed); }
  const std::optional<Error>& error() const { return m_error; }

 private:
  // A file, and where in it the next bytes go.
  struct Lane {
    SpoolFile file;
    std::shared_ptr<const MappedFile> window;
    uint64_t windowBegin = 0;  // in the file
    uint64_t offset = 0;       // in the window
  };
  Result<std::unique_ptr<Lane>> takeLane();
  static Result<void> write(Lane& lane, std::string_view bytes);
  static Result<void> openWindow(Lane& lane, uint64_t size);
  void fail(Error error);

  std::atomic<bool> m_full{false};
  std::mutex m_mutex;  // of all below, not of the writing
  uint64_t m_heapLeft;
  std::vector<std::unique_ptr<Lane>> m_idle;
  std::optional<Error> m_error;
};

}  // namespace waybill::formats
