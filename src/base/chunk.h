// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mapped_file.h"

namespace waybill {

// Immutable OTLP wire bytes: a window of a mapped file, or a block that we own. At most kMaxBytes, so that a
// 32-bit offset finds every message. Lives as long as somebody shares it. Any thread.
class Chunk {
 public:
  static constexpr uint64_t kMaxBytes = (uint64_t{1} << 32) - 1;

  // A window of a mapped file.
  static std::shared_ptr<const Chunk> window(std::shared_ptr<const MappedFile> file, uint64_t offset, uint64_t size) {
    auto chunk = std::make_shared<Chunk>();
    chunk->m_bytes = file->bytes().substr(offset, size);
    chunk->m_fileOffset = offset;
    chunk->m_file = file->path();
    chunk->m_mapping = std::move(file);
    return chunk;
  }

  // A file that grows into the window, which begins at `fileOffset`; see MappedFile::windowOf.
  static std::shared_ptr<const Chunk> growing(std::shared_ptr<const MappedFile> window, uint64_t fileOffset) {
    auto chunk = std::make_shared<Chunk>();
    chunk->m_bytes = window->bytes();
    chunk->m_fileOffset = fileOffset;
    chunk->m_file = window->path();
    chunk->m_mapping = std::move(window);
    return chunk;
  }

  // Bytes made by us from the source `file`, beginning at `fileOffset` there (for messages only).
  static std::shared_ptr<const Chunk> owned(std::shared_ptr<const char[]> bytes, size_t size, std::string file,
                                            uint64_t fileOffset) {
    auto chunk = std::make_shared<Chunk>();
    chunk->m_bytes = {bytes.get(), size};
    chunk->m_owned = std::move(bytes);
    chunk->m_file = std::move(file);
    chunk->m_fileOffset = fileOffset;
    return chunk;
  }

  // The same, lying in a window of a file of ours.
  static std::shared_ptr<const Chunk> kept(std::shared_ptr<const MappedFile> window, uint64_t offset, uint64_t size,
                                           std::string file, uint64_t fileOffset) {
    auto chunk = std::make_shared<Chunk>();
    chunk->m_bytes = window->bytes().substr(offset, size);
    chunk->m_mapping = std::move(window);
    chunk->m_file = std::move(file);
    chunk->m_fileOffset = fileOffset;
    return chunk;
  }

  std::string_view bytes() const { return m_bytes; }
  const std::string& file() const { return m_file; }
  uint64_t fileOffset() const { return m_fileOffset; }                // of the first byte
  const std::shared_ptr<const MappedFile>& mapping() const { return m_mapping; }  // null when owned
  bool readable() const { return m_mapping == nullptr || !m_mapping->damaged(); }

 private:
  std::string_view m_bytes;
  std::string m_file;
  uint64_t m_fileOffset = 0;
  std::shared_ptr<const char[]> m_owned;
  std::shared_ptr<const MappedFile> m_mapping;
};

}  // namespace waybill
