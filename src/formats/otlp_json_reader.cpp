// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_json_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "otlp/fields.h"

namespace waybill::formats {
namespace {

using json::error_code;
using json::is;
using json::kUnknownKey;
using simdjson::SUCCESS;

constexpr size_t kChunkBytes = size_t{8} << 20;  // of wire bytes, then the sink gets them
constexpr size_t kChunkRoom = kChunkBytes + (size_t{1} << 20);
constexpr uint64_t kLookEvery = uint64_t{1} << 20;  // bytes of input between looks at the stop token
constexpr int kMaxWrappers = 4;                     // {"data":{"trace":{"resourceSpans": …
// Codes of our own for leaving a walk; simdjson never returns these from on-demand parsing.
constexpr error_code kStopWalk = simdjson::UNEXPECTED_ERROR;
constexpr error_code kIsResourceSpans = simdjson::PARSER_IN_USE;

// How many bytes the length of the message took, to guess the next one's.
uint32_t lengthBytes(size_t length) {
  uint32_t bytes = 1;
  for (; length >= 0x80; length >>= 7) ++bytes;
  return bytes;
}

bool isSpanListKey(std::string_view key) {
  return is(key, "resourceSpans") || is(key, "resource_spans") || is(key, "batches");
}

}  // namespace

bool isScopeListKey(std::string_view key) {
  return is(key, "scopeSpans") || is(key, "scope_spans") || is(key, "instrumentationLibrarySpans") ||
         is(key, "instrumentation_library_spans");
}

void OtlpJsonReader::Found::add(const Found& later) {
  if (!otherSignal()) firstOther = later.firstOther;
  spans = spans || later.spans;
  wroteAny = wroteAny || later.wroteAny;
  metrics += later.metrics;
  logs += later.logs;
  profiles += later.profiles;
}

OtlpJsonReader::OtlpJsonReader(WireSink& sink, std::string file, uint64_t inputBytes, std::stop_token stop)
    : m_sink(sink),
      m_file(std::move(file)),
      m_chunkRoom(static_cast<size_t>(std::min<uint64_t>(kChunkRoom, inputBytes + 64))),
      m_stop(std::move(stop)) {}

OtlpJsonReader::Outcome OtlpJsonReader::read(std::string_view text, uint64_t offset, Shape shape) {
  m_text = text;
  m_offset = offset;
  m_rootKnown = false;
  m_escapes = std::memchr(text.data(), '\\', text.size()) != nullptr;
  if (m_wire.size() == 0) startChunk(offset);

  Outcome outcome;
  simdjson::ondemand::document document;
  outcome.error =
      m_parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document);
  if (outcome.error != SUCCESS) return outcome;
  outcome.error = readRoot(document, shape);
  const char* at = nullptr;
  const bool atEnd =
      document.current_location().get(at) != SUCCESS || at < text.data() || at > text.data() + text.size();
  outcome.end = outcome.errorAt = atEnd ? text.size() : static_cast<size_t>(at - text.data());
  if (outcome.error == kStopWalk) outcome.error = SUCCESS;
  if (outcome.error == SUCCESS && !m_rootKnown && !m_stopped) countUnknownDocument(offset);
  flushIfLarge(offset + outcome.end);
  return outcome;
}

error_code OtlpJsonReader::readRoot(simdjson::ondemand::document& document, Shape shape) {
  simdjson::ondemand::json_type type;
  if (const error_code error = document.type().get(type)) return error;
  if (type == simdjson::ondemand::json_type::object) {
    simdjson::ondemand::object object;
    if (const error_code error = document.get_object().get(object)) return error;
    return shape == Shape::ResourceSpans ? readResourceSpans(object) : readRootObject(object, 0);
  }
  if (type != simdjson::ondemand::json_type::array) return simdjson::INCORRECT_TYPE;
  simdjson::ondemand::array array;
  if (const error_code error = document.get_array().get(array)) return error;
  return json::forEachElement(array, [&](Value& element, std::string_view token) {
    if (!json::isObject(token)) return SUCCESS;
    simdjson::ondemand::object object;
    if (const error_code error = element.get_object().get(object)) return error;
    return readRootObject(object, 0);
  });
}

error_code OtlpJsonReader::readRootObject(simdjson::ondemand::object& object, int depth) {
  const error_code error =
      json::forEachField(object, [&](std::string_view key, Value& value, std::string_view token) {
        return readRootField(key, value, token, depth);
      });
  if (error != kIsResourceSpans) return error;
  bool isEmpty = false;
  if (const error_code rewound = object.reset().get(isEmpty)) return rewound;
  return readResourceSpans(object);
}

