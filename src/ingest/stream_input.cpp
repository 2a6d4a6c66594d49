// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/stream_input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace waybill::ingest {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;
constexpr int kPollMs = 50;  // how soon a stop is seen
constexpr std::chrono::seconds kWaitForWriter{3};

Error unreadable(int error) {
  return Error{std::string("cannot be read: ") + std::strerror(error) + "."};
}

Result<std::shared_ptr<const MappedFile>> spool(int descriptor, const std::string& name, bool isNamedPipe,
                                                const formats::Spooler::Accept& accept,
                                                const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  const auto giveUp = Clock::now() + kWaitForWriter;
  bool hadWriter = !isNamedPipe;
  formats::Spooler spooler(accept);
  const std::unique_ptr<char[]> piece(new char[kPieceBytes]);
  while (!stop.stop_requested()) {
    struct pollfd waiting = {descriptor, POLLIN, 0};
    const int events = ::poll(&waiting, 1, kPollMs);
    if (events < 0 && errno != EINTR) return unreadable(errno);
    if (events > 0 && (waiting.revents & POLLNVAL) != 0) return Error{"is closed; there is nothing to read."};
    if (events <= 0 && hadWriter) continue;
    const ssize_t size = ::read(descriptor, piece.get(), kPieceBytes);
    if (size > 0) {
      hadWriter = true;
      const auto written = spooler.write({piece.get(), static_cast<size_t>(size)});
      if (!written.ok()) return written.error();
    } else if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
      hadWriter = true;
    } else if (size < 0) {
      return unreadable(errno);
    } else if (hadWriter) {
      return spooler.finish(name);
    } else if (Clock::now() > giveUp) {
      return Error{"is a named pipe that nobody writes into."};
    }
  }
  return std::shared_ptr<const MappedFile>();
}

}  // namespace

Result<std::shared_ptr<const MappedFile>> readStandardInput(const std::string& name,
                                                            const formats::Spooler::Accept& accept,
                                                            std::stop_token stop) {
  struct stat info {};
  if (::fstat(STDIN_FILENO, &info) == 0 && S_ISREG(info.st_mode) && ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0) {
    return MappedFile::fromDescriptor(STDIN_FILENO, name);
  }
  return spool(STDIN_FILENO, name, false, accept, stop);
}

Result<std::shared_ptr<const MappedFile>> readNamedPipe(const std::string& path,
                                                        const formats::Spooler::Accept& accept,
                                                        std::stop_token stop) {
  // Without O_NONBLOCK the open itself would wait for a writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return unreadable(errno);
  auto result = spool(descriptor, path, true, accept, stop);
  ::close(descriptor);
  return result;
}

}  // namespace waybill::ingest
