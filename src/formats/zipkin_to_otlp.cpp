// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/zipkin_to_otlp.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/bytes.h"
#include "formats/zipkin_otel_text.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

using otlp::SpanKind;
using otlp::StatusCode;

constexpr size_t kTraceIdBytes = 16;
constexpr size_t kSpanIdBytes = 8;
constexpr uint64_t kNsPerUs = 1000;

// Zipkin has no word for internal; `told` is what a tag says.
SpanKind kindOf(const ZipkinSpan& span, std::string_view told) {
  if (equalsIgnoringCase(span.kind, "client")) return SpanKind::Client;
  if (equalsIgnoringCase(span.kind, "server")) return SpanKind::Server;
  if (equalsIgnoringCase(span.kind, "producer")) return SpanKind::Producer;
  if (equalsIgnoringCase(span.kind, "consumer")) return SpanKind::Consumer;
  return told == "internal" ? SpanKind::Internal : SpanKind::Unspecified;
}

// Tags that become fields of the span, its status, its links or its scope.
bool becomesField(SpanKind kind, std::string_view key, std::string_view value) {
  constexpr std::array<std::string_view, 7> kFields = {
      "otel.status_code",   "otel.status_description", "w3c.tracestate",      "otel.scope.name",
      "otel.scope.version", "otel.library.name",       "otel.library.version"};
  if (std::find(kFields.begin(), kFields.end(), key) != kFields.end()) return true;
  if (key == "error") return value == "true";  // anything else says more than the status does
  return key == "span.kind" && kind == SpanKind::Internal;
}

// Hex of any case, padded on the left, as Zipkin's own readers do: also 64-bit trace ids, and ids without
// their leading zeros.
bool decodeHexId(std::string_view text, size_t bytes, char* out) {
  if (text.size() > bytes * 2) return false;
  std::fill_n(out, bytes, '\0');
  for (size_t i = 0; i < text.size(); ++i) {
    const int digit = hexDigit(text[text.size() - 1 - i]);
    if (digit < 0) return false;
    out[bytes - 1 - i / 2] = static_cast<char>(out[bytes - 1 - i / 2] | digit << (i % 2 * 4));
  }
  return true;
}

uint32_t lengthBytes(size_t length) {
  uint32_t bytes = 1;
  for (; length >= 0x80; length >>= 7) ++bytes;
  return bytes;
}

}  // namespace

ZipkinToOtlp::Told ZipkinToOtlp::toldBy(const ZipkinSpan& span) {
  Told told;
  for (const auto& [key, value] : span.tags) {
    if (key == "span.kind") told.kind = value;
    if (key == "error") told.error = value;
    if (key == "otel.status_code") told.statusCode = value;
    if (key == "otel.status_description") told.statusText = value;
    if (key == "w3c.tracestate") told.traceState = value;
    if (key == "otel.scope.name") told.scopeName = value;
    if (key == "otel.scope.version") told.scopeVersion = value;
    if (key == "otel.library.name") told.libraryName = value;  // the scope's name before 2022
    if (key == "otel.library.version") told.libraryVersion = value;
  }
  if (told.scopeName.empty()) told.scopeName = told.libraryName;
  if (told.scopeVersion.empty()) told.scopeVersion = told.libraryVersion;
  return told;
}

