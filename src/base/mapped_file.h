// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waybill {

// A file mapped read-only, followed by at least kPadding readable zero bytes.
//
// A mapped file may be shortened, or its disk unplugged, while we look at it; the kernel then answers a read
// with SIGBUS. The first mapping installs a handler that puts a page of zeros in the place of each lost page
// and marks the file damaged: readers see zeros, which every reader of wire bytes survives, and the program
// lives. Any thread may read; the object may be destroyed on any thread.
class MappedFile {
 public:
  static constexpr size_t kPadding = 64;  // what simdjson may read beyond the end

  // Maps the whole file as it is now. Errors name the path and the reason.
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);

  // Maps an already open file that only we know (an unlinked spool file); `path` is a name for messages, and
  // change() does not look at it. Keeps no hold of `descriptor`.
  static Result<std::shared_ptr<const MappedFile>> fromDescriptor(int descriptor, const std::string& path);

  // A window of `size` bytes that begins at `offset` (a multiple of the page size) of a file that will grow into it:
  // bytes() is the whole window, of which only what the file has reached may be read. Only we write the file.
  static Result<std::shared_ptr<const MappedFile>> windowOf(int descriptor, const std::string& path, uint64_t offset,
                                                            size_t size);

  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {m_data, m_size}; }
  const std::string& path() const { return m_path; }

  // How the file differs from what was mapped. Cheap enough to ask once a second.
  enum class Change { None, Shortened, WrittenOver, Removed, Unreadable };
  Change change() const;

  // A page of it could not be read and shows zeros.
  bool damaged() const { return m_damaged.load(std::memory_order_relaxed); }

 private:
  MappedFile() = default;
  static Result<std::shared_ptr<const MappedFile>> map(int descriptor, const std::string& path, bool watched);
  friend struct BusErrorGuard;

  std::string m_path;
  const char* m_data = nullptr;
  size_t m_size = 0;
  size_t m_reserved = 0;  // address space, padding included
  bool m_watched = false;  // change() compares with what lies at m_path
  int m_slot = -1;        // in the guard's table
  uint64_t m_device = 0, m_inode = 0;
  int64_t m_modifiedNs = 0;
  mutable std::atomic<bool> m_damaged{false};
};

}  // namespace waybill
