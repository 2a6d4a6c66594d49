// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/generated_span.h"

#include <array>

#include "base/bytes.h"
#include "otlp/fields.h"
#include "support/attribute_writer.h"
#include "support/generated_services.h"
#include "support/generator_random.h"
#include "support/span_content.h"

namespace waybill::test {
namespace {

using otlp::WireWriter;

void writeId(WireWriter& out, uint32_t field, uint64_t id) {
  std::array<char, 8> bytes;
  storeBigEndian64(bytes.data(), id);
  out.text(field, {bytes.data(), bytes.size()});
}

void writeTraceId(WireWriter& out, uint32_t field, const GeneratedSpan& span) {
  std::array<char, 16> bytes;
  storeBigEndian64(bytes.data(), span.traceHigh);
  storeBigEndian64(bytes.data() + 8, span.traceLow);
  out.text(field, {bytes.data(), bytes.size()});
}

void writeException(WireWriter& out, const GeneratedSpan& span) {
  const GeneratedService& service = kServices[span.service];
  const auto event = out.open(otlp::span::kEvents, 2);
  out.fixed64(otlp::event::kTime, static_cast<uint64_t>(span.endNs));
  out.text(otlp::event::kName, "exception");
  Attributes(out, otlp::event::kAttributes)
      .text("exception.type", "ServiceUnavailable")
      .text("exception.message", Text() << "upstream of " << service.name << " did not answer in time")
      .text("exception.stacktrace", Text() << "ServiceUnavailable: upstream did not answer\n  at call ("
                                           << service.file << ":118)\n  at handle (" << service.file
                                           << ":42)\n  at run (pool:7)");
  out.close(event);
}

void writeEvent(WireWriter& out, const GeneratedSpan& span, Random& random) {
  const auto event = out.open(otlp::span::kEvents);
  const auto half = static_cast<uint64_t>(span.startNs + (span.endNs - span.startNs) / 2);
  out.fixed64(otlp::event::kTime, half);
  out.text(otlp::event::kName, "connection.acquired");
  Attributes(out, otlp::event::kAttributes).integer("pool.waiters", random.below(12));
  out.close(event);
}

void writeLink(WireWriter& out, const GeneratedSpan& span) {
  const auto link = out.open(otlp::span::kLinks);
  writeTraceId(out, otlp::link::kTraceId, span);
  writeId(out, otlp::link::kSpanId, span.linkedSpan);
  Attributes(out, otlp::link::kAttributes).text("messaging.system", "kafka");
  out.close(link);
}

}  // namespace

void writeSpanField(WireWriter& out, const GeneratedSpan& span) {
  SpanContent content(span);
  Random random(~span.seed);
  const auto message = out.open(otlp::scope_spans::kSpans, 2);
  writeTraceId(out, otlp::span::kTraceId, span);
  writeId(out, otlp::span::kSpanId, span.id);
  if (span.parent != 0) writeId(out, otlp::span::kParentSpanId, span.parent);
  out.text(otlp::span::kName, content.name());
  out.unsignedInt(otlp::span::kKind, static_cast<uint64_t>(kindOf(span.role)));
  out.fixed64(otlp::span::kStart, static_cast<uint64_t>(span.startNs));
  out.fixed64(otlp::span::kEnd, static_cast<uint64_t>(span.endNs));
  content.writeAttributes(Attributes(out, otlp::span::kAttributes));
  if (span.error) writeException(out, span);
  if (random.chance(0.04)) writeEvent(out, span, random);
  if (span.linkedSpan != 0) writeLink(out, span);
  if (span.error) {
    const auto status = out.open(otlp::span::kStatus);
    out.text(otlp::status::kMessage, "upstream did not answer in time");
    out.unsignedInt(otlp::status::kCode, static_cast<uint64_t>(otlp::StatusCode::Error));
    out.close(status);
  }
  const bool isRemote =
      kindOf(span.role) == otlp::SpanKind::Server || kindOf(span.role) == otlp::SpanKind::Consumer;
  out.fixed32(otlp::span::kFlags,
              1 | otlp::kFlagHasIsRemote | (isRemote && span.parent != 0 ? otlp::kFlagIsRemote : 0));
  out.close(message);
}

void writeResourceSpansField(WireWriter& out, uint32_t process, std::string_view spanFields) {
  const GeneratedService& service = kServices[process / kInstancesPerService];
  const uint64_t instance = process % kInstancesPerService;
  const auto resourceSpans = out.open(otlp::traces_data::kResourceSpans, 3);
  const auto resource = out.open(otlp::resource_spans::kResource, 2);
  const Text pod = Text() << service.name << "-7c9d8f6b5-x" << instance << "k2p";
  Attributes(out, otlp::resource::kAttributes)
      .text("service.name", service.name)
      .text("service.version", Text() << "2.14." << uint64_t{process})
      .text("service.namespace", "shop")
      .text("service.instance.id", Text().hex(mixBits(process)))
      .text("deployment.environment.name", "production")
      .text("host.name", pod)
      .text("k8s.namespace.name", "shop")
      .text("k8s.pod.name", pod)
      .text("k8s.node.name", Text() << "node-" << uint64_t{process % 5})
      .integer("process.pid", 1 + instance)
      .text("telemetry.sdk.name", "opentelemetry")
      .text("telemetry.sdk.language", service.language)
      .text("telemetry.sdk.version", "1.41.0");
  out.close(resource);
  const auto scopeSpans = out.open(otlp::resource_spans::kScopeSpans, 3);
  const auto scope = out.open(otlp::scope_spans::kScope);
  out.text(otlp::scope::kName, service.scope);
  out.text(otlp::scope::kVersion, "2.6.0");
  out.close(scope);
  out.raw(spanFields);
  out.close(scopeSpans);
  out.text(otlp::resource_spans::kSchemaUrl, "https://opentelemetry.io/schemas/1.27.0");
  out.close(resourceSpans);
}

}  // namespace waybill::test
