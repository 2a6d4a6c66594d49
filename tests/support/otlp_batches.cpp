// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/otlp_batches.h"

#include "base/bytes.h"
#include "base/json_writer.h"
#include "otlp/json_text.h"
#include "otlp/wire_reader.h"

namespace waybill::test {
namespace {

using otlp::forEachField;
using otlp::view;
using protozero::pbf_reader;

void writeScopeSpans(JsonWriter& json, std::string_view message) {
  std::string_view scope;
  forEachField(message, [&](pbf_reader& reader) {
    if (reader.tag() == otlp::scope_spans::kScope) {
      scope = view(reader.get_view());
    } else {
      reader.skip();
    }
  });
  json.beginObject().key("scope");
  otlp::writeOtlpJson(json, otlp::ScopeView(scope));
  json.key("spans").beginArray();
  forEachField(message, [&](pbf_reader& reader) {
    if (reader.tag() != otlp::scope_spans::kSpans) return reader.skip();
    otlp::writeOtlpJson(json, otlp::SpanView(view(reader.get_view())));
  });
  json.endArray().endObject();
}

void writeResourceSpans(JsonWriter& json, std::string_view message) {
  json.beginObject();
  forEachField(message, [&](pbf_reader& reader) {
    const uint32_t tag = reader.tag();
    const std::string_view payload = view(reader.get_view());
    if (tag == otlp::resource_spans::kResource) {
      json.key("resource");
      otlp::writeOtlpJson(json, otlp::ResourceView(payload));
    } else if (tag == otlp::resource_spans::kScopeSpans) {
      json.key("scopeSpans").beginArray();
      writeScopeSpans(json, payload);
      json.endArray();
    } else if (tag == otlp::resource_spans::kSchemaUrl) {
      json.member("schemaUrl", payload);
    }
  });
  json.endObject();
}

}  // namespace

void OtlpBatches::add(uint32_t process, const GeneratedSpan& span) {
  Batch& batch = m_batches[process];
  writeSpanField(batch.spans, span);
  if (++batch.count == kSpansPerBatch) write(process);
}

void OtlpBatches::flush() {
  for (uint32_t process = 0; process < kGeneratedProcesses; ++process) write(process);
}

void OtlpBatches::write(uint32_t process) {
  Batch& batch = m_batches[process];
  if (batch.count == 0 || !m_open) return;
  m_message.truncate(0);
  writeResourceSpansField(m_message, process, batch.spans.bytes());
  batch.spans.truncate(0);
  batch.count = 0;
  if (m_encoding == TraceEncoding::OtlpJsonLines) {
    writeJsonLine(m_message.bytes());
  } else if (m_encoding == TraceEncoding::OtlpProtoDelimited) {
    std::array<char, 4> length;
    storeBigEndian32(length.data(), static_cast<uint32_t>(m_message.size()));
    m_open = m_sink({length.data(), length.size()}) && m_sink(m_message.bytes());
  } else {
    m_open = m_sink(m_message.bytes());
  }
}

void OtlpBatches::writeJsonLine(std::string_view tracesData) {
  m_line.clear();
  JsonWriter json(m_line);
  json.beginObject().key("resourceSpans").beginArray();
  forEachField(tracesData, [&](pbf_reader& reader) { writeResourceSpans(json, view(reader.get_view())); });
  json.endArray().endObject();
  m_line += '\n';
  m_open = m_sink(m_line);
}

}  // namespace waybill::test
