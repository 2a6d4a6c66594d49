// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/capture_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/bytes.h"

namespace waybill::store {
namespace {

constexpr size_t kLengthBytes = 4;
// Mapped in one piece; only address space until it is written.
constexpr uint64_t kWindowBytes = uint64_t{512} << 20;
static_assert(kWindowBytes > 2 * CaptureFile::kMaxMessageBytes);
constexpr char kResourceSpansTag = 0x0A;

std::string reason() {
  return std::strerror(errno);
}

// Writes all of it at `offset`; errno tells why not.
bool writeAll(int descriptor, std::vector<struct iovec>& pieces, uint64_t offset) {
  constexpr size_t kMaxPieces = 512;
  size_t at = 0;
  while (at < pieces.size()) {
    const auto count = static_cast<int>(std::min(kMaxPieces, pieces.size() - at));
    const ssize_t wrote = ::pwritev(descriptor, &pieces[at], count, static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      if (wrote == 0) errno = ENOSPC;
      return false;
    }
    offset += static_cast<uint64_t>(wrote);
    auto left = static_cast<size_t>(wrote);
    while (at < pieces.size() && left >= pieces[at].iov_len) left -= pieces[at++].iov_len;
    if (left > 0) {
      pieces[at].iov_base = static_cast<char*>(pieces[at].iov_base) + left;
      pieces[at].iov_len -= left;
    }
  }
  return true;
}

// A write beyond the size that a process may give its files must fail like a full disk, not kill us.
void ignoreFileSizeSignal() {
  static const bool done = [] { return std::signal(SIGXFSZ, SIG_IGN) != SIG_ERR; }();
  static_cast<void>(done);
}

}  // namespace

Result<std::unique_ptr<CaptureFile>> CaptureFile::open(const std::string& path, const std::string& shownAs) {
  ignoreFileSizeSignal();
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  if (descriptor < 0) return Error{path + " cannot be written: " + reason() + "."};
  std::unique_ptr<CaptureFile> file(new CaptureFile(descriptor, path, shownAs.empty() ? path : shownAs));
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return Error{path + " cannot be read: " + reason() + "."};
  if (!S_ISREG(info.st_mode)) return Error{path + " is no regular file; choose another one for the capture."};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return Error{path + " is being written by another Waybill; choose another file for the capture."};
  }
  const auto read = file->readFrames(static_cast<uint64_t>(info.st_size));
  if (!read.ok()) return read.error();
  return file;
}

Result<std::unique_ptr<CaptureFile>> CaptureFile::temporary() {
  ignoreFileSizeSignal();
  const char* const folder = std::getenv("TMPDIR");
  std::string name = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/waybill-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return Error{"No temporary file can be made as " + name + " (" + reason() +
                 "); set TMPDIR to a folder that can be written."};
  }
  ::unlink(name.c_str());
  return std::unique_ptr<CaptureFile>(new CaptureFile(descriptor, {}, "the temporary file of the capture"));
}

bool CaptureFile::isLeftOver(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return false;
  const bool isFree = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
  ::close(descriptor);
  return isFree;
}

CaptureFile::~CaptureFile() {
  ::close(m_descriptor);
}

Result<void> CaptureFile::readFrames(uint64_t fileBytes) {
  uint64_t at = 0;
  while (fileBytes - at >= kLengthBytes) {
    std::array<char, kLengthBytes + 1> head{};
    const ssize_t got = ::pread(m_descriptor, head.data(), head.size(), static_cast<off_t>(at));
    if (got < static_cast<ssize_t>(kLengthBytes)) return Error{m_name + " cannot be read: " + reason() + "."};
    const uint64_t length = loadBigEndian32(head.data());
    const bool reachesBeyond = length > fileBytes - at - kLengthBytes;
    const bool isMessage = length <= kMaxMessageBytes && length > 0 &&
                           (head[kLengthBytes] == kResourceSpansTag || fileBytes - at == kLengthBytes);
    if (!isMessage && length != 0) {
      return Error{m_name + (at == 0 ? " is no capture" : " is damaged at byte " + std::to_string(at)) +
                   ", so nothing is appended to it; choose another file for the capture."};
    }
    if (length == 0 || reachesBeyond) break;
    auto stored = locate(at + kLengthBytes, length);
    if (!stored.ok()) return stored.error();
    m_found.push_back(std::move(stored).value());
    at += kLengthBytes + length;
  }
  m_end = at;
  m_tornBytes = fileBytes - at;
  if (m_tornBytes == 0) return {};
  if (at == 0 && fileBytes > kLengthBytes + kMaxMessageBytes) {
    return Error{m_name +
                 " is no capture, so nothing is appended to it; choose another file for the capture."};
  }
  if (::ftruncate(m_descriptor, static_cast<off_t>(at)) != 0)
    return Error{m_name + " cannot be cut: " + reason() + "."};
  return {};
}

Result<CaptureFile::Stored> CaptureFile::locate(uint64_t offset, size_t size) {
  if (m_window == nullptr || offset + size > m_window->fileOffset() + kWindowBytes) {
    const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    const uint64_t begin = offset / page * page;
    auto mapped = MappedFile::windowOf(m_descriptor, m_name, begin, kWindowBytes);
    if (!mapped.ok()) return mapped.error();
    m_window = Chunk::growing(std::move(mapped).value(), begin);
  }
  return Stored{m_window, m_window->bytes().substr(offset - m_window->fileOffset(), size)};
}

Result<std::vector<CaptureFile::Stored>> CaptureFile::append(std::span<const std::string_view> messages) {
  std::vector<std::array<char, kLengthBytes>> lengths(messages.size());
  std::vector<struct iovec> pieces;
  pieces.reserve(2 * messages.size());
  std::vector<Stored> stored;
  stored.reserve(messages.size());
  uint64_t end = m_end;
  for (size_t i = 0; i < messages.size(); ++i) {
    const std::string_view message = messages[i];
    if (message.empty()) continue;
    if (message.size() > kMaxMessageBytes) return Error{"A message is too large for " + m_name + "."};
    storeBigEndian32(lengths[i].data(), static_cast<uint32_t>(message.size()));
    pieces.push_back({lengths[i].data(), kLengthBytes});
    pieces.push_back({const_cast<char*>(message.data()), message.size()});
    auto place = locate(end + kLengthBytes, message.size());
    if (!place.ok()) return place.error();
    stored.push_back(std::move(place).value());
    end += kLengthBytes + message.size();
  }
  if (!writeAll(m_descriptor, pieces, m_end)) {
    const int problem = errno;
    // What is half written must not stand before what comes next.
    if (::ftruncate(m_descriptor, static_cast<off_t>(m_end)) != 0 && problem == 0) errno = EIO;
    if (problem == ENOSPC || problem == EDQUOT || problem == EFBIG) {
      return Error{"The disk that holds " + m_name + " is full; free some space and receiving goes on."};
    }
    return Error{m_name + " cannot be written: " + std::strerror(problem) + "."};
  }
  m_end = end;
  return stored;
}

Result<void> CaptureFile::replace(const std::string& path) {
  if (std::rename(m_path.c_str(), path.c_str()) != 0) {
    return Error{m_path + " cannot be renamed to " + path + ": " + reason() + "."};
  }
  m_path = path;
  return {};
}

}  // namespace waybill::store
