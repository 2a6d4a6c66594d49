// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/live_batch.h"

#include <array>

#include "base/bytes.h"
#include "otlp/fields.h"
#include "otlp/wire_reader.h"
#include "otlp/wire_writer.h"
#include "support/attribute_writer.h"

namespace waybill::bench {
namespace {

using otlp::WireWriter;
using protozero::pbf_reader;
using test::Attributes;
using test::Text;

constexpr std::string_view kNoTraceId("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
constexpr std::string_view kNoSpanId = kNoTraceId.substr(8);
constexpr std::array<std::string_view, 4> kRoutes{"/api/v2/cart", "/api/v2/cart/items", "/checkout", "/products/{id}"};

void writeResource(WireWriter& wire, uint64_t seed) {
  const auto resource = wire.open(otlp::resource_spans::kResource, 2);
  Attributes(wire, otlp::resource::kAttributes)
      .text("service.name", Text() << "shop-" << seed % 8)
      .text("service.version", "2.14.0")
      .text("service.instance.id", Text().hex(seed))
      .text("host.name", "ip-10-0-3-17.internal")
      .text("telemetry.sdk.name", "opentelemetry")
      .text("telemetry.sdk.language", "java")
      .text("telemetry.sdk.version", "1.42.1")
      .text("k8s.pod.name", Text() << "shop-7d9f8b6c5d-" << seed);
  wire.close(resource);
}

void writeSpan(WireWriter& wire, uint32_t i, uint64_t seed) {
  const std::string_view route = kRoutes[(i + seed) % kRoutes.size()];
  const uint64_t start = 1'767'225'600'000'000'000U + i * 1'000'000U;
  const auto span = wire.open(otlp::scope_spans::kSpans, 2);
  wire.text(otlp::span::kTraceId, kNoTraceId);
  wire.text(otlp::span::kSpanId, kNoSpanId);
  if (i % LiveBatch::kSpansPerTrace != 0) wire.text(otlp::span::kParentSpanId, kNoSpanId);
  wire.text(otlp::span::kName, Text() << "GET " << route);
  wire.unsignedInt(otlp::span::kKind, static_cast<uint64_t>(otlp::SpanKind::Server));
  wire.fixed64(otlp::span::kStart, start);
  wire.fixed64(otlp::span::kEnd, start + 5'000'000U + (seed * 31 + i) % 977 * 10'000U);
  Attributes(wire, otlp::span::kAttributes)
      .text("http.request.method", "GET")
      .text("http.route", route)
      .text("url.path", Text() << "/products/" << i * 7919U)
      .text("url.scheme", "https")
      .integer("http.response.status_code", 200)
      .text("server.address", "shop.example.com")
      .integer("server.port", 443)
      .text("client.address", Text() << "10.0." << i % 256 << "." << (seed + i) % 256)
      .text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
      .integer("thread.id", 20 + i % 16);
  wire.fixed32(otlp::span::kFlags, 1);
  wire.close(span);
}

}  // namespace

LiveBatch::LiveBatch(uint64_t seed) {
  WireWriter wire;
  const auto resourceSpans = wire.open(otlp::traces_data::kResourceSpans, 3);
  writeResource(wire, seed);
  const auto scopeSpans = wire.open(otlp::resource_spans::kScopeSpans, 3);
  const auto scope = wire.open(otlp::scope_spans::kScope);
  wire.text(otlp::scope::kName, "io.opentelemetry.tomcat-10.0");
  wire.close(scope);
  for (uint32_t i = 0; i < kSpans; ++i) writeSpan(wire, i, seed);
  wire.close(scopeSpans);
  wire.close(resourceSpans);
  m_bytes = wire.bytes();

  const auto place = [this](pbf_reader& field) {
    return static_cast<size_t>(field.get_view().data() - m_bytes.data());
  };
  const auto findIds = [&](pbf_reader& span) {
    Places places{};
    while (span.next()) {
      switch (span.tag()) {
        case otlp::span::kTraceId: places.traceId = place(span); break;
        case otlp::span::kSpanId: places.spanId = place(span); break;
        case otlp::span::kParentSpanId: places.parentId = place(span); break;
        default: span.skip();
      }
    }
    m_spans.push_back(places);
  };
  pbf_reader message(m_bytes);
  message.next(otlp::traces_data::kResourceSpans);
  pbf_reader inResource = message.get_message();
  inResource.next(otlp::resource_spans::kScopeSpans);
  pbf_reader inScope = inResource.get_message();
  while (inScope.next(otlp::scope_spans::kSpans)) {
    pbf_reader span = inScope.get_message();
    findIds(span);
  }
}

void LiveBatch::setIds(uint64_t number) {
  // Scattered, as real ids are: an odd factor keeps different numbers apart.
  constexpr uint64_t kScatter = 0x9E3779B97F4A7C15U;
  uint64_t root = 0;
  for (uint32_t i = 0; i < m_spans.size(); ++i) {
    const uint64_t id = (number * kSpans + i + 1) * kScatter;
    if (i % kSpansPerTrace == 0) root = id;
    storeBigEndian64(m_bytes.data() + m_spans[i].traceId, ~root);
    storeBigEndian64(m_bytes.data() + m_spans[i].traceId + 8, root);
    storeBigEndian64(m_bytes.data() + m_spans[i].spanId, id);
    if (m_spans[i].parentId != 0) storeBigEndian64(m_bytes.data() + m_spans[i].parentId, root);
  }
}

}  // namespace waybill::bench
