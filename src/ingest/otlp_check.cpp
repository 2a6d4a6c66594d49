// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/otlp_check.h"

#include "formats/otlp_message.h"
#include "otlp/fields.h"
#include "otlp/id_reader.h"
#include "otlp/wire_reader.h"
#include "otlp/wire_writer.h"

namespace waybill::ingest {
namespace {

using otlp::expect;
using otlp::view;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

bool isScopeSpans(uint32_t field) {
  return field == otlp::resource_spans::kScopeSpans || field == otlp::resource_spans::kLegacyScopeSpans;
}

bool isWholeSpan(std::string_view span, bool& hasIds) {
  bool traceId = false, spanId = false;
  const bool whole = otlp::forEachField(span, [&](pbf_reader& reader) {
    if (reader.tag() == otlp::span::kTraceId && reader.wire_type() == pbf_wire_type::length_delimited) {
      traceId = otlp::isValidTraceId(view(reader.get_view()));
    } else if (reader.tag() == otlp::span::kSpanId && reader.wire_type() == pbf_wire_type::length_delimited) {
      spanId = otlp::isValidSpanId(view(reader.get_view()));
    } else {
      reader.skip();
    }
  });
  hasIds = traceId && spanId;
  return whole;
}

void checkScopeSpans(std::string_view message, OtlpCheck& check) {
  check.readable &= otlp::forEachField(message, [&check](pbf_reader& reader) {
    if (reader.tag() != otlp::scope_spans::kSpans) return reader.skip();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    bool hasIds = false;
    if (!isWholeSpan(view(reader.get_view()), hasIds)) {
      ++check.damagedSpans;
      return;
    }
    ++check.spans;
    check.withoutIds += hasIds ? 0 : 1;
  });
}

void checkResourceSpans(std::string_view message, OtlpCheck& check) {
  check.readable &= otlp::forEachField(message, [&check](pbf_reader& reader) {
    if (!isScopeSpans(reader.tag())) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) checkScopeSpans(view(reader.get_view()), check);
  });
}

// Copies the fields of a message; `visit` returns true for one that it has written, or left out, itself.
template <typename Visit>
void copyFields(std::string_view message, otlp::WireWriter& to, Visit&& visit) {
  formats::WireField field;
  while (formats::takeField(message, field)) {
    if (field.type != formats::WireField::Type::Bytes || !visit(field)) to.raw(field.whole);
  }
}

}  // namespace

OtlpCheck checkTracesData(std::string_view message) {
  OtlpCheck check;
  check.readable = otlp::forEachField(message, [&check](pbf_reader& reader) {
    if (reader.tag() != otlp::traces_data::kResourceSpans) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) checkResourceSpans(view(reader.get_view()), check);
  });
  return check;
}

std::string withoutDamagedSpans(std::string_view message) {
  otlp::WireWriter wire;
  copyFields(message, wire, [&wire](const formats::WireField& resourceSpans) {
    if (resourceSpans.number != otlp::traces_data::kResourceSpans) return false;
    const auto inResource = wire.open(resourceSpans.number, 3);
    copyFields(resourceSpans.payload, wire, [&wire](const formats::WireField& scopeSpans) {
      if (!isScopeSpans(scopeSpans.number)) return false;
      const auto inScope = wire.open(scopeSpans.number, 3);
      copyFields(scopeSpans.payload, wire, [](const formats::WireField& span) {
        bool hasIds = false;
        return span.number == otlp::scope_spans::kSpans && !isWholeSpan(span.payload, hasIds);
      });
      wire.close(inScope);
      return true;
    });
    wire.close(inResource);
    return true;
  });
  return std::string(wire.bytes());
}

}  // namespace waybill::ingest
