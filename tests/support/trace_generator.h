// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace waybill::test {

// How the spans of a trace hang together.
enum class TraceShape {
  Mixed,  // what a dozen services do: calls in series and in parallel, client and server pairs, databases,
          // queues
  Chain,  // every span is the only child of the one before
  Wide,   // one span with all others as its children, a few of them at a time
};

enum class TraceEncoding {
  OtlpProto,           // ResourceSpans records one after another: one TracesData message of any size
  OtlpProtoDelimited,  // a TracesData message per batch, with a 32-bit big-endian length before it
  OtlpJsonLines,       // a JSON object per batch and line
};

struct GeneratorOptions {
  uint64_t traces = 1;
  uint64_t spansPerTrace = 1000;
  TraceShape shape = TraceShape::Mixed;
  uint64_t seed = 1;
  TraceEncoding encoding = TraceEncoding::OtlpProto;
};

// Writes believable traces: 12 services with full resources, about nine typed attributes and 450 protobuf
// bytes a span, some events, exceptions and links, about one error in a hundred. Each process exports its
// finished spans in batches of at most 512, as real exporters do, so that a trace is spread over the file.
// The same options give the same bytes on any machine; the spans do not depend on the encoding. Memory is
// bounded by the depth of a mixed trace (logarithmic), not by the number of spans. `sink` gets the bytes
// piece by piece; when it returns false the rest is not made.
bool generateTraces(const GeneratorOptions& options, const std::function<bool(std::string_view)>& sink);

// The same in memory.
std::string generateTraces(const GeneratorOptions& options);

}  // namespace waybill::test
