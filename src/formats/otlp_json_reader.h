// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "formats/json_walk.h"
#include "formats/trace_format.h"
#include "otlp/wire_writer.h"

namespace waybill::formats {

// A key of the list of ScopeSpans in a ResourceSpans, in any spelling.
bool isScopeListKey(std::string_view key);

// Reads documents of OTLP JSON, in every spelling met in the wild, and writes their spans as wire bytes,
// which go to the sink in chunks. One thread.
class OtlpJsonReader {
 public:
  // `inputBytes`: of all documents together, to make room for what they become.
  OtlpJsonReader(WireSink& sink, std::string file, uint64_t inputBytes, std::stop_token stop);

  // What a document is expected to be.
  enum class Shape : uint8_t { Anything, ResourceSpans };

  struct Outcome {
    simdjson::error_code error = simdjson::SUCCESS;
    size_t errorAt = 0;  // in the text
    size_t end = 0;      // where the document ends in the text; something else follows when below text.size()
  };

  // `text` lies `offset` bytes into the file and is followed by SIMDJSON_PADDING readable bytes. On an error
  // the spans that were complete before it are kept.
  Outcome read(std::string_view text, uint64_t offset, Shape shape);

  // Hands over what is left.
  void finish();

  // Keys met at the top of documents. Also for documents too large to be read whole.
  enum class RootKey : uint8_t { Unknown, ResourceSpans, Wrapper, PartOfResourceSpans, OtherSignal };
  RootKey rootKey(std::string_view key);
  void countUnknownDocument(uint64_t offset);
  void flushIfLarge(uint64_t offset);

  // What the documents held.
  struct Found {
    bool spans = false;  // at least a list for them, maybe empty
    bool wroteAny = false;
    uint64_t metrics = 0, logs = 0, profiles = 0;  // documents
    uint64_t firstOther = 0;

    bool otherSignal() const { return metrics + logs + profiles > 0; }
    void add(const Found& later);
  };
  const Found& found() const { return m_found; }
  void addFound(const Found& later) { m_found.add(later); }

  bool stopped() const { return m_stopped; }
  std::string otherSignals() const;   // "metrics and logs"
  void noteOtherSignals();            // once, at the end
  bool lookForStop(uint64_t offset);  // at most every MiB it costs something
  bool stopAsked() {                  // an input that was called off seems to end
    m_stopped = m_stopped || m_stop.stop_requested() || m_sink.full();
    return m_stopped;
  }

 private:
  using error_code = simdjson::error_code;
  using Value = simdjson::ondemand::value;

  error_code readRoot(simdjson::ondemand::document& document, Shape shape);
  error_code readRootObject(simdjson::ondemand::object& object, int depth);
  error_code readRootField(std::string_view key, Value& value, std::string_view token, int depth);
  error_code readResourceSpans(simdjson::ondemand::object& object);
  error_code readScopeSpans(Value& value);
  error_code readSpans(Value& value);
  template <typename Read>
  error_code forEachObject(Value& value, std::string_view token, Read&& read);

  // otlp_json_span.cpp
  error_code readSpan(Value& value, std::string_view token);
  error_code readSpanField(std::string_view key, Value& value, std::string_view token);
  error_code readEvent(Value& value);
  error_code readLink(Value& value);
  error_code readStatus(Value& value, std::string_view token);
  void writeKind(std::string_view token);
  void writeStatusCode(std::string_view token);
  void writeTime(uint32_t field, std::string_view token);
  void writeCount(uint32_t field, std::string_view token);
  void writeFlags(uint32_t field, std::string_view token);
  void writeId(uint32_t field, size_t bytes, std::string_view token);

  // otlp_json_value.cpp
  error_code readResource(uint32_t field, Value& value);
  error_code readScope(Value& value);
  error_code readAttributes(uint32_t field, Value& value, std::string_view token, int depth = 1);
  error_code readKeyValue(uint32_t field, Value& value, int depth);
  error_code readAnyValue(uint32_t field, Value& value, std::string_view token, int depth);
  error_code readAnyValueFields(simdjson::ondemand::object& object, int depth);
  error_code readListValue(uint32_t field, Value& value, std::string_view token, int depth);
  bool writeTextAttribute(uint32_t field, std::string_view name, uint32_t valueField, std::string_view value);
  static uint32_t anyValueField(std::string_view key);  // of the AnyValue message; 0 for another key
  void writeAnyScalar(uint32_t field, std::string_view token);
  error_code readArrayValue(Value& value, std::string_view token, int depth);
  error_code readPlainValue(uint32_t field, Value& value, std::string_view token, int depth);
  error_code readPlainObject(Value& value, int depth);
  void writeScalar(std::string_view token);
  void writeInteger(std::string_view token);
  void writeReal(std::string_view token);
  void writeBool(std::string_view token);
  void writeBytes(std::string_view token);
  bool tooDeep(std::string_view token, int depth);

  void writeText(uint32_t field, std::string_view token);  // a text, or the words of another scalar; not null
  void note(DiagnosticKind kind, std::string_view at, std::string_view example);
  uint64_t offsetOf(std::string_view token) const {
    return m_offset + static_cast<uint64_t>(token.data() - m_text.data());
  }
  otlp::WireWriter::Message openLarge(uint32_t field, uint32_t lengthBytes);
  void startChunk(uint64_t offset);

  WireSink& m_sink;
  const std::string m_file;
  const size_t m_chunkRoom;
  const std::stop_token m_stop;
  simdjson::ondemand::parser m_parser;
  otlp::WireWriter m_wire;
  std::string m_scratch;       // for unescaping
  std::string_view m_text;     // the document being read
  uint64_t m_offset = 0;       // of the document, in the file
  uint64_t m_chunkOffset = 0;  // where in the file the chunk being written begins
  uint64_t m_looked = 0;       // the offset when progress was told last
  bool m_escapes = false;      // there is a backslash in the document
  bool m_rootKnown = false;    // the document's top had a key we know
  bool m_stopped = false;
  Found m_found;
  uint32_t m_spanLengthBytes = 2, m_scopeLengthBytes = 3, m_resourceLengthBytes = 3;  // of the last ones
};

}  // namespace waybill::formats