error_code OtlpJsonReader::readRootField(std::string_view key, Value& value, std::string_view token,
                                         int depth) {
  switch (rootKey(key)) {
    case RootKey::Unknown:
      return kUnknownKey;
    case RootKey::PartOfResourceSpans:
      return json::isScalar(token) ? kUnknownKey : kIsResourceSpans;
    case RootKey::OtherSignal:
      m_rootKnown = true;
      return SUCCESS;
    case RootKey::ResourceSpans:
      m_rootKnown = m_found.spans = true;
      return forEachObject(value, token, [&](Value& element, std::string_view) {
        simdjson::ondemand::object object;
        if (const error_code error = element.get_object().get(object)) return error;
        return readResourceSpans(object);
      });
    case RootKey::Wrapper:
      if (depth >= kMaxWrappers) return SUCCESS;
      return forEachObject(value, token, [&](Value& element, std::string_view) {
        simdjson::ondemand::object object;
        if (const error_code error = element.get_object().get(object)) return error;
        return readRootObject(object, depth + 1);
      });
  }
  return SUCCESS;
}

OtlpJsonReader::RootKey OtlpJsonReader::rootKey(std::string_view key) {
  if (isSpanListKey(key)) return RootKey::ResourceSpans;
  if (is(key, "data") || is(key, "result") || is(key, "trace")) return RootKey::Wrapper;
  if (is(key, "resource") || isScopeListKey(key)) return RootKey::PartOfResourceSpans;
  uint64_t* documents = nullptr;
  if (is(key, "resourceMetrics") || is(key, "resource_metrics")) documents = &m_found.metrics;
  if (is(key, "resourceLogs") || is(key, "resource_logs")) documents = &m_found.logs;
  if (is(key, "resourceProfiles") || is(key, "resource_profiles")) documents = &m_found.profiles;
  if (documents == nullptr) return RootKey::Unknown;
  if (!m_found.otherSignal()) m_found.firstOther = m_offset;
  ++*documents;
  return RootKey::OtherSignal;
}

// The objects of an array, or the one object that stands in its place.
template <typename Read>
error_code OtlpJsonReader::forEachObject(Value& value, std::string_view token, Read&& read) {
  if (json::isObject(token)) return read(value, token);
  if (!json::isArray(token)) return SUCCESS;
  return json::forEachElement(value, [&](Value& element, std::string_view elementToken) {
    if (json::isObject(elementToken)) return read(element, elementToken);
    note(DiagnosticKind::UnreadableRecord, elementToken, "a list holds something that is no object");
    return SUCCESS;
  });
}

otlp::WireWriter::Message OtlpJsonReader::openLarge(uint32_t field, uint32_t bytes) {
  return m_wire.open(field, bytes);
}

error_code OtlpJsonReader::readResourceSpans(simdjson::ondemand::object& object) {
  m_rootKnown = m_found.spans = true;
  const size_t before = m_wire.size();
  const auto message = openLarge(otlp::traces_data::kResourceSpans, m_resourceLengthBytes);
  bool hasScopes = false;
  bool otherSignal = false;
  const error_code error =
      json::forEachField(object, [&](std::string_view key, Value& value, std::string_view token) {
        if (is(key, "resource")) {
          return json::isObject(token) ? readResource(otlp::resource_spans::kResource, value) : SUCCESS;
        }
        if (isScopeListKey(key)) {
          return forEachObject(value, token, [&](Value& scope, std::string_view) {
            const size_t scopeBefore = m_wire.size();
            const error_code scopeError = readScopeSpans(scope);
            hasScopes = hasScopes || m_wire.size() != scopeBefore;
            return scopeError;
          });
        }
        if (is(key, "schemaUrl") || is(key, "schema_url")) {
          writeText(otlp::resource_spans::kSchemaUrl, token);
          return SUCCESS;
        }
        if (is(key, "scopeMetrics") || is(key, "scopeLogs") || is(key, "scopeProfiles")) {
          rootKey(is(key, "scopeMetrics") ? "resourceMetrics"
                  : is(key, "scopeLogs")  ? "resourceLogs"
                                          : "resourceProfiles");
          otherSignal = true;
          return SUCCESS;
        }
        return kUnknownKey;
      });
  if (otherSignal || (error != SUCCESS && !hasScopes)) {
    m_wire.truncate(before);
    return error;
  }
  m_resourceLengthBytes = lengthBytes(m_wire.size() - message.start);
  m_wire.close(message);
  if (error != SUCCESS) return error;
  flushIfLarge(m_looked);
  return SUCCESS;
}

