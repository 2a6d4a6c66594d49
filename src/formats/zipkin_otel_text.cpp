// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/zipkin_otel_text.h"

#include <array>
#include <bit>
#include <optional>

#include "formats/id_text.h"
#include "formats/json_walk.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

using simdjson::SUCCESS;

constexpr size_t kTraceIdBytes = 16;
constexpr size_t kSpanIdBytes = 8;

template <typename WriteValue>
void attribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, WriteValue&& writeValue) {
  const auto attribute = wire.open(field);
  wire.text(otlp::key_value::kKey, key);
  const auto value = wire.open(otlp::key_value::kValue);
  writeValue();
  wire.close(value);
  wire.close(attribute);
}

std::string unescaped(std::string_view text) {
  std::string plain(text.size(), '\0');
  plain.resize(unescapeJson(text, plain.data()));
  return plain;
}

// A member of a JSON object as an attribute. Lists and objects stay JSON.
void writeMember(otlp::WireWriter& wire, uint32_t field, std::string_view key, json::value& v,
                 std::string_view token) {
  const std::string name = unescaped(key);
  if (json::isText(token))
    return writeAttribute(wire, field, name, std::string_view(unescaped(json::bare(token))));
  if (json::is(token, "true") || json::is(token, "false"))
    return writeAttribute(wire, field, name, token.front() == 't');
  if (!json::isScalar(token)) {
    std::string_view raw;
    if (simdjson::to_json_string(v).get(raw) == SUCCESS) writeAttribute(wire, field, name, raw);
    return;
  }
  const auto number = parseNumber(token);
  if (!number) return;
  const bool isInteger = number->type != Number::Type::Real &&
                         !(number->type == Number::Type::Unsigned && number->word > INT64_MAX);
  if (isInteger) return writeAttribute(wire, field, name, static_cast<int64_t>(number->word));
  const bool isReal = number->type == Number::Type::Real;
  writeAttribute(wire, field, name, isReal ? number->real : static_cast<double>(number->word));
}

// False, with whatever was written before, when the text is no JSON object.
bool writeMembers(otlp::WireWriter& wire, uint32_t field, std::string_view text) {
  const simdjson::padded_string padded(text.data(), text.size());
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(padded).get(document) != SUCCESS || document.get_object().get(object) != SUCCESS)
    return false;
  const auto error =
      json::forEachField(object, [&](std::string_view key, json::value& v, std::string_view token) {
        writeMember(wire, field, key, v, token);
        return SUCCESS;
      });
  return error == SUCCESS;
}

// "…|{json}|dropped": the last two parts are cut off `text`.
struct Tail {
  std::string_view json;
  uint64_t dropped = 0;
};
std::optional<Tail> cutTail(std::string_view& text) {
  const size_t last = text.rfind('|');
  const size_t first = text.find("|{");
  if (last == text.npos || first == text.npos || first >= last || text[last - 1] != '}') return std::nullopt;
  const auto dropped = parseNumber(text.substr(last + 1));
  if (!dropped) return std::nullopt;
  const Tail tail{text.substr(first + 1, last - first - 1),
                  std::min<uint64_t>(toUnsigned(*dropped).value_or(0), UINT32_MAX)};
  text = text.substr(0, first);
  return tail;
}

}  // namespace

void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, std::string_view value) {
  attribute(wire, field, key, [&] { wire.text(otlp::any_value::kString, value); });
}

void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, int64_t value) {
  attribute(wire, field, key, [&] { wire.unsignedInt(otlp::any_value::kInt, static_cast<uint64_t>(value)); });
}

void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, double value) {
  attribute(wire, field, key,
            [&] { wire.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(value)); });
}

void writeAttribute(otlp::WireWriter& wire, uint32_t field, std::string_view key, bool value) {
  attribute(wire, field, key, [&] { wire.unsignedInt(otlp::any_value::kBool, value ? 1 : 0); });
}

void writeOtelEvent(otlp::WireWriter& wire, std::string_view text) {
  std::string_view name = text;
  const size_t before = wire.size();
  if (const auto tail = cutTail(name)) {
    wire.text(otlp::event::kName, name);
    if (writeMembers(wire, otlp::event::kAttributes, tail->json)) {
      if (tail->dropped > 0) wire.unsignedInt(otlp::event::kDroppedAttributesCount, tail->dropped);
      return;
    }
    wire.truncate(before);
  }
  wire.text(otlp::event::kName, text);
}

bool writeOtelLink(otlp::WireWriter& span, std::string_view text) {
  const auto tail = cutTail(text);
  const size_t first = text.find('|');
  const size_t second = first == text.npos ? text.npos : text.find('|', first + 1);
  if (!tail || second == text.npos) return false;
  std::array<char, kTraceIdBytes> traceId;
  std::array<char, kSpanIdBytes> spanId;
  if (!decodeIdText(text.substr(0, first), traceId.size(), traceId.data())) return false;
  if (!decodeIdText(text.substr(first + 1, second - first - 1), spanId.size(), spanId.data())) return false;
  const size_t before = span.size();
  const auto link = span.open(otlp::span::kLinks);
  span.text(otlp::link::kTraceId, {traceId.data(), traceId.size()});
  span.text(otlp::link::kSpanId, {spanId.data(), spanId.size()});
  const std::string_view traceState = text.substr(second + 1);
  if (!traceState.empty()) span.text(otlp::link::kTraceState, traceState);
  if (!writeMembers(span, otlp::link::kAttributes, tail->json)) {
    span.truncate(before);
    return false;
  }
  if (tail->dropped > 0) span.unsignedInt(otlp::link::kDroppedAttributesCount, tail->dropped);
  span.close(link);
  return true;
}

}  // namespace waybill::formats
