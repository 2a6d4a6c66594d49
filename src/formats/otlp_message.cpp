// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_message.h"

#include "base/bytes.h"
#include "otlp/fields.h"

namespace waybill::formats {
namespace {

using Type = WireField::Type;

constexpr int kMaxLooks = 64;  // fields of a level that are looked at: sniffing anywhere costs the same

bool takeVarint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= uint64_t{byte & 0x7FU} << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// Span, Metric, LogRecord and Profile by the wire types of their first fields, which differ.
Signal signalOfRecord(std::string_view record) {
  WireField field;
  bool firstIsId = false;
  bool firstIsText = false;
  bool secondIsId = false;
  for (int i = 0; i < kMaxLooks && takeField(record, field); ++i) {
    const bool bytes = field.type == Type::Bytes;
    const bool fixed64 = field.type == Type::Fixed64;
    const bool varint = field.type == Type::Varint;
    switch (field.number) {
      case 1:
        if (fixed64) return Signal::Logs;  // time_unix_nano
        if (!bytes) return Signal::None;
        firstIsId = field.payload.size() == 16 || field.isCut;
        firstIsText = !field.payload.empty() && !firstIsId;
        break;
      case 2:
        if (varint) return Signal::Logs;  // severity_number
        secondIsId = bytes && field.payload.size() == 8;
        break;
      case 3:
        if (fixed64) return Signal::Profiles;  // time_unix_nano
        break;
      case 4:
        if (varint) return Signal::Profiles;  // duration_nano
        break;
      case 6:
        if (varint) return Signal::Traces;  // kind
        if (bytes) return Signal::Logs;     // attributes
        break;
      case 7:
      case 8:
        if (fixed64) return Signal::Traces;                      // start and end
        if (bytes && field.number == 7) return Signal::Metrics;  // sum
        if (field.type == Type::Fixed32) return Signal::Logs;    // flags
        break;
      case 10:
        if (bytes) return Signal::Metrics;  // exponential histogram
        break;
      case 11:
        if (fixed64) return Signal::Logs;  // observed time
        break;
      default:
        break;
    }
    if (field.isCut) break;
  }
  if (firstIsId && secondIsId) return Signal::Traces;
  if (firstIsText) return Signal::Metrics;  // its name
  return firstIsId || secondIsId ? Signal::Traces : Signal::Undecided;
}

Signal signalOfScope(std::string_view scope) {
  WireField field;
  for (int i = 0; i < kMaxLooks && takeField(scope, field); ++i) {
    if (field.number <= 3 && field.type != Type::Bytes) return Signal::None;
    if (field.number == otlp::scope_spans::kSpans) {
      const Signal signal = signalOfRecord(field.payload);
      if (signal != Signal::Undecided) return signal;
    }
    if (field.isCut) return Signal::Undecided;
  }
  return scope.empty() ? Signal::Undecided : Signal::None;
}

// Varint lengths are rare; they count only when the message behind them fills its length with resources.
bool isVarintFramed(std::string_view head, Signal& signal) {
  uint64_t length = 0;
  if (!takeVarint(head, length) || length < 4 || head.empty() || head.front() != '\x0A') return false;
  std::string_view message = head.substr(0, length);
  signal = signalOfMessage(message);
  if (signal == Signal::None || signal == Signal::Undecided) return false;
  WireField field;
  while (takeField(message, field)) {
    if (field.number != otlp::traces_data::kResourceSpans) return false;
    if (field.isCut) return length > head.size();
  }
  return message.empty();
}

}  // namespace

bool takeField(std::string_view& message, WireField& field) {
  if (message.empty()) return false;
  std::string_view rest = message;
  uint64_t tag = 0;
  uint64_t value = 0;
  if (!takeVarint(rest, tag) || tag >> 3 == 0 || tag >> 32 != 0) return false;
  size_t length = 0;
  switch (tag & 7) {
    case 0:
      if (!takeVarint(rest, value)) return false;
      break;
    case 1:
      length = 8;
      break;
    case 2:
      if (!takeVarint(rest, value)) return false;
      length = static_cast<size_t>(value);
      break;
    case 5:
      length = 4;
      break;
    default:
      return false;
  }
  field.number = static_cast<uint32_t>(tag >> 3);
  field.type = static_cast<Type>(tag & 7);
  field.isCut = length > rest.size();
  field.payload = rest.substr(0, length);
  rest.remove_prefix(field.payload.size());
  field.whole = message.substr(0, message.size() - rest.size());
  message = rest;
  return true;
}

Signal signalOfResource(std::string_view resource) {
  WireField field;
  for (int i = 0; i < kMaxLooks && takeField(resource, field); ++i) {
    if (field.number <= 3 && field.type != Type::Bytes) return Signal::None;
    if (field.number == otlp::resource_spans::kScopeSpans ||
        (field.number == otlp::resource_spans::kLegacyScopeSpans && field.type == Type::Bytes)) {
      const Signal signal = signalOfScope(field.payload);
      if (signal != Signal::Undecided) return signal;
    }
    if (field.isCut) return Signal::Undecided;
  }
  return resource.empty() ? Signal::Undecided : Signal::None;
}

Signal signalOfMessage(std::string_view message) {
  WireField field;
  for (int i = 0; i < kMaxLooks && takeField(message, field); ++i) {
    if (field.number != otlp::traces_data::kResourceSpans || field.type != Type::Bytes) return Signal::None;
    const Signal signal = signalOfResource(field.payload);
    if (signal != Signal::Undecided) return signal;
    if (field.isCut) return Signal::Undecided;
  }
  return message.empty() ? Signal::Undecided : Signal::None;
}

Framed framingOf(std::string_view head) {
  if (head.size() < 2) return {};
  Signal bare = Signal::None;
  if (head.front() == '\x0A') {
    bare = signalOfMessage(head);
    if (bare != Signal::None && bare != Signal::Undecided) return {Framing::Bare, bare};
  }
  if (head.size() >= 6 && head[4] == '\x0A' && loadBigEndian32(head.data()) >= 2) {
    const Signal signal = signalOfMessage(head.substr(4, loadBigEndian32(head.data())));
    if (signal != Signal::None) return {Framing::BigEndianLength, signal};
  }
  Signal signal = Signal::None;
  if (isVarintFramed(head, signal)) return {Framing::VarintLength, signal};
  if (bare == Signal::Undecided) return {Framing::Bare, bare};
  return {};
}

Signal signalOfInput(std::string_view head) {
  return framingOf(head).signal;
}

std::string_view signalName(Signal signal) {
  switch (signal) {
    case Signal::Metrics:
      return "metrics";
    case Signal::Logs:
      return "logs";
    case Signal::Profiles:
      return "profiles";
    case Signal::Traces:
      return "traces";
    default:
      return "nothing known";
  }
}

}  // namespace waybill::formats
