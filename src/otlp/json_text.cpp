// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "otlp/json_text.h"

#include <absl/strings/escaping.h>

namespace waybill::otlp {
namespace {

void writePlain(JsonWriter& json, const ValueView& value, int depth);

void writePlain(JsonWriter& json, const std::vector<AttributeView>& attributes, int depth) {
  json.beginObject();
  for (const AttributeView& attribute : attributes) {
    json.key(attribute.key);
    writePlain(json, attribute.value, depth);
  }
  json.endObject();
}

// Recursion over a value, not over spans; kMaxValueDepth bounds it.
void writePlain(JsonWriter& json, const ValueView& value, int depth) {
  if (depth > kMaxValueDepth) {
    json.value("…");
    return;
  }
  switch (value.type()) {
    case ValueType::Empty: json.null(); break;
    case ValueType::String: json.value(value.string()); break;
    case ValueType::Bool: json.value(value.boolean()); break;
    case ValueType::Int: json.value(value.integer()); break;
    case ValueType::Double: json.value(value.real()); break;
    case ValueType::Bytes: json.value(base64(value.bytes())); break;
    case ValueType::KeyValueList: writePlain(json, value.members(), depth + 1); break;
    case ValueType::Array:
      json.beginArray();
      for (const ValueView& item : value.values()) writePlain(json, item, depth + 1);
      json.endArray();
  }
}

void writeAttributes(JsonWriter& json, std::string_view name, const std::vector<AttributeView>& attributes, int depth);

void writeAnyValue(JsonWriter& json, const ValueView& value, int depth) {
  json.beginObject();
  if (depth <= kMaxValueDepth) {
    switch (value.type()) {
      case ValueType::Empty: break;
      case ValueType::String: json.member("stringValue", value.string()); break;
      case ValueType::Bool: json.member("boolValue", value.boolean()); break;
      case ValueType::Int: json.member("intValue", std::to_string(value.integer())); break;
      case ValueType::Double: json.member("doubleValue", value.real()); break;
      case ValueType::Bytes: json.member("bytesValue", base64(value.bytes())); break;
      case ValueType::KeyValueList:
        json.key("kvlistValue").beginObject();
        writeAttributes(json, "values", value.members(), depth + 1);
        json.endObject();
        break;
      case ValueType::Array:
        json.key("arrayValue").beginObject().key("values").beginArray();
        for (const ValueView& item : value.values()) writeAnyValue(json, item, depth + 1);
        json.endArray().endObject();
    }
  }
  json.endObject();
}

void writeAttributes(JsonWriter& json, std::string_view name, const std::vector<AttributeView>& attributes,
                     int depth) {
  json.key(name).beginArray();
  for (const AttributeView& attribute : attributes) {
    json.beginObject().member("key", attribute.key).key("value");
    writeAnyValue(json, attribute.value, depth);
    json.endObject();
  }
  json.endArray();
}

void writeAttributesIfAny(JsonWriter& json, const std::vector<AttributeView>& attributes, uint32_t dropped) {
  if (!attributes.empty()) writeAttributes(json, "attributes", attributes, 0);
  if (dropped != 0) json.member("droppedAttributesCount", dropped);
}

}  // namespace

std::string base64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

void writePlainJson(JsonWriter& json, const ValueView& value) { writePlain(json, value, 0); }

void writePlainJson(JsonWriter& json, const std::vector<AttributeView>& attributes) {
  writePlain(json, attributes, 0);
}

void writeOtlpJson(JsonWriter& json, const SpanView& span) {
  json.beginObject();
  json.member("traceId", idText(span.traceId)).member("spanId", idText(span.spanId));
  if (!span.traceState.empty()) json.member("traceState", span.traceState);
  if (!span.parentSpanId.empty()) json.member("parentSpanId", idText(span.parentSpanId));
  if (span.flags != 0) json.member("flags", span.flags);
  json.member("name", span.name).member("kind", static_cast<int>(span.kind));
  json.member("startTimeUnixNano", std::to_string(span.startNs));
  json.member("endTimeUnixNano", std::to_string(span.endNs));
  writeAttributesIfAny(json, span.attributes(), span.droppedAttributes);
  if (const auto events = span.events(); !events.empty()) {
    json.key("events").beginArray();
    for (const EventView& event : events) {
      json.beginObject().member("timeUnixNano", std::to_string(event.timeNs)).member("name", event.name);
      writeAttributesIfAny(json, event.attributes, event.droppedAttributes);
      json.endObject();
    }
    json.endArray();
  }
  if (span.droppedEvents != 0) json.member("droppedEventsCount", span.droppedEvents);
  if (const auto links = span.links(); !links.empty()) {
    json.key("links").beginArray();
    for (const LinkView& link : links) {
      json.beginObject().member("traceId", idText(link.traceId)).member("spanId", idText(link.spanId));
      if (!link.traceState.empty()) json.member("traceState", link.traceState);
      writeAttributesIfAny(json, link.attributes, link.droppedAttributes);
      if (link.flags != 0) json.member("flags", link.flags);
      json.endObject();
    }
    json.endArray();
  }
  if (span.droppedLinks != 0) json.member("droppedLinksCount", span.droppedLinks);
  json.key("status").beginObject();
  if (!span.statusMessage.empty()) json.member("message", span.statusMessage);
  if (span.status != StatusCode::Unset) json.member("code", static_cast<int>(span.status));
  json.endObject().endObject();
}

void writeOtlpJson(JsonWriter& json, const ResourceView& resource) {
  json.beginObject();
  writeAttributesIfAny(json, resource.attributes, resource.droppedAttributes);
  json.endObject();
}

void writeOtlpJson(JsonWriter& json, const ScopeView& scope) {
  json.beginObject();
  if (!scope.name.empty()) json.member("name", scope.name);
  if (!scope.version.empty()) json.member("version", scope.version);
  writeAttributesIfAny(json, scope.attributes, scope.droppedAttributes);
  json.endObject();
}

}  // namespace waybill::otlp
