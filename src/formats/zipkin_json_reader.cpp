// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/zipkin_json_reader.h"

#include "formats/json_walk.h"

namespace waybill::formats {
namespace {

using json::error_code;
using json::is;
using json::kUnknownKey;
using simdjson::SUCCESS;
using simdjson::ondemand::json_type;

std::optional<uint64_t> unsignedOf(std::string_view token) {
  const auto number = parseNumber(json::bare(token));
  return number ? toUnsigned(*number) : std::nullopt;
}

// Zipkin's encoders write no zero: it stands for "not known".
std::optional<uint64_t> timeOf(std::string_view token) {
  const auto time = unsignedOf(token);
  return time && *time == 0 ? std::nullopt : time;
}

}  // namespace

ZipkinJsonReader::Outcome ZipkinJsonReader::read(std::string_view text, uint64_t offset) {
  m_text = text;
  m_offset = offset;
  Outcome outcome;
  simdjson::ondemand::document document;
  outcome.error =
      m_parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document);
  if (outcome.error != SUCCESS) return outcome;
  json_type type;
  outcome.error = document.type().get(type);
  if (outcome.error == SUCCESS && type == json_type::array) {
    simdjson::ondemand::array list;
    outcome.error = document.get_array().get(list);
    if (outcome.error == SUCCESS) outcome.error = readList(list, 0);
  } else if (outcome.error == SUCCESS && type == json_type::object) {
    simdjson::ondemand::object object;
    outcome.error = document.get_object().get(object);
    if (outcome.error == SUCCESS) outcome.error = readSpan(object, offset);
  } else if (outcome.error == SUCCESS) {
    outcome.error = simdjson::INCORRECT_TYPE;
  }
  const char* at = nullptr;
  const bool atEnd =
      document.current_location().get(at) != SUCCESS || at < text.data() || at > text.data() + text.size();
  outcome.end = outcome.errorAt = atEnd ? text.size() : static_cast<size_t>(at - text.data());
  return outcome;
}

error_code ZipkinJsonReader::readList(simdjson::ondemand::array& list, int depth) {
  return json::forEachElement(list, [&](Value& element, std::string_view token) {
    if (json::isObject(token)) {
      const uint64_t offset = m_offset + static_cast<uint64_t>(token.data() - m_text.data());
      simdjson::ondemand::object object;
      if (const error_code error = element.get_object().get(object)) return error;
      return readSpan(object, offset);
    }
    if (json::isArray(token) && depth == 0) {
      simdjson::ondemand::array inner;
      if (const error_code error = element.get_array().get(inner)) return error;
      return readList(inner, depth + 1);
    }
    ++m_skipped;
    return SUCCESS;
  });
}

error_code ZipkinJsonReader::readSpan(simdjson::ondemand::object& object, uint64_t offset) {
  ZipkinSpan fresh;
  std::swap(fresh.annotations, m_span.annotations);  // keeps their memory
  std::swap(fresh.tags, m_span.tags);
  m_span = std::move(fresh);
  m_span.annotations.clear();
  m_span.tags.clear();
  m_unescaped.clear();
  const error_code error =
      json::forEachField(object, [&](std::string_view key, Value& value, std::string_view token) {
        return readSpanField(key, value, token);
      });
  if (error != SUCCESS) return error;
  if (m_span.traceId.empty() && m_span.id.empty()) {
    ++m_skipped;
  } else {
    m_out.add(m_span, offset);
  }
  return SUCCESS;
}

error_code ZipkinJsonReader::readSpanField(std::string_view key, Value& value, std::string_view token) {
  if (is(key, "traceId")) {
    m_span.traceId = textOf(token);
  } else if (is(key, "id")) {
    m_span.id = textOf(token);
  } else if (is(key, "parentId")) {
    m_span.parentId = textOf(token);
  } else if (is(key, "kind")) {
    m_span.kind = textOf(token);
  } else if (is(key, "name")) {
    m_span.name = textOf(token);
  } else if (is(key, "timestamp")) {
    m_span.timestampUs = timeOf(token);
  } else if (is(key, "duration")) {
    m_span.durationUs = unsignedOf(token);
  } else if (is(key, "shared")) {
    m_span.shared = is(token, "true");
  } else if (is(key, "debug")) {
    m_span.debug = is(token, "true");
  } else if (is(key, "localEndpoint")) {
    return json::isObject(token) ? readEndpoint(m_span.local, value) : SUCCESS;
  } else if (is(key, "remoteEndpoint")) {
    return json::isObject(token) ? readEndpoint(m_span.remote, value) : SUCCESS;
  } else if (is(key, "annotations")) {
    return json::isArray(token) ? readAnnotations(value) : SUCCESS;
  } else if (is(key, "tags")) {
    return json::isObject(token) ? readTags(value) : SUCCESS;
  } else {
    return kUnknownKey;
  }
  return SUCCESS;
}

error_code ZipkinJsonReader::readEndpoint(ZipkinEndpoint& endpoint, Value& value) {
  return json::forEachField(value, [&](std::string_view key, Value&, std::string_view token) {
    if (is(key, "serviceName")) {
      endpoint.serviceName = textOf(token);
    } else if (is(key, "ipv4")) {
      endpoint.ipv4 = textOf(token);
    } else if (is(key, "ipv6")) {
      endpoint.ipv6 = textOf(token);
    } else if (is(key, "port")) {
      const uint64_t port = unsignedOf(token).value_or(0);
      endpoint.port = port <= UINT16_MAX ? port : 0;
    } else {
      return kUnknownKey;
    }
    return SUCCESS;
  });
}

error_code ZipkinJsonReader::readAnnotations(Value& value) {
  return json::forEachElement(value, [&](Value& element, std::string_view elementToken) {
    if (!json::isObject(elementToken)) return SUCCESS;
    ZipkinAnnotation annotation;
    const error_code error =
        json::forEachField(element, [&](std::string_view key, Value&, std::string_view token) {
          if (is(key, "timestamp")) {
            annotation.timestampUs = timeOf(token);
          } else if (is(key, "value")) {
            annotation.value = textOf(token);
          } else {
            return kUnknownKey;
          }
          return SUCCESS;
        });
    if (error == SUCCESS) m_span.annotations.push_back(annotation);
    return error;
  });
}

error_code ZipkinJsonReader::readTags(Value& value) {
  return json::forEachField(value, [&](std::string_view key, Value&, std::string_view token) {
    if (json::isScalar(token) && !json::isNull(token)) m_span.tags.emplace_back(plain(key), textOf(token));
    return SUCCESS;
  });
}

// Of a text, or the words of another scalar; empty for null, objects and arrays.
std::string_view ZipkinJsonReader::textOf(std::string_view token) {
  if (json::isNull(token) || !json::isScalar(token)) return {};
  return plain(json::bare(token));
}

std::string_view ZipkinJsonReader::plain(std::string_view escaped) {
  if (escaped.find('\\') == escaped.npos) return escaped;
  std::string& text = m_unescaped.emplace_back(escaped.size(), '\0');
  text.resize(unescapeJson(escaped, text.data()));
  return text;
}

}  // namespace waybill::formats
