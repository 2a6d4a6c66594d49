// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "formats/container/spool_file.h"

namespace waybill::formats {

// Holds back the first bytes of a stream until somebody has looked at them, then fills a spool file: what is
// no trace costs no disk.
class Spooler {
 public:
  static constexpr size_t kFirstLook = size_t{1} << 20;

  // Returns an error for a beginning that is of no use; `whole` when it is all there is.
  using Accept = std::function<Result<void>(std::string_view head, bool whole)>;

  explicit Spooler(Accept accept) : m_accept(std::move(accept)) {}

  Result<void> write(std::string_view bytes);
  Result<std::shared_ptr<const MappedFile>> finish(const std::string& name);
  const SpoolFile* file() const { return m_spool ? &*m_spool : nullptr; }  // null until the first look

 private:
  Result<void> begin(bool whole);

  Accept m_accept;
  std::string m_head;
  std::optional<SpoolFile> m_spool;
};

}  // namespace waybill::formats