error_code OtlpJsonReader::readScopeSpans(Value& value) {
  const size_t before = m_wire.size();
  const auto message = openLarge(otlp::resource_spans::kScopeSpans, m_scopeLengthBytes);
  bool hasSpans = false;
  const error_code error =
      json::forEachField(value, [&](std::string_view key, Value& field, std::string_view token) {
        if (is(key, "spans")) {
          const size_t spansBefore = m_wire.size();
          const error_code spansError = forEachObject(
              field, token, [&](Value& span, std::string_view at) { return readSpan(span, at); });
          hasSpans = hasSpans || m_wire.size() != spansBefore;
          return spansError;
        }
        if (is(key, "scope") || is(key, "instrumentationLibrary") || is(key, "instrumentation_library")) {
          return json::isObject(token) ? readScope(field) : SUCCESS;
        }
        if (is(key, "schemaUrl") || is(key, "schema_url")) {
          writeText(otlp::scope_spans::kSchemaUrl, token);
          return SUCCESS;
        }
        return kUnknownKey;
      });
  if (error != SUCCESS && !hasSpans) {
    m_wire.truncate(before);
    return error;
  }
  m_scopeLengthBytes = lengthBytes(m_wire.size() - message.start);
  m_wire.close(message);
  return error;
}

void OtlpJsonReader::writeText(uint32_t field, std::string_view token) {
  if (json::isNull(token) || !json::isScalar(token)) return;
  const std::string_view text = json::bare(token);
  if (!m_escapes || std::memchr(text.data(), '\\', text.size()) == nullptr) return m_wire.text(field, text);
  m_scratch.resize(text.size());
  const size_t size = unescapeJson(text, m_scratch.data());
  m_wire.text(field, std::string_view(m_scratch).substr(0, size));
}

void OtlpJsonReader::note(DiagnosticKind kind, std::string_view at, std::string_view example) {
  m_sink.diagnostics().add(kind, m_file, offsetOf(at), example.substr(0, 100));
}

void OtlpJsonReader::countUnknownDocument(uint64_t offset) {
  m_sink.diagnostics().add(DiagnosticKind::UnknownDocument, m_file, offset,
                           "a JSON document without resourceSpans");
}

bool OtlpJsonReader::lookForStop(uint64_t offset) {
  if (offset - m_looked < kLookEvery) return m_stopped;
  m_looked = offset;
  m_sink.progress(offset);
  return stopAsked();
}

void OtlpJsonReader::startChunk(uint64_t offset) {
  m_wire.reserve(m_chunkRoom);
  m_chunkOffset = offset;
}

void OtlpJsonReader::flushIfLarge(uint64_t offset) {
  if (m_wire.size() < kChunkBytes) return;
  finish();
  startChunk(offset);
}

void OtlpJsonReader::finish() {
  if (m_wire.size() == 0) return;
  m_found.wroteAny = true;
  const auto chunk = m_sink.keep(m_wire, m_file, m_chunkOffset);
  m_sink.message(chunk, chunk->bytes());
}

void OtlpJsonReader::noteOtherSignals() {
  if (!m_found.otherSignal()) return;
  std::string example;
  const auto add = [&example](uint64_t documents, std::string_view name) {
    if (documents > 0)
      example += (example.empty() ? "" : ", ") + std::to_string(documents) + " " + std::string(name);
  };
  add(m_found.metrics, "metrics");
  add(m_found.logs, "logs");
  add(m_found.profiles, "profiles");
  m_sink.diagnostics().add(DiagnosticKind::OtherSignal, m_file, m_found.firstOther, example,
                           m_found.metrics + m_found.logs + m_found.profiles);
}

std::string OtlpJsonReader::otherSignals() const {
  std::string names;
  const auto add = [&names](uint64_t documents, std::string_view name) {
    if (documents == 0) return;
    if (!names.empty()) names += " and ";
    names += name;
  };
  add(m_found.metrics, "metrics");
  add(m_found.logs, "logs");
  add(m_found.profiles, "profiles");
  return names;
}

}  // namespace waybill::formats