void ZipkinToOtlp::add(const ZipkinSpan& span, uint64_t offset) {
  const Told told = toldBy(span);
  const SpanKind kind = kindOf(span, told.kind);
  const size_t begin = m_spans.size();
  const auto message = m_spans.open(otlp::scope_spans::kSpans, 2);
  writeId(otlp::span::kTraceId, kTraceIdBytes, span.traceId, offset);
  writeId(otlp::span::kSpanId, kSpanIdBytes, span.id, offset);
  if (!told.traceState.empty()) m_spans.text(otlp::span::kTraceState, told.traceState);
  if (span.parentId != span.id) writeId(otlp::span::kParentSpanId, kSpanIdBytes, span.parentId, offset);
  m_spans.text(otlp::span::kName, span.name);
  if (kind != SpanKind::Unspecified) m_spans.unsignedInt(otlp::span::kKind, static_cast<uint64_t>(kind));
  writeTimes(span, offset);
  writeEndpoints(span);
  for (const auto& [key, value] : span.tags) writeTag(kind, key, value);
  if (span.debug) writeAttribute(m_spans, otlp::span::kAttributes, "zipkin.debug", true);
  if (span.shared) writeAttribute(m_spans, otlp::span::kAttributes, "zipkin.shared", true);
  for (const ZipkinAnnotation& annotation : span.annotations) writeAnnotation(annotation, offset);
  writeStatus(told);
  m_spans.close(message);
  addPiece(span, told, begin);
  ++m_spanCount;
}

void ZipkinToOtlp::addPiece(const ZipkinSpan& span, const Told& told, size_t begin) {
  Group& group = groupOf(span, told);
  const size_t end = m_spans.size();
  group.bytes += end - begin;
  if (group.last != kNone && m_pieces[group.last].end == begin) {
    m_pieces[group.last].end = end;
    return;
  }
  const auto piece = static_cast<uint32_t>(m_pieces.size());
  m_pieces.push_back({begin, end});
  (group.last == kNone ? group.first : m_pieces[group.last].next) = piece;
  group.last = piece;
}

ZipkinToOtlp::Group& ZipkinToOtlp::groupOf(const ZipkinSpan& span, const Told& told) {
  m_groupKey.assign(span.local.serviceName).append(1, '\0').append(told.scopeName);
  m_groupKey.append(1, '\0').append(told.scopeVersion);
  const auto [entry, isNew] = m_groupOf.try_emplace(m_groupKey, static_cast<uint32_t>(m_groups.size()));
  if (isNew) {
    Group group;
    group.service = span.local.serviceName;
    group.scopeName = told.scopeName;
    group.scopeVersion = told.scopeVersion;
    m_groups.push_back(std::move(group));
  }
  return m_groups[entry->second];
}

std::string ZipkinToOtlp::take() {
  otlp::WireWriter out;
  out.reserve(m_spans.size() + 64 * m_groups.size());
  for (const Group& group : m_groups) {
    const auto resourceSpans = out.open(otlp::traces_data::kResourceSpans, lengthBytes(group.bytes + 64));
    if (!group.service.empty()) {
      const auto resource = out.open(otlp::resource_spans::kResource);
      writeAttribute(out, otlp::resource::kAttributes, "service.name", group.service);
      out.close(resource);
    }
    const auto scopeSpans = out.open(otlp::resource_spans::kScopeSpans, lengthBytes(group.bytes + 16));
    if (!group.scopeName.empty() || !group.scopeVersion.empty()) {
      const auto scope = out.open(otlp::scope_spans::kScope);
      if (!group.scopeName.empty()) out.text(otlp::scope::kName, group.scopeName);
      if (!group.scopeVersion.empty()) out.text(otlp::scope::kVersion, group.scopeVersion);
      out.close(scope);
    }
    for (uint32_t piece = group.first; piece != kNone; piece = m_pieces[piece].next) {
      out.raw(m_spans.bytes().substr(m_pieces[piece].begin, m_pieces[piece].end - m_pieces[piece].begin));
    }
    out.close(scopeSpans);
    out.close(resourceSpans);
  }
  m_spans.truncate(0);
  m_pieces.clear();
  m_groups.clear();
  m_groupOf.clear();
  return std::string(out.bytes());
}

// What is no id is kept as its text: the store makes an id of its hash.
void ZipkinToOtlp::writeId(uint32_t field, size_t bytes, std::string_view text, uint64_t offset) {
  if (text.empty()) return;
  std::array<char, kTraceIdBytes> id;
  if (decodeHexId(text, bytes, id.data())) return m_spans.text(field, {id.data(), bytes});
  m_diagnostics.add(DiagnosticKind::NonHexId, m_file, offset, text.substr(0, 100));
  m_spans.text(field, text);
}

