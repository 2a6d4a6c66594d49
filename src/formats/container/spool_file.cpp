// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/container/spool_file.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/time_text.h"

namespace waybill::formats {
namespace {

constexpr size_t kWriteBytes = size_t{256} << 10;
constexpr size_t kWriteAtOnce = size_t{128} << 10;  // large enough not to be gathered: a piece from an unpacker
constexpr uint64_t kCheckSpaceEvery = uint64_t{16} << 20;

Error unmappable() { return Error{"cannot be mapped once it is unpacked; close other files and try again."}; }

std::string temporaryFolder() {
  const char* const folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

}  // namespace

SpoolFile::SpoolFile(int descriptor, std::string folder)
    : m_descriptor(descriptor), m_folder(std::move(folder)) {}

SpoolFile::SpoolFile(SpoolFile&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_folder(std::move(other.m_folder)),
      m_pending(std::move(other.m_pending)),
      m_size(other.m_size),
      m_nextSpaceCheck(other.m_nextSpaceCheck) {}

SpoolFile::~SpoolFile() {
  if (m_descriptor >= 0) ::close(m_descriptor);
}

Result<SpoolFile> SpoolFile::create() {
  const std::string folder = temporaryFolder();
#ifdef O_TMPFILE
  const int unnamed = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (unnamed >= 0) return SpoolFile(unnamed, folder);
#endif
  std::string name = folder + "/waybill-XXXXXX";
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) {
    return Error{"has to be unpacked into " + folder + ", where no file can be made (" +
                 std::strerror(errno) + "); set TMPDIR to a folder that can be written."};
  }
  ::unlink(name.c_str());
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return SpoolFile(descriptor, folder);
}

Error SpoolFile::full(uint64_t size) const {
  return Error{"needs more space for what is unpacked from it than " + m_folder + " has left (" + bytesText(size) +
               " so far); free some, or set TMPDIR to a folder on a larger disk."};
}

Result<void> SpoolFile::write(std::string_view bytes) {
  if (m_pending.empty() && bytes.size() >= kWriteAtOnce) {
    if (auto room = lookForSpace(m_size + bytes.size()); !room.ok()) return room;
    if (auto written = writeAt(m_size, bytes); !written.ok()) return written;
    m_size += bytes.size();
    return {};
  }
  m_pending += bytes;
  m_size += bytes.size();
  if (m_pending.size() < kWriteBytes) return {};
  return flush();
}

Result<void> SpoolFile::flush() {
  if (auto room = lookForSpace(m_size); !room.ok()) return room;
  if (auto written = writeAt(m_size - m_pending.size(), m_pending); !written.ok()) return written;
  m_pending.clear();
  return {};
}

Result<void> SpoolFile::lookForSpace(uint64_t size) {
  if (size < m_nextSpaceCheck) return {};
  struct statvfs disk {};
  if (::fstatvfs(m_descriptor, &disk) == 0) {
    const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
    if (free < kKeepFree + kCheckSpaceEvery) return full(size);
  }
  m_nextSpaceCheck = size + kCheckSpaceEvery;
  return {};
}

Result<void> SpoolFile::writeAt(uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) return full(offset);
    if (written < 0) return Error{"cannot be unpacked into " + m_folder + ": " + std::strerror(errno) + "."};
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return {};
}

Result<std::shared_ptr<const MappedFile>> SpoolFile::map(const std::string& name) {
  if (const auto flushed = flush(); !flushed.ok()) return flushed.error();
  auto mapped = MappedFile::fromDescriptor(m_descriptor, name);
  return mapped.ok() ? mapped : unmappable();
}

Result<std::shared_ptr<const MappedFile>> SpoolFile::window(const std::string& name, uint64_t offset,
                                                            uint64_t size) const {
  auto mapped = MappedFile::windowOf(m_descriptor, name, offset, size);
  return mapped.ok() ? mapped : unmappable();
}

}  // namespace waybill::formats
