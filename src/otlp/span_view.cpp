// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "otlp/span_view.h"

#include <algorithm>

#include "otlp/wire_reader.h"

namespace waybill::otlp {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

void readText(pbf_reader& reader, std::string_view& into) {
  if (expect(reader, pbf_wire_type::length_delimited)) into = view(reader.get_view());
}

void readCount(pbf_reader& reader, uint32_t& into) {
  if (expect(reader, pbf_wire_type::varint)) into = static_cast<uint32_t>(reader.get_uint64());
}

void readAttributeInto(pbf_reader& reader, std::vector<AttributeView>& into) {
  if (expect(reader, pbf_wire_type::length_delimited)) into.push_back(readAttribute(view(reader.get_view())));
}

EventView readEvent(std::string_view message) {
  EventView out;
  forEachField(message, [&](pbf_reader& reader) {
    switch (reader.tag()) {
      case event::kTime:
        if (expect(reader, pbf_wire_type::fixed64)) out.timeNs = reader.get_fixed64();
        break;
      case event::kName: readText(reader, out.name); break;
      case event::kAttributes: readAttributeInto(reader, out.attributes); break;
      case event::kDroppedAttributesCount: readCount(reader, out.droppedAttributes); break;
      default: reader.skip();
    }
  });
  return out;
}

LinkView readLink(std::string_view message) {
  LinkView out;
  forEachField(message, [&](pbf_reader& reader) {
    switch (reader.tag()) {
      case link::kTraceId: readText(reader, out.traceId); break;
      case link::kSpanId: readText(reader, out.spanId); break;
      case link::kTraceState: readText(reader, out.traceState); break;
      case link::kAttributes: readAttributeInto(reader, out.attributes); break;
      case link::kDroppedAttributesCount: readCount(reader, out.droppedAttributes); break;
      case link::kFlags:
        if (expect(reader, pbf_wire_type::fixed32)) out.flags = reader.get_fixed32();
        break;
      default: reader.skip();
    }
  });
  return out;
}

// Reads every LEN field `number` of a message with `read`.
template <typename T, typename Read>
std::vector<T> readList(std::string_view message, uint32_t number, Read read) {
  std::vector<T> out;
  forEachField(message, [&](pbf_reader& reader) {
    if (reader.tag() != number) return reader.skip();
    if (expect(reader, pbf_wire_type::length_delimited)) out.push_back(read(view(reader.get_view())));
  });
  return out;
}

}  // namespace

SpanView::SpanView(std::string_view spanMessage) : m_message(spanMessage) {
  forEachField(spanMessage, [this](pbf_reader& reader) {
    switch (reader.tag()) {
      case span::kTraceId: readText(reader, traceId); break;
      case span::kSpanId: readText(reader, spanId); break;
      case span::kTraceState: readText(reader, traceState); break;
      case span::kParentSpanId: readText(reader, parentSpanId); break;
      case span::kName: readText(reader, name); break;
      case span::kKind:
        if (expect(reader, pbf_wire_type::varint)) {
          const uint64_t value = reader.get_uint64();
          kind = value <= 5 ? static_cast<SpanKind>(value) : SpanKind::Unspecified;
        }
        break;
      case span::kStart:
        if (expect(reader, pbf_wire_type::fixed64)) startNs = reader.get_fixed64();
        break;
      case span::kEnd:
        if (expect(reader, pbf_wire_type::fixed64)) endNs = reader.get_fixed64();
        break;
      case span::kFlags:
        if (expect(reader, pbf_wire_type::fixed32)) flags = reader.get_fixed32();
        break;
      case span::kDroppedAttributesCount: readCount(reader, droppedAttributes); break;
      case span::kDroppedEventsCount: readCount(reader, droppedEvents); break;
      case span::kDroppedLinksCount: readCount(reader, droppedLinks); break;
      case span::kStatus:
        if (!expect(reader, pbf_wire_type::length_delimited)) break;
        forEachField(view(reader.get_view()), [this](pbf_reader& inner) {
          if (inner.tag() == status::kMessage) return readText(inner, statusMessage);
          if (inner.tag() != status::kCode) return inner.skip();
          if (!expect(inner, pbf_wire_type::varint)) return;
          const uint64_t value = inner.get_uint64();
          status = value <= 2 ? static_cast<StatusCode>(value) : StatusCode::Unset;
        });
        break;
      default: reader.skip();
    }
  });
}

std::vector<AttributeView> SpanView::attributes() const {
  return readList<AttributeView>(m_message, span::kAttributes, readAttribute);
}

std::vector<EventView> SpanView::events() const { return readList<EventView>(m_message, span::kEvents, readEvent); }

std::vector<LinkView> SpanView::links() const { return readList<LinkView>(m_message, span::kLinks, readLink); }

std::optional<ValueView> SpanView::attribute(std::string_view key) const {
  std::optional<ValueView> found;
  forEachField(m_message, [&](pbf_reader& reader) {
    if (reader.tag() != span::kAttributes) return reader.skip();
    if (!expect(reader, pbf_wire_type::length_delimited)) return;
    const AttributeView attribute = readAttribute(view(reader.get_view()));
    if (attribute.key == key) found = attribute.value;
  });
  return found;
}

ResourceView::ResourceView(std::string_view resourceMessage) {
  forEachField(resourceMessage, [this](pbf_reader& reader) {
    switch (reader.tag()) {
      case resource::kAttributes: readAttributeInto(reader, attributes); break;
      case resource::kDroppedAttributesCount: readCount(reader, droppedAttributes); break;
      default: reader.skip();
    }
  });
}

ScopeView::ScopeView(std::string_view scopeMessage) {
  forEachField(scopeMessage, [this](pbf_reader& reader) {
    switch (reader.tag()) {
      case scope::kName: readText(reader, name); break;
      case scope::kVersion: readText(reader, version); break;
      case scope::kAttributes: readAttributeInto(reader, attributes); break;
      case scope::kDroppedAttributesCount: readCount(reader, droppedAttributes); break;
      default: reader.skip();
    }
  });
}

std::string idText(std::string_view idBytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const bool readable = idBytes.size() != 8 && idBytes.size() != 16 &&
                        std::all_of(idBytes.begin(), idBytes.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (readable) return std::string(idBytes);
  std::string out;
  out.reserve(idBytes.size() * 2);
  for (const char c : idBytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
  return out;
}

std::string_view kindName(SpanKind kind) {
  switch (kind) {
    case SpanKind::Unspecified: return "UNSPECIFIED";
    case SpanKind::Internal: return "INTERNAL";
    case SpanKind::Server: return "SERVER";
    case SpanKind::Client: return "CLIENT";
    case SpanKind::Producer: return "PRODUCER";
    case SpanKind::Consumer: return "CONSUMER";
  }
  return "UNSPECIFIED";
}

std::string_view statusName(StatusCode status) {
  switch (status) {
    case StatusCode::Unset: return "UNSET";
    case StatusCode::Ok: return "OK";
    case StatusCode::Error: return "ERROR";
  }
  return "UNSET";
}

}  // namespace waybill::otlp
