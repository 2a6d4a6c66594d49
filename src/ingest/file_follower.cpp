// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/file_follower.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>

#include "base/bytes.h"
#include "base/time_text.h"
#include "formats/otlp_message.h"
#include "ingest/content_coding.h"
#include "ingest/json_messages.h"

namespace waybill::ingest {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;
constexpr size_t kMaxRecordBytes = size_t{64} << 20;
constexpr size_t kLengthBytes = 4;

int openFile(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

bool isLength(std::string_view head) {
  const uint64_t length = loadBigEndian32(head.data());
  if (length == 0 || length > kMaxRecordBytes) return false;
  const std::string_view record = head.substr(kLengthBytes);
  return record.front() == '\x0A' || record.front() == '{' || sniffCoding(record) == ContentCoding::Zstd;
}

}  // namespace

Result<std::unique_ptr<FileFollower>> FileFollower::start(const std::string& path, LiveStore& store) {
  const int descriptor = openFile(path);
  if (descriptor < 0) return Error{path + " cannot be opened: " + std::strerror(errno) + "."};
  std::unique_ptr<FileFollower> follower(new FileFollower(path, store, descriptor));
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    return Error{path + " is no regular file, so it cannot be followed."};
  }
  follower->m_buffer.resize(kReadBytes);
  const ssize_t got = ::pread(descriptor, follower->m_buffer.data(), kReadBytes, 0);
  follower->m_buffer.resize(got > 0 ? static_cast<size_t>(got) : 0);
  follower->m_status.bytes = follower->m_buffer.size();
  if (const auto known = follower->recognise(); !known.ok()) return known.error();
  follower->m_thread =
      std::jthread([self = follower.get()](const std::stop_token& stop) { self->follow(stop); });
  return follower;
}

FileFollower::FileFollower(std::string path, LiveStore& store, int descriptor)
    : m_path(std::move(path)), m_store(store), m_descriptor(descriptor) {}

FileFollower::~FileFollower() {
  if (m_thread.joinable()) {
    m_thread.request_stop();
    m_thread.join();
  }
  ::close(m_descriptor);
}

FileFollower::Status FileFollower::status() const {
  const std::lock_guard lock(m_mutex);
  return m_status;
}

void FileFollower::follow(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    if (readOn(stop)) lookForRotation();
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, kInterval, [] { return false; });
  }
}

// Reads what is there. False when it could not be kept, and has to be tried again.
bool FileFollower::readOn(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!takeRecords()) return false;
    const size_t before = m_buffer.size();
    m_buffer.resize(before + kReadBytes);
    const ssize_t got =
        ::pread(m_descriptor, m_buffer.data() + before, kReadBytes, static_cast<off_t>(m_offset + before));
    m_buffer.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
    if (got < 0 && errno != EINTR) tell(m_path + " cannot be read: " + std::strerror(errno) + ".");
    if (got <= 0) return true;
    const std::lock_guard lock(m_mutex);
    m_status.bytes += static_cast<uint64_t>(got);
  }
  return true;
}

void FileFollower::lookForRotation() {
  struct stat mine {};
  if (::fstat(m_descriptor, &mine) == 0 && static_cast<uint64_t>(mine.st_size) < m_offset + m_buffer.size()) {
    restart(m_descriptor);
    return;
  }
  struct stat there {};
  // Away for a moment between two files is usual: the old one is open still, and waited on.
  if (::stat(m_path.c_str(), &there) != 0 || (there.st_dev == mine.st_dev && there.st_ino == mine.st_ino))
    return;
  const int next = openFile(m_path);
  if (next < 0) return;
  // The writer may have added to the old file after we last read it; whoever took the path has ended that.
  if (!readOn({})) {
    ::close(next);
    return;
  }
  ::close(m_descriptor);
  restart(next);
}

void FileFollower::restart(int descriptor) {
  if (!m_buffer.empty()) {
    note(DiagnosticKind::TruncatedTail, m_offset, "the file was rotated in the middle of a record");
  }
  m_descriptor = descriptor;
  m_offset = 0;
  m_buffer.clear();
  m_searched = 0;
  m_framing = Framing::Unknown;
  m_skipLine = false;
  const std::lock_guard lock(m_mutex);
  ++m_status.rotations;
}

