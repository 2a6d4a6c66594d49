// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "formats/id_text.h"
#include "formats/otlp_json_reader.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

using json::error_code;
using json::is;
using json::kUnknownKey;
using simdjson::SUCCESS;

constexpr error_code kStopWalk = simdjson::UNEXPECTED_ERROR;
constexpr size_t kTraceIdBytes = 16;
constexpr size_t kSpanIdBytes = 8;

// The number of an enum by its name, with or without its prefix, in any case.
template <size_t N>
uint64_t enumNumber(std::string_view name, std::string_view lowerPrefix,
                    const std::array<std::string_view, N>& names) {
  if (name.size() > lowerPrefix.size() &&
      equalsIgnoringCase(name.substr(0, lowerPrefix.size()), lowerPrefix)) {
    name.remove_prefix(lowerPrefix.size());
  }
  for (size_t i = 0; i < N; ++i) {
    if (equalsIgnoringCase(name, names[i])) return i;
  }
  return 0;
}

constexpr std::array<std::string_view, 6> kKinds = {"unspecified", "internal", "server",
                                                    "client",      "producer", "consumer"};
constexpr std::array<std::string_view, 3> kCodes = {"unset", "ok", "error"};

}  // namespace

error_code OtlpJsonReader::readSpan(Value& value, std::string_view at) {
  if (lookForStop(offsetOf(at))) return kStopWalk;
  const size_t before = m_wire.size();
  const auto message = m_wire.open(otlp::scope_spans::kSpans, m_spanLengthBytes);
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& field, std::string_view token) {
        return readSpanField(key, field, token);
      });
  if (error != SUCCESS) {
    m_wire.truncate(before);
    return error;
  }
  const size_t length = m_wire.size() - message.start;
  m_spanLengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : 3;
  m_wire.close(message);
  return SUCCESS;
}

// By the length of the key first: one comparison finds almost every field.
error_code OtlpJsonReader::readSpanField(std::string_view key, Value& value, std::string_view token) {
  namespace f = otlp::span;
  const auto text = [&](uint32_t field) {
    writeText(field, token);
    return SUCCESS;
  };
  const auto id = [&](uint32_t field, size_t bytes) {
    writeId(field, bytes, token);
    return SUCCESS;
  };
  const auto time = [&](uint32_t field) {
    writeTime(field, token);
    return SUCCESS;
  };
  const auto count = [&](uint32_t field) {
    writeCount(field, token);
    return SUCCESS;
  };
  const auto eachEvent = [&] {
    if (!json::isArray(token)) return SUCCESS;
    return json::forEachElement(value, [&](Value& event, std::string_view eventToken) {
      return json::isObject(eventToken) ? readEvent(event) : SUCCESS;
    });
  };
  const auto eachLink = [&] {
    if (!json::isArray(token)) return SUCCESS;
    return json::forEachElement(value, [&](Value& link, std::string_view linkToken) {
      return json::isObject(linkToken) ? readLink(link) : SUCCESS;
    });
  };
  switch (key.size()) {
    case 4:
      if (is(key, "name")) return text(f::kName);
      if (is(key, "kind")) {
        writeKind(token);
        return SUCCESS;
      }
      break;
    case 5:
      if (is(key, "flags")) {
        writeFlags(f::kFlags, token);
        return SUCCESS;
      }
      if (is(key, "links")) return eachLink();
      break;
    case 6:
      if (is(key, "spanId")) return id(f::kSpanId, kSpanIdBytes);
      if (is(key, "status")) return readStatus(value, token);
      if (is(key, "events")) return eachEvent();
      break;
    case 7:
      if (is(key, "traceId")) return id(f::kTraceId, kTraceIdBytes);
      if (is(key, "span_id")) return id(f::kSpanId, kSpanIdBytes);
      break;
    case 8:
      if (is(key, "trace_id")) return id(f::kTraceId, kTraceIdBytes);
      break;
    case 10:
      if (is(key, "attributes")) return readAttributes(f::kAttributes, value, token);
      if (is(key, "traceState")) return text(f::kTraceState);
      break;
    case 11:
      if (is(key, "trace_state")) return text(f::kTraceState);
      break;
    case 12:
      if (is(key, "parentSpanId")) return id(f::kParentSpanId, kSpanIdBytes);
      break;
    case 14:
      if (is(key, "parent_span_id")) return id(f::kParentSpanId, kSpanIdBytes);
      break;
    case 15:
      if (is(key, "endTimeUnixNano")) return time(f::kEnd);
      break;
    case 17:
      if (is(key, "startTimeUnixNano")) return time(f::kStart);
      if (is(key, "droppedLinksCount")) return count(f::kDroppedLinksCount);
      break;
    case 18:
      if (is(key, "end_time_unix_nano")) return time(f::kEnd);
      if (is(key, "droppedEventsCount")) return count(f::kDroppedEventsCount);
      break;
    case 19:
      if (is(key, "dropped_links_count")) return count(f::kDroppedLinksCount);
      break;
    case 20:
      if (is(key, "start_time_unix_nano")) return time(f::kStart);
      if (is(key, "dropped_events_count")) return count(f::kDroppedEventsCount);
      break;
    case 22:
      if (is(key, "droppedAttributesCount")) return count(f::kDroppedAttributesCount);
      break;
    case 24:
      if (is(key, "dropped_attributes_count")) return count(f::kDroppedAttributesCount);
      break;
    default:
      break;
  }
  return kUnknownKey;
}

