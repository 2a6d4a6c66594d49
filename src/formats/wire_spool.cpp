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
  auto taken = takeLane();
  if (!taken.ok()) {
    fail(taken.error());
    return ownedChunk(wire, file, fileOffset);
  }
  const std::unique_ptr<Lane>& lane = taken.value();
  if (const auto written = write(*lane, wire.bytes()); !written.ok()) {
    fail(written.error());
    return ownedChunk(wire, file, fileOffset);
  }
  wire.truncate(0);
  auto chunk = Chunk::kept(lane->window, lane->offset - size, size, file, fileOffset);
  const std::lock_guard lock(m_mutex);
  m_idle.push_back(std::move(taken).value());
  return chunk;
}

Result<std::unique_ptr<WireSpool::Lane>> WireSpool::takeLane() {
  {
    const std::lock_guard lock(m_mutex);
    if (m_error) return *m_error;
    if (!m_idle.empty()) {
      std::unique_ptr<Lane> lane = std::move(m_idle.back());
      m_idle.pop_back();
      return lane;
    }
  }
  auto file = SpoolFile::create();
  if (!file.ok()) return file.error();
  return std::make_unique<Lane>(Lane{std::move(file).value(), nullptr, 0, 0});
}

Result<void> WireSpool::write(Lane& lane, std::string_view bytes) {
  if (lane.window == nullptr || lane.window->bytes().size() - lane.offset < bytes.size()) {
    if (auto opened = openWindow(lane, bytes.size()); !opened.ok()) return opened;
  }
  const uint64_t begin = lane.windowBegin + lane.offset;
  if (auto room = lane.file.lookForSpace(begin + bytes.size()); !room.ok()) return room;
  if (auto written = lane.file.writeAt(begin, bytes); !written.ok()) return written;
  lane.offset += bytes.size();
  return {};
}

// What the last window has left is a hole in the file.
Result<void> WireSpool::openWindow(Lane& lane, uint64_t size) {
  const bool isFirst = lane.window == nullptr;
  const uint64_t begin = isFirst ? 0 : lane.windowBegin + lane.window->bytes().size();
  const uint64_t unit = isFirst ? kFirstWindow : kNextWindow;
  auto window = lane.file.window("a spool file", begin, (size + unit - 1) / unit * unit);
  if (!window.ok()) return window.error();
  lane.window = std::move(window).value();
  lane.windowBegin = begin;
  lane.offset = 0;
  return {};
}

void WireSpool::fail(Error error) {
  const std::lock_guard lock(m_mutex);
  if (!m_error) m_error = std::move(error);
  m_full = true;
}

}  // namespace waybill::formats