Result<void> FileFollower::recognise() {
  const std::string_view head = m_buffer;
  const size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (head.size() <= kLengthBytes + 4 && head[first] != '{')) return {};
  if (head[first] == '{') {
    m_framing = Framing::Lines;
  } else if (isLength(head)) {
    m_framing = Framing::Lengths;
  } else if (sniffCoding(head) != ContentCoding::Identity) {
    return Error{m_path +
                 " is compressed as a whole, so it cannot be followed; open it when it is complete."};
  } else {
    return Error{m_path + " is neither OTLP JSON Lines nor length-delimited OTLP, so it cannot be followed."};
  }
  return {};
}

// Takes every whole record off the buffer. False when one could not be kept.
bool FileFollower::takeRecords() {
  if (m_framing == Framing::Unknown) {
    if (const auto known = recognise(); !known.ok()) tell(known.error().message);
    if (m_framing == Framing::Unknown) return true;
  }
  size_t at = 0;
  bool kept = true;
  while (kept) {
    const std::string_view rest = std::string_view(m_buffer).substr(at);
    size_t size = 0;
    std::string_view record;
    if (m_framing == Framing::Lines) {
      const size_t end = rest.find('\n', m_searched);
      if (end == std::string_view::npos) {
        m_searched = rest.size();
        break;
      }
      size = end + 1;
      record = rest.substr(0, end);
    } else {
      if (rest.size() < kLengthBytes) break;
      const uint64_t length = loadBigEndian32(rest.data());
      if (length > kMaxRecordBytes) {
        note(DiagnosticKind::MessageTooLarge, m_offset + at, "a record of " + bytesText(length));
        tell(m_path + " is damaged at byte " + std::to_string(m_offset + at) +
             ", so following it ended there.");
        break;
      }
      if (rest.size() - kLengthBytes < length) break;
      size = kLengthBytes + length;
      record = rest.substr(kLengthBytes, length);
    }
    kept = m_skipLine || takeRecord(record, m_offset + at);
    if (!kept) break;
    m_skipLine = false;
    m_searched = 0;
    at += size;
  }
  m_buffer.erase(0, at);
  m_offset += at;
  if (m_framing == Framing::Lines && m_buffer.size() > kMaxRecordBytes) {
    if (!m_skipLine)
      note(DiagnosticKind::MessageTooLarge, m_offset, "a line above " + bytesText(kMaxRecordBytes));
    m_skipLine = true;
    m_offset += m_buffer.size();
    m_buffer.clear();
    m_searched = 0;
  }
  return kept;
}

bool FileFollower::takeRecord(std::string_view record, uint64_t offset) {
  std::string unpacked;
  if (sniffCoding(record) == ContentCoding::Zstd) {
    if (decode(ContentCoding::Zstd, record, kMaxRecordBytes, unpacked) != DecodeStatus::Ok) {
      note(DiagnosticKind::UnreadableRecord, offset, "a damaged zstd frame");
      return true;
    }
    record = unpacked;
  }
  const size_t first = record.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return true;
  bool kept = true;
  if (record[first] == '{') {
    const JsonMessages json = readJsonMessages(record, m_path, offset);
    kept = keep(json.messages);
    if (!kept) return false;
    m_store.addDiagnostics(json.diagnostics);
    if (!json.otherSignals.empty()) {
      note(DiagnosticKind::OtherSignal, offset, json.otherSignals);
    } else if (!json.error.empty()) {
      note(DiagnosticKind::UnreadableRecord, offset, "a line of JSON: " + json.error);
    }
  } else if (const formats::Signal signal = formats::signalOfMessage(record);
             signal != formats::Signal::Traces && signal != formats::Signal::Undecided) {
    const bool known = signal != formats::Signal::None;
    note(known ? DiagnosticKind::OtherSignal : DiagnosticKind::UnreadableRecord, offset,
         known ? formats::signalName(signal) : "a record that is no OTLP");
  } else {
    kept = keep(std::array{record});
  }
  const std::lock_guard lock(m_mutex);
  m_status.records += kept ? 1 : 0;
  return kept;
}

bool FileFollower::keep(std::span<const std::string_view> messages) {
  const auto kept = messages.empty() ? Result<void>() : m_store.append(messages);
  tell(kept.ok() ? std::string() : kept.error().message);
  return kept.ok();
}

void FileFollower::note(DiagnosticKind kind, uint64_t offset, std::string_view example) {
  Diagnostics diagnostics;
  diagnostics.add(kind, m_path, offset, example);
  m_store.addDiagnostics(diagnostics);
}

void FileFollower::tell(const std::string& problem) {
  const std::lock_guard lock(m_mutex);
  m_status.problem = problem;
}

}  // namespace waybill::ingest
