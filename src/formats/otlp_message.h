// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace waybill::formats {

// A field of a protobuf message, read without trusting a byte of it.
struct WireField {
  enum class Type : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };
  uint32_t number = 0;
  Type type = Type::Varint;
  std::string_view payload;  // of Bytes; what is there of it when isCut
  std::string_view whole;    // tag, length and payload
  bool isCut = false;        // the message ends before the field does
};

// Takes the next field off `message`. False at the end and where the bytes are no field; then `message` is
// what is left: empty at the end.
bool takeField(std::string_view& message, WireField& field);

// What a message in the shape that all signals of OTLP share holds: a list of resources (field 1), in each a
// list of scopes (2), in each a list of records (2).
enum class Signal : uint8_t {
  None,       // not this shape
  Undecided,  // this shape, but no record in it
  Traces,
  Metrics,
  Logs,
  Profiles
};

// Looks at the first records only; the bytes may end too early.
Signal signalOfMessage(std::string_view message);    // TracesData and its like
Signal signalOfResource(std::string_view resource);  // ResourceSpans and its like

// How messages follow each other in an input.
enum class Framing : uint8_t { None, Bare, BigEndianLength, VarintLength };
struct Framed {
  Framing framing = Framing::None;
  Signal signal = Signal::None;  // of the first message
};
Framed framingOf(std::string_view head);
Signal signalOfInput(std::string_view head);

// "metrics", "logs", "profiles", "traces".
std::string_view signalName(Signal signal);

}  // namespace waybill::formats
