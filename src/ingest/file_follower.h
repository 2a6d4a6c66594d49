// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "ingest/live_store.h"

namespace waybill::ingest {

// Reads an OTLP file that still grows, from its beginning on, into a live store: JSON Lines, or messages
// behind their length (protobuf, or either compressed message by message), as the Collector's file exporter
// writes them. A half-written end is waited for. Follows rotation: when another file takes the path, the old
// one is read to its end first; when the file is cut to nothing, it is read from its beginning again.
class FileFollower {
 public:
  // How often the file is looked at.
  static constexpr std::chrono::milliseconds kInterval{100};

  // `store` outlives the object. Errors are whole sentences: the file cannot be opened, or is nothing to
  // follow. An empty file is waited for.
  static Result<std::unique_ptr<FileFollower>> start(const std::string& path, LiveStore& store);
  ~FileFollower();
  FileFollower(const FileFollower&) = delete;
  FileFollower& operator=(const FileFollower&) = delete;

  struct Status {
    uint64_t bytes = 0;    // read so far, of all files at the path
    uint64_t records = 0;  // lines or messages
    int rotations = 0;
    std::string problem;  // what keeps it from going on, one sentence; empty when all is well
  };
  Status status() const;  // any thread
  const std::string& path() const { return m_path; }

 private:
  enum class Framing : uint8_t { Unknown, Lines, Lengths };

  FileFollower(std::string path, LiveStore& store, int descriptor);
  void follow(const std::stop_token& stop);
  bool readOn(const std::stop_token& stop);
  void lookForRotation();
  void restart(int descriptor);
  Result<void> recognise();
  bool takeRecords();
  bool takeRecord(std::string_view record, uint64_t offset);
  bool keep(std::span<const std::string_view> messages);
  void note(DiagnosticKind kind, uint64_t offset, std::string_view example);
  void tell(const std::string& problem);

  const std::string m_path;
  LiveStore& m_store;
  int m_descriptor;
  uint64_t m_offset = 0;  // of the buffer's begin, in the file
  std::string m_buffer;   // read, and not yet a whole record
  size_t m_searched = 0;  // of the buffer, for the end of a line
  Framing m_framing = Framing::Unknown;
  bool m_skipLine = false;  // the line is too long: wait for its end

  mutable std::mutex m_mutex;
  Status m_status;
  std::jthread m_thread;  // last: it uses the others
};

}  // namespace waybill::ingest
