// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "support/generated_span.h"
#include "support/trace_generator.h"

namespace waybill::test {

// Collects finished spans by process and writes a batch when one is full, as the batch processors of the SDKs
// do.
class OtlpBatches {
 public:
  static constexpr uint32_t kSpansPerBatch = 512;  // maxExportBatchSize of the SDKs

  OtlpBatches(TraceEncoding encoding, const std::function<bool(std::string_view)>& sink)
      : m_encoding(encoding), m_sink(sink) {}

  void add(uint32_t process, const GeneratedSpan& span);
  void flush();
  bool open() const { return m_open; }  // until the sink refuses

 private:
  struct Batch {
    otlp::WireWriter spans;
    uint32_t count = 0;
  };
  void write(uint32_t process);
  void writeJsonLine(std::string_view tracesData);

  TraceEncoding m_encoding;
  const std::function<bool(std::string_view)>& m_sink;
  bool m_open = true;
  std::array<Batch, kGeneratedProcesses> m_batches;
  otlp::WireWriter m_message;
  std::string m_line;
};

}  // namespace waybill::test
