// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace waybill::otlp {

// Writes protobuf wire bytes into one growing buffer: the way every other format becomes OTLP. Nested messages
// are opened and closed; their length is written in the shortest form when they close, so that the bytes are
// the same as other protobuf writers'. Field 0 is not a field: never pass it.
class WireWriter {
 public:
  // Where an open message began. Close in reverse order of opening.
  struct Message {
    size_t start;  // of the payload
    uint32_t reserved;  // bytes kept for the length
  };

  size_t size() const { return m_size; }
  size_t capacity() const { return m_capacity; }
  std::string_view bytes() const { return {m_data.get(), m_size}; }
  void truncate(size_t size) { m_size = size; }  // undo what was written after

  // Hands the buffer over and starts anew.
  std::pair<std::unique_ptr<char[]>, size_t> take() {
    m_capacity = 0;
    return {std::move(m_data), std::exchange(m_size, 0)};
  }

  // `lengthBytes`: how long the length will probably be; a wrong guess costs one memmove of the message.
  Message open(uint32_t field, uint32_t lengthBytes = 1) {
    reserve(16);
    varint(field << 3 | 2);
    m_size += lengthBytes;
    return {m_size, lengthBytes};
  }

  void close(Message message) {
    const size_t length = m_size - message.start;
    const uint32_t needed = varintBytes(length);
    if (needed != message.reserved) {
      reserve(16);
      std::memmove(m_data.get() + message.start + needed - message.reserved, m_data.get() + message.start, length);
      m_size = m_size + needed - message.reserved;
    }
    char* at = m_data.get() + message.start - message.reserved;
    putVarint(at, length);
  }

  void text(uint32_t field, std::string_view value) {
    reserve(value.size() + 16);
    varint(field << 3 | 2);
    varint(value.size());
    if (!value.empty()) std::memcpy(m_data.get() + m_size, value.data(), value.size());
    m_size += value.size();
  }

  void unsignedInt(uint32_t field, uint64_t value) {
    reserve(16);
    varint(field << 3 | 0);
    varint(value);
  }

  void fixed64(uint32_t field, uint64_t value) {
    reserve(16);
    varint(field << 3 | 1);
    putLittleEndian(value, 8);
  }

  void fixed32(uint32_t field, uint32_t value) {
    reserve(16);
    varint(field << 3 | 5);
    putLittleEndian(value, 4);
  }

  // Already encoded fields.
  void raw(std::string_view fields) {
    reserve(fields.size());
    if (!fields.empty()) std::memcpy(m_data.get() + m_size, fields.data(), fields.size());
    m_size += fields.size();
  }

  // Room for `bytes` more, and where to write them; then say with advance() how many were used.
  char* room(size_t bytes) {
    reserve(bytes);
    return m_data.get() + m_size;
  }
  void advance(size_t bytes) { m_size += bytes; }

  void reserve(size_t more) {
    if (m_capacity - m_size < more) grow(more);
  }

 private:
  static uint32_t varintBytes(uint64_t value) {
    uint32_t bytes = 1;
    while (value >= 0x80) {
      value >>= 7;
      ++bytes;
    }
    return bytes;
  }

  static void putVarint(char*& at, uint64_t value) {
    while (value >= 0x80) {
      *at++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<char>(value);
  }

  void varint(uint64_t value) {
    char* at = m_data.get() + m_size;
    putVarint(at, value);
    m_size = static_cast<size_t>(at - m_data.get());
  }

  void putLittleEndian(uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) m_data[m_size++] = static_cast<char>(value >> (8 * i));
  }

  void grow(size_t more) {
    const size_t capacity = std::max<size_t>({m_capacity * 2, m_size + more, 4096});
    std::unique_ptr<char[]> bigger(new char[capacity]);
    if (m_size > 0) std::memcpy(bigger.get(), m_data.get(), m_size);
    m_data = std::move(bigger);
    m_capacity = capacity;
  }

  std::unique_ptr<char[]> m_data;
  size_t m_size = 0;
  size_t m_capacity = 0;
};

}  // namespace waybill::otlp
