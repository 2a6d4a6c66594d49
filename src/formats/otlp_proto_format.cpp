// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/otlp_proto_format.h"

#include "formats/otlp_message.h"
#include "formats/otlp_proto_file.h"

namespace waybill::formats {
namespace {

Match sniff(std::string_view head, bool) {
  const Framed framed = framingOf(head);
  if (framed.framing == Framing::None) return Match::No;
  // Another signal may be followed by traces: the Collector writes what it gets.
  return framed.signal == Signal::Traces ? Match::Sure : Match::Maybe;
}

Result<void> read(ReaderInput& input, WireSink& sink, std::stop_token stop) {
  return OtlpProtoFile(input, sink, std::move(stop)).read();
}

}  // namespace

const TraceFormat kOtlpProtoFormat = {"otlp-proto", "OTLP protobuf", &sniff, &read};

}  // namespace waybill::formats