// A span without a start begins with its first annotation; one without a duration was still open.
void ZipkinToOtlp::writeTimes(const ZipkinSpan& span, uint64_t offset) {
  std::optional<uint64_t> start = span.timestampUs;
  if (!start) {
    for (const ZipkinAnnotation& annotation : span.annotations) {
      if (annotation.timestampUs) start = std::min(start.value_or(UINT64_MAX), *annotation.timestampUs);
    }
    if (!start) return;
    writeAttribute(m_spans, otlp::span::kAttributes, "otel.zipkin.absentField.startTime", true);
  }
  m_spans.fixed64(otlp::span::kStart, nanoseconds(*start, offset));
  if (!span.durationUs) return;
  const uint64_t end = *start > UINT64_MAX - *span.durationUs ? UINT64_MAX : *start + *span.durationUs;
  m_spans.fixed64(otlp::span::kEnd, nanoseconds(end, offset));
}

uint64_t ZipkinToOtlp::nanoseconds(uint64_t microseconds, uint64_t offset) {
  if (microseconds <= UINT64_MAX / kNsPerUs) return microseconds * kNsPerUs;
  m_diagnostics.add(DiagnosticKind::TimeOutOfRange, m_file, offset,
                    std::to_string(microseconds) + " \xC2\xB5s");
  return UINT64_MAX;
}

// OpenTelemetry's own tags first. Without them the tag "error" decides: its presence is what Zipkin calls an
// error and its value the message; only the value "false", which OpenTracing's libraries write, means that
// there is none.
void ZipkinToOtlp::writeStatus(const Told& told) {
  const std::string_view error = told.error.value_or("false");
  StatusCode code = StatusCode::Unset;
  if (equalsIgnoringCase(told.statusCode, "ok")) code = StatusCode::Ok;
  if (equalsIgnoringCase(told.statusCode, "error") || (told.statusCode.empty() && error != "false"))
    code = StatusCode::Error;
  if (code == StatusCode::Unset) return;
  std::string_view text = told.statusText;
  if (text.empty() && code == StatusCode::Error && error != "true" && error != "false") text = error;
  const auto status = m_spans.open(otlp::span::kStatus);
  if (!text.empty()) m_spans.text(otlp::status::kMessage, text);
  m_spans.unsignedInt(otlp::status::kCode, static_cast<uint64_t>(code));
  m_spans.close(status);
}

void ZipkinToOtlp::writeEndpoints(const ZipkinSpan& span) {
  const auto text = [this](std::string_view key, std::string_view value) {
    if (!value.empty()) writeAttribute(m_spans, otlp::span::kAttributes, key, value);
  };
  const auto port = [this](std::string_view key, uint64_t value) {
    if (value != 0) writeAttribute(m_spans, otlp::span::kAttributes, key, static_cast<int64_t>(value));
  };
  text("net.host.ip", span.local.ipv4.empty() ? span.local.ipv6 : span.local.ipv4);
  port("net.host.port", span.local.port);
  text("peer.service", span.remote.serviceName);
  text("net.peer.ip", span.remote.ipv4.empty() ? span.remote.ipv6 : span.remote.ipv4);
  port("net.peer.port", span.remote.port);
}

void ZipkinToOtlp::writeTag(SpanKind kind, std::string_view key, std::string_view value) {
  if (becomesField(kind, key, value)) return;
  if (key.substr(0, kOtelLinkTag.size()) == kOtelLinkTag && writeOtelLink(m_spans, value)) return;
  writeAttribute(m_spans, otlp::span::kAttributes, key, value);
}

void ZipkinToOtlp::writeAnnotation(const ZipkinAnnotation& annotation, uint64_t offset) {
  const auto event = m_spans.open(otlp::span::kEvents);
  if (annotation.timestampUs)
    m_spans.fixed64(otlp::event::kTime, nanoseconds(*annotation.timestampUs, offset));
  writeOtelEvent(m_spans, annotation.value);
  m_spans.close(event);
}

}  // namespace waybill::formats
