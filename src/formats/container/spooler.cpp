// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/container/spooler.h"

namespace waybill::formats {

Result<void> Spooler::write(std::string_view bytes) {
  if (m_spool) return m_spool->write(bytes);
  m_head += bytes;
  return m_head.size() < kFirstLook ? Result<void>() : begin(false);
}

Result<std::shared_ptr<const MappedFile>> Spooler::finish(const std::string& name) {
  if (!m_spool) {
    if (const auto begun = begin(true); !begun.ok()) return begun.error();
  }
  return m_spool->map(name);
}

Result<void> Spooler::begin(bool whole) {
  if (const auto accepted = m_accept(m_head, whole); !accepted.ok()) return accepted;
  auto spool = SpoolFile::create();
  if (!spool.ok()) return spool.error();
  m_spool.emplace(std::move(spool).value());
  const std::string head = std::move(m_head);
  return m_spool->write(head);
}

}  // namespace waybill::formats
