// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/mapped_file.h"
#include "base/result.h"

namespace waybill::formats {

class Unpacking;

// What a format reads: bytes that are unpacked and in UTF-8. While another thread still unpacks them, nobody knows
// where they end: a reader asks with reach() before it decides by the end, and so decides the same whatever the pace of
// the threads. One thread at a time.
class ReaderInput {
 public:
  explicit ReaderInput(std::shared_ptr<const MappedFile> file);       // all of it
  ReaderInput(std::shared_ptr<const MappedFile> file, uint64_t size);  // its first bytes
  explicit ReaderInput(std::shared_ptr<Unpacking> unpacking);         // what comes out

  // What may be read now: the beginning of mapping(). Stays readable as long as the input lives.
  std::string_view bytes() const { return m_bytes; }
  const std::shared_ptr<const MappedFile>& mapping() const { return m_mapping; }
  const std::string& path() const { return m_path; }  // for messages

  // Waits until bytes() are at least `size` long. False when the input ends before: then bytes() are all of it.
  bool reach(uint64_t size) { return size <= m_bytes.size() || (m_unpacking != nullptr && grow(size)); }
  std::string_view whole();

  // How much of the input's work is done when so many bytes are read, 0 to 1.
  double share(uint64_t bytesRead) const;

  // Waits for the unpacking to end and says what was wrong with it; `callOff` to end it at once. Errors as those of a
  // container. Once, when the reading is over.
  Result<void> finish(Diagnostics& diagnostics, bool callOff);

 private:
  bool grow(uint64_t size);
  bool mapAtLeast(uint64_t size);

  std::shared_ptr<const MappedFile> m_mapping;
  std::string_view m_bytes;
  std::string m_path;
  std::shared_ptr<Unpacking> m_unpacking;                          // null when all is there
  std::vector<std::shared_ptr<const MappedFile>> m_smallerMappings;  // views into them may be in use
  std::optional<Error> m_unmapped;
};

}  // namespace waybill::formats
