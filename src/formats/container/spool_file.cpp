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

Error SpoolFile::full() const {
  return Error{"needs more space to be unpacked than " + m_folder + " has left (" + bytesText(m_size) +
               " were unpacked so far); free some, or set TMPDIR to a folder on a larger disk."};
}

Result<void> SpoolFile::write(std::string_view bytes) {
  m_pending += bytes;
  m_size += bytes.size();
  if (m_pending.size() < kWriteBytes) return {};
  return flush();
}

Result<void> SpoolFile::flush() {
  if (m_size >= m_nextSpaceCheck) {
    struct statvfs disk {};
    if (::fstatvfs(m_descriptor, &disk) == 0) {
      const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
      if (free < kKeepFree + kCheckSpaceEvery) return full();
    }
    m_nextSpaceCheck = m_size + kCheckSpaceEvery;
  }
  for (std::string_view rest = m_pending; !rest.empty();) {
    const ssize_t written = ::write(m_descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) return full();
    if (written < 0) return Error{"cannot be unpacked into " + m_folder + ": " + std::strerror(errno) + "."};
    rest.remove_prefix(static_cast<size_t>(written));
  }
  m_pending.clear();
  return {};
}

Result<std::shared_ptr<const MappedFile>> SpoolFile::map(const std::string& name) {
  if (const auto flushed = flush(); !flushed.ok()) return flushed.error();
  auto mapped = MappedFile::fromDescriptor(m_descriptor, name);
  return mapped.ok() ? mapped : unmappable();
}

Result<std::shared_ptr<const MappedFile>> SpoolFile::window(const std::string& name, uint64_t size) const {
  auto mapped = MappedFile::windowOf(m_descriptor, name, 0, size);
  return mapped.ok() ? mapped : unmappable();
}

}  // namespace waybill::formats
