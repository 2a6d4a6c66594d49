// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "formats/zipkin_span.h"
#include "otlp/fields.h"
#include "otlp/wire_writer.h"

namespace waybill::formats {

// Writes Zipkin spans as OTLP, grouped by service and scope. The mapping is the specification's
// ("OpenTelemetry to Zipkin Transformation", read backwards), and for what it leaves open the Collector's
// Zipkin translator's, so that a span looks the same whichever way it came. One thread.
//
// Both halves of a shared span keep their id: telling them apart is the business of who builds the tree.
class ZipkinToOtlp {
 public:
  // `file` stands in diagnostics.
  explicit ZipkinToOtlp(std::string file) : m_file(std::move(file)) {}

  // `offset`: of the span, in the file.
  void add(const ZipkinSpan& span, uint64_t offset);

  uint64_t spanCount() const { return m_spanCount; }
  size_t size() const { return m_spans.size(); }  // bytes that wait to be taken

  // What was added since the last time, as one TracesData message.
  std::string take();

  const Diagnostics& diagnostics() const { return m_diagnostics; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  // A stretch of m_spans that belongs to one group.
  struct Piece {
    size_t begin, end;
    uint32_t next = kNone;
  };
  struct Group {
    std::string service, scopeName, scopeVersion;
    size_t bytes = 0;
    uint32_t first = kNone, last = kNone;
  };

  // What OpenTelemetry's exporters put into tags, and "error". Found in one pass: a span may have any number
  // of tags.
  struct Told {
    std::string_view kind, statusCode, statusText, traceState, scopeName, scopeVersion, libraryName,
        libraryVersion;
    std::optional<std::string_view> error;
  };

  static Told toldBy(const ZipkinSpan& span);
  void addPiece(const ZipkinSpan& span, const Told& told, size_t begin);
  Group& groupOf(const ZipkinSpan& span, const Told& told);
  void writeId(uint32_t field, size_t bytes, std::string_view text, uint64_t offset);
  void writeTimes(const ZipkinSpan& span, uint64_t offset);
  uint64_t nanoseconds(uint64_t microseconds, uint64_t offset);
  void writeStatus(const Told& told);
  void writeEndpoints(const ZipkinSpan& span);
  void writeTag(otlp::SpanKind kind, std::string_view key, std::string_view value);
  void writeAnnotation(const ZipkinAnnotation& annotation, uint64_t offset);

  const std::string m_file;
  otlp::WireWriter m_spans;  // Span fields of ScopeSpans messages, in the order of arrival
  std::vector<Piece> m_pieces;
  std::vector<Group> m_groups;
  absl::flat_hash_map<std::string, uint32_t> m_groupOf;
  std::string m_groupKey;
  uint64_t m_spanCount = 0;
  Diagnostics m_diagnostics;
};

}  // namespace waybill::formats
