// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "otlp/wire_writer.h"

namespace waybill::formats {

class OtlpProtoFile;

// Saves the whole spans of a ResourceSpans message that ends too early, by writing them anew into messages
// with lengths that are right.
class CutResourceSpans {
 public:
  explicit CutResourceSpans(OtlpProtoFile& file) : m_file(file) {}

  // `payload` is what is there; `offset` where its field begins in the input. Returns how many bytes of the
  // field made sense.
  uint64_t read(uint64_t offset, std::string_view payload);

 private:
  void begin();
  void sendIfLarge(size_t limit);

  OtlpProtoFile& m_file;
  uint64_t m_offset = 0;
  otlp::WireWriter m_wire;
  otlp::WireWriter::Message m_message{};
  otlp::WireWriter m_resourceFields;  // repeated in each message
};

}  // namespace waybill::formats
