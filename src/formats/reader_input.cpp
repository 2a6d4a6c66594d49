// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/reader_input.h"

#include <algorithm>
#include <utility>

#include "formats/container/unpacking.h"

namespace waybill::formats {
namespace {

// Nobody knows how much will come out, so the spool is mapped anew, twice as far, when a reader gets to the end of
// its mapping. Chunks keep the mapping that they were cut from; there are as many as doublings.
constexpr uint64_t kFirstMapping = uint64_t{64} << 20;

}  // namespace

ReaderInput::ReaderInput(std::shared_ptr<const MappedFile> file)
    : m_mapping(std::move(file)), m_bytes(m_mapping->bytes()), m_path(m_mapping->path()) {}

ReaderInput::ReaderInput(std::shared_ptr<const MappedFile> file, uint64_t size)
    : m_mapping(std::move(file)), m_bytes(m_mapping->bytes().substr(0, size)), m_path(m_mapping->path()) {}

ReaderInput::ReaderInput(std::shared_ptr<Unpacking> unpacking)
    : m_path(unpacking->path()), m_unpacking(std::move(unpacking)) {}

std::string_view ReaderInput::whole() {
  (void)reach(UINT64_MAX);
  return m_bytes;
}

// How far the mapping goes depends on what was asked for and on where the input ends, never on how much happens to be
// unpacked: so do the chunks that are cut from it.
bool ReaderInput::grow(uint64_t size) {
  const uint64_t unpacked = m_unpacking->waitFor(size);
  if (!mapAtLeast(std::min(size, unpacked))) return false;
  if (m_mapping != nullptr) m_bytes = m_mapping->bytes().substr(0, unpacked);
  return size <= m_bytes.size();
}

bool ReaderInput::mapAtLeast(uint64_t size) {
  uint64_t mapped = m_mapping == nullptr ? 0 : m_mapping->bytes().size();
  if (size <= mapped) return true;
  mapped = std::max(mapped, kFirstMapping);
  while (mapped < size) mapped *= 2;
  auto window = m_unpacking->window(mapped);
  if (!window.ok()) {
    m_unmapped = window.error();
    return false;
  }
  if (m_mapping != nullptr) m_smallerMappings.push_back(m_mapping);
  m_mapping = std::move(window).value();
  return true;
}

double ReaderInput::share(uint64_t bytesRead) const {
  const auto read = static_cast<double>(bytesRead);
  if (m_unpacking == nullptr) return read / static_cast<double>(std::max<size_t>(m_bytes.size(), 1));
  return m_unpacking->share() * read / static_cast<double>(std::max<uint64_t>(m_unpacking->unpacked(), 1));
}

Result<void> ReaderInput::finish(Diagnostics& diagnostics, bool callOff) {
  if (m_unpacking == nullptr) return {};
  if (callOff) m_unpacking->callOff();
  auto done = m_unpacking->finish(diagnostics);
  if (m_unmapped) return *m_unmapped;
  return done;
}

}  // namespace waybill::formats
