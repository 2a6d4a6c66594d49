// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "formats/zipkin_span.h"
#include "formats/zipkin_to_otlp.h"

namespace waybill::formats {

// Reads documents of Zipkin v2 JSON: a span, a list of spans (what is posted to /api/v2/spans), or a list of
// such lists (what /api/v2/traces answers). One thread.
class ZipkinJsonReader {
 public:
  // `file` stands in diagnostics.
  explicit ZipkinJsonReader(const std::string& file) : m_out(file) {}

  struct Outcome {
    simdjson::error_code error = simdjson::SUCCESS;
    size_t errorAt = 0;  // in the text
    size_t end = 0;      // where the document ends in the text; something else follows when below text.size()
  };

  // `text` lies `offset` bytes into the file and is followed by SIMDJSON_PADDING readable bytes. On an error
  // the spans that were complete before it are kept.
  Outcome read(std::string_view text, uint64_t offset);

  ZipkinToOtlp& spans() { return m_out; }
  uint64_t skipped() const {
    return m_skipped;
  }  // values that are no span: neither a traceId nor an id in them

 private:
  using error_code = simdjson::error_code;
  using Value = simdjson::ondemand::value;

  error_code readList(simdjson::ondemand::array& list, int depth);
  error_code readSpan(simdjson::ondemand::object& object, uint64_t offset);
  error_code readSpanField(std::string_view key, Value& value, std::string_view token);
  error_code readEndpoint(ZipkinEndpoint& endpoint, Value& value);
  error_code readAnnotations(Value& value);
  error_code readTags(Value& value);
  std::string_view textOf(std::string_view token);
  std::string_view plain(std::string_view escaped);  // lives until the next span is read

  ZipkinToOtlp m_out;
  simdjson::ondemand::parser m_parser;
  ZipkinSpan m_span;                    // the one being read
  std::deque<std::string> m_unescaped;  // texts of it that had escapes
  std::string_view m_text;
  uint64_t m_offset = 0;
  uint64_t m_skipped = 0;
};

}  // namespace waybill::formats
