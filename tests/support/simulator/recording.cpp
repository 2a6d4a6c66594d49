// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/simulator/recording.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "store/trace_store.h"
#include "support/attribute_writer.h"
#include "support/simulator/span_attributes.h"

namespace waybill::test::sim {
namespace {

void writeSpanId(otlp::WireWriter& out, uint32_t field, uint64_t id) {
  std::array<char, 8> bytes;
  storeBigEndian64(bytes.data(), id);
  out.text(field, {bytes.data(), bytes.size()});
}

void writeTraceId(otlp::WireWriter& out, uint32_t field, TraceId id) {
  std::array<char, 16> bytes;
  storeBigEndian64(bytes.data(), id.high);
  storeBigEndian64(bytes.data() + 8, id.low);
  out.text(field, {bytes.data(), bytes.size()});
}

std::string spanName(const System& system, const SimulatedSpan& span) {
  const bool isCallee = span.kind == otlp::SpanKind::Server || span.kind == otlp::SpanKind::Consumer;
  return isCallee ? calleeSpanName(system, span.operation) : callerSpanName(system, span.operation);
}

void writeException(otlp::WireWriter& out, int64_t atNs) {
  const auto event = out.open(otlp::span::kEvents);
  out.fixed64(otlp::event::kTime, static_cast<uint64_t>(atNs));
  out.text(otlp::event::kName, "exception");
  Attributes(out, otlp::event::kAttributes)
      .text("exception.type", "IllegalStateException")
      .text("exception.message", "it did not work");
  out.close(event);
}

void writeMessage(otlp::WireWriter& out, int64_t atNs, uint64_t number) {
  const auto event = out.open(otlp::span::kEvents);
  out.fixed64(otlp::event::kTime, static_cast<uint64_t>(atNs));
  out.text(otlp::event::kName, "message");
  Attributes(out, otlp::event::kAttributes)
      .text("message.type", number % 3 == 0 ? "RECEIVED" : "SENT")
      .integer("message.id", number);
  out.close(event);
}

void writeNote(otlp::WireWriter& out, int64_t atNs) {
  const auto event = out.open(otlp::span::kEvents);
  out.fixed64(otlp::event::kTime, static_cast<uint64_t>(atNs));
  out.text(otlp::event::kName, "cache refreshed");
  out.close(event);
}

// Events spread evenly over the span.
void writeEvents(otlp::WireWriter& out, const Operation& operation, const SimulatedSpan& span, int64_t shiftNs) {
  const bool isStream = operation.stream == Stream::RpcMessages;
  const uint64_t count = isStream ? 3 + mixKeys(span.id, 0xe7e) % 20 : operation.notes;
  for (uint64_t i = 1; i <= count; ++i) {
    const int64_t apart = (span.endNs - span.startNs) / static_cast<int64_t>(count + 1);
    const int64_t at = span.startNs + shiftNs + apart * static_cast<int64_t>(i);
    isStream ? writeMessage(out, at, i) : writeNote(out, at);
  }
}

struct Times {
  int64_t startNs, endNs;
};

// What the exporter says; one of three ways to be wrong, by the span.
Times recordedTimes(const SimulatedSpan& span, int64_t shiftNs, const Noise& noise) {
  const Times right{span.startNs + shiftNs, span.endNs + shiftNs};
  const auto& wrong = noise.unknownTimes;
  if (std::find(wrong.begin(), wrong.end(), span.operation) == wrong.end()) return right;
  switch (mixKeys(noise.seed, span.operation) % 3) {
    case 0:
      return {0, right.endNs};
    case 1:
      return {right.startNs, 0};
    default:
      return {right.endNs, right.startNs};
  }
}

void writeSpan(otlp::WireWriter& out, const System& system, const SimulatedSpan& span, TraceId trace,
               int64_t shiftNs, const Noise& noise) {
  const auto message = out.open(otlp::scope_spans::kSpans, 2);
  writeTraceId(out, otlp::span::kTraceId, trace);
  writeSpanId(out, otlp::span::kSpanId, span.id);
  if (span.parent != 0) writeSpanId(out, otlp::span::kParentSpanId, span.parent);
  out.text(otlp::span::kName, spanName(system, span));
  out.unsignedInt(otlp::span::kKind, static_cast<uint64_t>(span.kind));
  const Times times = recordedTimes(span, shiftNs, noise);
  out.fixed64(otlp::span::kStart, static_cast<uint64_t>(times.startNs));
  out.fixed64(otlp::span::kEnd, static_cast<uint64_t>(times.endNs));
  writeAttributes(out, system, span);
  writeEvents(out, system.operations[span.operation], span, shiftNs);
  if (span.error && !span.timedOut) writeException(out, span.endNs + shiftNs);
  for (const uint64_t id : span.links) {
    const auto link = out.open(otlp::span::kLinks);
    writeTraceId(out, otlp::link::kTraceId, trace);
    writeSpanId(out, otlp::link::kSpanId, id);
    out.close(link);
  }
  if (span.error) {
    const auto status = out.open(otlp::span::kStatus);
    out.text(otlp::status::kMessage, span.timedOut ? "deadline exceeded" : "it did not work");
    out.unsignedInt(otlp::status::kCode, static_cast<uint64_t>(otlp::StatusCode::Error));
    out.close(status);
  }
  out.close(message);
}

void writeResource(otlp::WireWriter& out, const Service& service, uint32_t instance) {
  const std::string pod = service.name + "-pod-" + std::to_string(instance);
  const auto resource = out.open(otlp::resource_spans::kResource, 2);
  Attributes(out, otlp::resource::kAttributes)
      .text("service.name", service.name)
      .text("service.instance.id", pod)
      .text("host.name", pod)
      .text("k8s.pod.name", pod)
      .integer("process.pid", 1 + instance);
  out.close(resource);
}

std::string_view scopeOf(const System& system, const SimulatedSpan& span) {
  const std::string_view scope = system.operations[span.operation].scope;
  return scope.empty() ? "io.opentelemetry.simulated" : scope;
}

}  // namespace

bool isDropped(const Noise& noise, TraceId trace, const SimulatedSpan& span) {
  return span.parent != 0 && unitAt(mixKeys(mixKeys(noise.seed, span.id), trace.low)) < noise.dropShare;
}

int64_t skewNs(const Noise& noise, uint32_t service, uint32_t instance) {
  const double off = 2 * unitAt(mixKeys(mixKeys(noise.seed, 0x5ce3 + service), instance)) - 1;
  return static_cast<int64_t>(off * noise.skewMs * 1e6);
}

void recordTrace(otlp::WireWriter& out, const System& system, const SimulatedTrace& trace, TraceId id,
                 int64_t startNs, const Noise& noise,
                 const std::function<bool(const SimulatedSpan&)>& mayDrop) {
  std::vector<const SimulatedSpan*> spans;
  for (const SimulatedSpan& span : trace.spans) {
    if (noise.losesRoot && &span == &trace.spans.front()) continue;
    if (isDropped(noise, id, span) && (!mayDrop || mayDrop(span))) continue;
    spans.push_back(&span);
  }
  // In no order, but always the same one.
  std::sort(spans.begin(), spans.end(), [&](const SimulatedSpan* a, const SimulatedSpan* b) {
    return mixKeys(noise.seed, a->id) < mixKeys(noise.seed, b->id);
  });
  std::stable_sort(spans.begin(), spans.end(), [&](const SimulatedSpan* a, const SimulatedSpan* b) {
    if (a->service != b->service) return a->service < b->service;
    if (a->instance != b->instance) return a->instance < b->instance;
    return scopeOf(system, *a) < scopeOf(system, *b);
  });
  for (size_t i = 0; i < spans.size();) {
    const SimulatedSpan& first = *spans[i];
    const auto resourceSpans = out.open(otlp::traces_data::kResourceSpans, 3);
    writeResource(out, system.services[first.service], first.instance);
    const auto scopeSpans = out.open(otlp::resource_spans::kScopeSpans, 3);
    const auto scope = out.open(otlp::scope_spans::kScope);
    out.text(otlp::scope::kName, scopeOf(system, first));
    out.close(scope);
    for (; i < spans.size() && spans[i]->service == first.service && spans[i]->instance == first.instance &&
           scopeOf(system, *spans[i]) == scopeOf(system, first);
         ++i) {
      writeSpan(out, system, *spans[i], id, startNs + skewNs(noise, first.service, first.instance), noise);
    }
    out.close(scopeSpans);
    out.close(resourceSpans);
  }
}

std::shared_ptr<const store::Snapshot> loaded(otlp::WireWriter&& bytes) {
  auto [data, size] = bytes.take();
  const auto chunk = Chunk::owned(std::shared_ptr<const char[]>(std::move(data)), size, "simulated", 0);
  store::TraceStore store;
  store.append(chunk, chunk->bytes());
  store.publish();
  return store.snapshot();
}

}  // namespace waybill::test::sim
