// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/chunk.h"
#include "base/result.h"

namespace waybill::store {

// A file that grows by TracesData messages, each behind its length (32 bits, big-endian): what the
// Collector's file exporter writes as `format: proto`, an ordinary trace file to everybody else. Locked
// against a second writer. One thread at a time.
class CaptureFile {
 public:
  static constexpr uint64_t kMaxMessageBytes = uint64_t{128} << 20;

  // The bytes of a message as they lie in the file, mapped: they cost no heap.
  struct Stored {
    std::shared_ptr<const Chunk> chunk;
    std::string_view message;
  };

  // Makes the file, or opens one that is empty or a capture; what follows its last whole message (a write
  // that a kill cut short) is cut off. Errors are whole sentences: no capture, being written by another
  // program, no permission. `shownAs` stands for the path in messages, for a file that is going to have
  // another one.
  static Result<std::unique_ptr<CaptureFile>> open(const std::string& path, const std::string& shownAs = {});
  // Gone when closed, even after a kill.
  static Result<std::unique_ptr<CaptureFile>> temporary();

  // The capture at `path` is open in no program and may be opened. False too when it is not there.
  static bool isLeftOver(const std::string& path);

  ~CaptureFile();
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  // Appends all of the messages or, on an error, none. When it returns, the kernel has them: they survive a
  // kill of the program. Errors are whole sentences.
  Result<std::vector<Stored>> append(std::span<const std::string_view> messages);

  // What was there at open(), in order.
  const std::vector<Stored>& found() const { return m_found; }
  void forgetFound() { m_found = {}; }
  uint64_t tornBytes() const { return m_tornBytes; }  // that open() cut off

  // Puts this file in the place of the one at `path`, in one step.
  Result<void> replace(const std::string& path);

  const std::string& name() const { return m_name; }  // its path, for messages
  uint64_t bytes() const { return m_end; }
  int descriptor() const { return m_descriptor; }  // to read up to bytes() from

 private:
  CaptureFile(int descriptor, std::string path, std::string name)
      : m_descriptor(descriptor), m_path(std::move(path)), m_name(std::move(name)) {}
  Result<void> readFrames(uint64_t fileBytes);
  Result<Stored> locate(uint64_t offset, size_t size);

  const int m_descriptor;
  std::string m_path;        // empty when it has none
  const std::string m_name;  // for messages
  uint64_t m_end = 0;
  uint64_t m_tornBytes = 0;
  std::shared_ptr<const Chunk> m_window;  // what is being written into
  std::vector<Stored> m_found;
};

}  // namespace waybill::store