error_code OtlpJsonReader::readEvent(Value& value) {
  const auto message = m_wire.open(otlp::span::kEvents, 1);
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& field, std::string_view token) {
        if (is(key, "timeUnixNano") || is(key, "time_unix_nano")) {
          writeTime(otlp::event::kTime, token);
        } else if (is(key, "name")) {
          writeText(otlp::event::kName, token);
        } else if (is(key, "attributes")) {
          return readAttributes(otlp::event::kAttributes, field, token);
        } else if (is(key, "droppedAttributesCount") || is(key, "dropped_attributes_count")) {
          writeCount(otlp::event::kDroppedAttributesCount, token);
        } else {
          return kUnknownKey;
        }
        return SUCCESS;
      });
  m_wire.close(message);
  return error;
}

error_code OtlpJsonReader::readLink(Value& value) {
  const auto message = m_wire.open(otlp::span::kLinks, 1);
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& field, std::string_view token) {
        if (is(key, "traceId") || is(key, "trace_id")) {
          writeId(otlp::link::kTraceId, kTraceIdBytes, token);
        } else if (is(key, "spanId") || is(key, "span_id")) {
          writeId(otlp::link::kSpanId, kSpanIdBytes, token);
        } else if (is(key, "traceState") || is(key, "trace_state")) {
          writeText(otlp::link::kTraceState, token);
        } else if (is(key, "attributes")) {
          return readAttributes(otlp::link::kAttributes, field, token);
        } else if (is(key, "droppedAttributesCount") || is(key, "dropped_attributes_count")) {
          writeCount(otlp::link::kDroppedAttributesCount, token);
        } else if (is(key, "flags")) {
          writeFlags(otlp::link::kFlags, token);
        } else {
          return kUnknownKey;
        }
        return SUCCESS;
      });
  m_wire.close(message);
  return error;
}

// Usually {"code":…, "message":…}; hand-made files put the code itself there.
error_code OtlpJsonReader::readStatus(Value& value, std::string_view token) {
  if (json::isArray(token) || json::isNull(token)) return SUCCESS;
  const auto message = m_wire.open(otlp::span::kStatus, 1);
  error_code error = SUCCESS;
  if (json::isScalar(token)) {
    writeStatusCode(token);
  } else {
    error = json::forEachField(value, [&](std::string_view key, Value&, std::string_view field) {
      if (is(key, "code")) {
        writeStatusCode(field);
      } else if (is(key, "message")) {
        writeText(otlp::status::kMessage, field);
      } else {
        return kUnknownKey;
      }
      return SUCCESS;
    });
  }
  m_wire.close(message);
  return error;
}

void OtlpJsonReader::writeKind(std::string_view token) {
  if (json::isNull(token) || !json::isScalar(token)) return;
  const std::string_view text = json::bare(token);
  const auto number = parseNumber(text);
  m_wire.unsignedInt(otlp::span::kKind,
                     number ? toUnsigned(*number).value_or(0) : enumNumber(text, "span_kind_", kKinds));
}

void OtlpJsonReader::writeStatusCode(std::string_view token) {
  if (json::isNull(token) || !json::isScalar(token)) return;
  const std::string_view text = json::bare(token);
  const auto number = parseNumber(text);
  m_wire.unsignedInt(otlp::status::kCode,
                     number ? toUnsigned(*number).value_or(0) : enumNumber(text, "status_code_", kCodes));
}

// A negative time cannot be said in OTLP: it is left out, which shows as a missing start or end.
void OtlpJsonReader::writeTime(uint32_t field, std::string_view token) {
  if (json::isNull(token) || !json::isScalar(token)) return;
  const std::string_view text = json::bare(token);
  const auto number = parseNumber(text);
  if (!number) {
    if (!text.empty())
      note(DiagnosticKind::TimeOutOfRange, token, "a time that is no number: " + std::string(text));
    return;
  }
  if (number->type == Number::Type::Unsigned) return m_wire.fixed64(field, number->word);
  const bool negative = number->type == Number::Type::Negative || !(number->real >= 0);
  const auto time = toUnsigned(*number);
  if (!time) note(DiagnosticKind::TimeOutOfRange, token, text);
  if (!negative) m_wire.fixed64(field, time.value_or(UINT64_MAX));
}

void OtlpJsonReader::writeCount(uint32_t field, std::string_view token) {
  const auto number = parseNumber(json::bare(token));
  if (number) m_wire.unsignedInt(field, std::min<uint64_t>(toUnsigned(*number).value_or(0), UINT32_MAX));
}

void OtlpJsonReader::writeFlags(uint32_t field, std::string_view token) {
  const auto number = parseNumber(json::bare(token));
  if (number) m_wire.fixed32(field, static_cast<uint32_t>(toUnsigned(*number).value_or(0)));
}

// An id that is neither hex nor base64 is kept as its text: the store makes an id of its hash, and shows it
// as it stands.
void OtlpJsonReader::writeId(uint32_t field, size_t bytes, std::string_view token) {
  if (json::isNull(token) || !json::isScalar(token)) return;
  std::string_view text = json::bare(token);
  if (text.empty()) return;
  if (m_escapes && text.find('\\') != text.npos) {  // base64 may hold "\/"
    m_scratch.resize(text.size());
    text = std::string_view(m_scratch).substr(0, unescapeJson(text, m_scratch.data()));
  }
  std::array<char, kTraceIdBytes> id;
  if (decodeIdText(text, bytes, id.data())) return m_wire.text(field, {id.data(), bytes});
  note(DiagnosticKind::NonHexId, token, text);
  m_wire.text(field, text);
}

}  // namespace waybill::formats
