// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "otlp/wire_writer.h"

namespace waybill::test {

// What a generated span does; decides its kind, name and attributes.
enum class SpanRole : uint8_t {
  HttpServer,
  HttpClient,
  RpcServer,
  RpcClient,
  Query,
  CacheLookup,
  Publish,
  Consume,
  Internal,
};

// A span of the generator before it is written.
struct GeneratedSpan {
  uint64_t traceHigh = 0, traceLow = 0;
  uint64_t id = 0, parent = 0;  // parent 0: a root
  int64_t startNs = 0, endNs = 0;
  uint64_t linkedSpan = 0;  // 0: no link
  uint32_t service = 0;     // below kGeneratedServices
  uint32_t peer = 0;        // the service called, or calling
  SpanRole role = SpanRole::Internal;
  bool error = false;
  uint64_t seed = 0;  // of what is written below it
};

inline constexpr uint32_t kGeneratedServices = 12;
inline constexpr uint32_t kInstancesPerService = 2;
inline constexpr uint32_t kGeneratedProcesses = kGeneratedServices * kInstancesPerService;

// One Span as a field of a ScopeSpans message.
void writeSpanField(otlp::WireWriter& out, const GeneratedSpan& span);

// The ResourceSpans of one process as a field of a TracesData message, around already written Span fields.
void writeResourceSpansField(otlp::WireWriter& out, uint32_t process, std::string_view spanFields);

}  // namespace waybill::test
