// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/wire_spool.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace waybill::formats {
namespace {

// Address space, not memory. The first is small for the many loads that need no more.
constexpr uint64_t kFirstWindow = uint64_t{64} << 20;
constexpr uint64_t kNextWindow = uint64_t{1} << 30;

}  // namespace

std::shared_ptr<const Chunk> ownedChunk(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset) {
  const size_t capacity = wire.capacity();
  auto [bytes, size] = wire.take();
  if (size < capacity / 4 * 3) {  // what stays is no larger than it has to be
    std::unique_ptr<char[]> fitting(new char[size]);
    std::memcpy(fitting.get(), bytes.get(), size);
    bytes = std::move(fitting);
  }
  return Chunk::owned(std::shared_ptr<const char[]>(std::move(bytes)), size, file, fileOffset);
}

std::shared_ptr<const Chunk> WireSpool::keep(otlp::WireWriter& wire, const std::string& file, uint64_t fileOffset) {
  const uint64_t size = wire.size();
  {
    const std::lock_guard lock(m_mutex);
    if (size <= m_heapLeft) {
      m_heapLeft -= size;
      return ownedChunk(wire, file, fileOffset);
    }
  }
  auto place = placeFor(size);
  if (!place.ok()) {
    fail(place.error());
    return ownedChunk(wire, file, fileOffset);
  }
  const Place& at = place.value();
  if (const auto written = m_file->writeAt(at.windowBegin + at.offset, wire.bytes()); !written.ok()) {
    fail(written.error());
    return ownedChunk(wire, file, fileOffset);
  }
  wire.truncate(0);
  return Chunk::kept(at.window, at.offset, size, file, fileOffset);
}

Result<WireSpool::Place> WireSpool::placeFor(uint64_t size) {
  const std::lock_guard lock(m_mutex);
  if (m_error) return *m_error;
  if (!m_file) {
    auto file = SpoolFile::create();
    if (!file.ok()) return file.error();
    m_file.emplace(std::move(file).value());
  }
  if (m_next.window == nullptr || m_next.window->bytes().size() - m_next.offset < size) {
    if (auto opened = openWindow(size); !opened.ok()) return opened.error();
  }
  Place place = m_next;
  m_next.offset += size;
  if (auto room = m_file->lookForSpace(place.windowBegin + m_next.offset); !room.ok()) return room.error();
  return place;
}

// What the last window has left is a hole in the file.
Result<void> WireSpool::openWindow(uint64_t size) {
  const bool isFirst = m_next.window == nullptr;
  const uint64_t begin = isFirst ? 0 : m_next.windowBegin + m_next.window->bytes().size();
  const uint64_t unit = isFirst ? kFirstWindow : kNextWindow;
  auto window = m_file->window("a spool file", begin, (size + unit - 1) / unit * unit);
  if (!window.ok()) return window.error();
  m_next = {std::move(window).value(), begin, 0};
  return {};
}

void WireSpool::fail(Error error) {
  const std::lock_guard lock(m_mutex);
  if (!m_error) m_error = std::move(error);
  m_full = true;
}

}  // namespace waybill::formats
