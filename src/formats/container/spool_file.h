// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/mapped_file.h"
#include "base/result.h"

namespace waybill::formats {

// A temporary file without a name, in $TMPDIR or /tmp: whatever happens to the program, nothing is left
// behind.
class SpoolFile {
 public:
  // So much stays free on the disk: a compressed file must not be able to fill it.
  static constexpr uint64_t kKeepFree = uint64_t{256} << 20;

  static Result<SpoolFile> create();
  SpoolFile(SpoolFile&& other) noexcept;
  SpoolFile& operator=(SpoolFile&&) = delete;
  ~SpoolFile();

  // Errors do not name the input: "needs more space …".
  Result<void> write(std::string_view bytes);
  uint64_t size() const { return m_size; }
  uint64_t written() const { return m_size - m_pending.size(); }  // what lies in the file

  // Maps `size` bytes from `offset` (a multiple of the page size) on, which the file may reach later. Any thread,
  // while another one writes.
  Result<std::shared_ptr<const MappedFile>> window(const std::string& name, uint64_t offset, uint64_t size) const;

  // For those who keep the places in the file themselves, instead of write(). lookForSpace() is an error when the disk
  // has no room for a file of that size.
  Result<void> writeAt(uint64_t offset, std::string_view bytes) const;
  Result<void> lookForSpace(uint64_t size);

  // Maps what was written; `name` stands for it in messages.
  Result<std::shared_ptr<const MappedFile>> map(const std::string& name);

 private:
  SpoolFile(int descriptor, std::string folder);
  Result<void> flush();
  Error full(uint64_t size) const;

  int m_descriptor;
  std::string m_folder;
  std::string m_pending;  // gathered for larger writes
  uint64_t m_size = 0;
  uint64_t m_nextSpaceCheck = 0;  // in bytes written
};

}  // namespace waybill::formats
