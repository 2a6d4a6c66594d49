// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/generated_span.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/bytes.h"
#include "otlp/fields.h"
#include "support/generator_random.h"

namespace waybill::test {
namespace {

using otlp::SpanKind;
using otlp::WireWriter;

struct Service {
  std::string_view name, noun, rpcService, database, language, scope, file;
};

constexpr std::array<Service, kGeneratedServices> kServices{{
    {"web-frontend", "page", "shop.Frontend", "redis", "nodejs", "@opentelemetry/instrumentation-http",
     "src/server.ts"},
    {"api-gateway", "api", "shop.Gateway", "redis", "go", "otelhttp", "internal/proxy/route.go"},
    {"orders", "orders", "shop.OrderService", "postgresql", "java", "io.opentelemetry.spring-webmvc-6.0",
     "OrderController.java"},
    {"catalog", "products", "shop.CatalogService", "postgresql", "java", "io.opentelemetry.spring-webmvc-6.0",
     "CatalogController.java"},
    {"cart", "carts", "shop.CartService", "redis", "dotnet", "Microsoft.AspNetCore", "CartStore.cs"},
    {"users", "users", "shop.UserService", "mysql", "python", "opentelemetry.instrumentation.flask",
     "users/views.py"},
    {"payment", "payments", "shop.PaymentService", "postgresql", "go", "otelgrpc", "payment/charge.go"},
    {"inventory", "stock", "shop.InventoryService", "mysql", "java", "io.opentelemetry.jdbc",
     "StockRepository.java"},
    {"shipping", "quotes", "shop.ShippingService", "postgresql", "rust", "tonic", "src/quote.rs"},
    {"pricing", "prices", "shop.PricingService", "mysql", "python", "opentelemetry.instrumentation.grpc",
     "pricing/rules.py"},
    {"bank-api", "auth", "bank.Authorization", "postgresql", "java", "io.opentelemetry.netty-4.1",
     "AuthHandler.java"},
    {"email", "mails", "shop.EmailService", "redis", "ruby", "OpenTelemetry::Instrumentation::Sinatra",
     "lib/mailer.rb"},
}};

// Text put together in a fixed buffer: what is written a million times must not allocate.
class Text {
 public:
  Text& operator<<(std::string_view text) {
    const size_t n = std::min(text.size(), m_buffer.size() - m_size);
    std::copy_n(text.data(), n, m_buffer.data() + m_size);
    m_size += n;
    return *this;
  }
  Text& operator<<(uint64_t number) {
    const auto end = std::to_chars(m_buffer.data() + m_size, m_buffer.data() + m_buffer.size(), number).ptr;
    m_size = static_cast<size_t>(end - m_buffer.data());
    return *this;
  }
  Text& hex(uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) *this << kDigits.substr((number >> shift) & 15, 1);
    return *this;
  }
  operator std::string_view() const { return {m_buffer.data(), m_size}; }

 private:
  std::array<char, 320> m_buffer;
  size_t m_size = 0;
};

// Attributes of whatever message is open.
class Attributes {
 public:
  Attributes(WireWriter& out, uint32_t field) : m_out(out), m_field(field) {}

  Attributes& text(std::string_view key, std::string_view value) {
    return add(key, [&] { m_out.text(otlp::any_value::kString, value); });
  }
  Attributes& integer(std::string_view key, uint64_t value) {
    return add(key, [&] { m_out.unsignedInt(otlp::any_value::kInt, value); });
  }
  Attributes& real(std::string_view key, double value) {
    return add(key, [&] { m_out.fixed64(otlp::any_value::kDouble, std::bit_cast<uint64_t>(value)); });
  }
  Attributes& flag(std::string_view key, bool value) {
    return add(key, [&] { m_out.unsignedInt(otlp::any_value::kBool, value ? 1 : 0); });
  }
  Attributes& texts(std::string_view key, std::initializer_list<std::string_view> values) {
    return add(key, [&] {
      const auto array = m_out.open(otlp::any_value::kArray);
      for (const std::string_view value : values) {
        const auto element = m_out.open(otlp::array_value::kValues);
        m_out.text(otlp::any_value::kString, value);
        m_out.close(element);
      }
      m_out.close(array);
    });
  }

 private:
  template <typename WriteValue>
  Attributes& add(std::string_view key, WriteValue&& writeValue) {
    const auto attribute = m_out.open(m_field);
    m_out.text(otlp::key_value::kKey, key);
    const auto value = m_out.open(otlp::key_value::kValue);
    writeValue();
    m_out.close(value);
    m_out.close(attribute);
    return *this;
  }

  WireWriter& m_out;
  uint32_t m_field;
};

constexpr std::array<std::string_view, 4> kMethods{"GET", "GET", "POST", "PUT"};
constexpr std::array<std::string_view, 4> kRpcMethods{"Get", "List", "Create", "Reserve"};
constexpr std::array<std::string_view, 4> kFunctions{"validate", "render", "applyRules", "serialize"};
constexpr std::array<std::string_view, 4> kTopics{"orders.created", "payments.settled", "stock.changed",
                                                  "mails.out"};

SpanKind kindOf(SpanRole role) {
  switch (role) {
    case SpanRole::HttpServer:
    case SpanRole::RpcServer:
      return SpanKind::Server;
    case SpanRole::HttpClient:
    case SpanRole::RpcClient:
    case SpanRole::Query:
    case SpanRole::CacheLookup:
      return SpanKind::Client;
    case SpanRole::Publish:
      return SpanKind::Producer;
    case SpanRole::Consume:
      return SpanKind::Consumer;
    case SpanRole::Internal:
      return SpanKind::Internal;
  }
  return SpanKind::Unspecified;
}

// The name and the attributes of one span: client and server of a call agree, as they share the seed's low
// bits.
class Content {
 public:
  explicit Content(const GeneratedSpan& span)
      : m_span(span), m_own(kServices[span.service]), m_peer(kServices[span.peer]), m_random(span.seed) {}

  Text name() const {
    const uint32_t variant = this->variant();
    switch (m_span.role) {
      case SpanRole::HttpServer:
        return Text() << kMethods[variant] << " /" << m_own.noun << "/{id}";
      case SpanRole::HttpClient:
        return Text() << kMethods[variant];
      case SpanRole::RpcServer:
        return Text() << m_own.rpcService << "/" << kRpcMethods[variant];
      case SpanRole::RpcClient:
        return Text() << m_peer.rpcService << "/" << kRpcMethods[variant];
      case SpanRole::Query:
        return Text() << (variant == 3 ? "UPDATE " : "SELECT ") << m_own.noun;
      case SpanRole::CacheLookup:
        return Text() << (variant == 3 ? "SET" : "GET");
      case SpanRole::Publish:
        return Text() << "send " << kTopics[variant];
      case SpanRole::Consume:
        return Text() << "process " << kTopics[variant];
      case SpanRole::Internal:
        return Text() << kFunctions[variant];
    }
    return {};
  }

  void writeAttributes(Attributes attributes) {
    switch (m_span.role) {
      case SpanRole::HttpServer:
        return httpServer(attributes);
      case SpanRole::HttpClient:
        return httpClient(attributes);
      case SpanRole::RpcServer:
      case SpanRole::RpcClient:
        return rpc(attributes);
      case SpanRole::Query:
        return query(attributes);
      case SpanRole::CacheLookup:
        return cache(attributes);
      case SpanRole::Publish:
      case SpanRole::Consume:
        return messaging(attributes);
      case SpanRole::Internal:
        return internal(attributes);
    }
  }

 private:
  uint32_t variant() const { return static_cast<uint32_t>(m_span.seed & 3); }
  uint64_t status() { return m_span.error ? 500 + m_random.below(4) : (variant() == 2 ? 201 : 200); }
  Text address() {
    return Text() << "10.42." << uint64_t{m_random.below(16)} << "." << uint64_t{1 + m_random.below(254)};
  }

  void httpServer(Attributes a) {
    a.text("http.request.method", kMethods[variant()]);
    a.text("http.route", Text() << "/" << m_own.noun << "/{id}");
    a.text("url.path", Text() << "/" << m_own.noun << "/" << uint64_t{m_random.below(1'000'000)});
    a.text("url.scheme", "http").integer("http.response.status_code", status());
    a.text("server.address", m_own.name).integer("server.port", 8080).text("client.address", address());
    a.text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36");
  }

  void httpClient(Attributes a) {
    a.text("http.request.method", kMethods[variant()]);
    a.text("url.full", Text() << "http://" << m_peer.name << ".shop.svc.cluster.local:8080/" << m_peer.noun
                              << "/" << uint64_t{m_random.below(1'000'000)});
    a.text("server.address", m_peer.name).integer("server.port", 8080);
    a.integer("http.response.status_code", status()).text("network.protocol.version", "1.1");
    a.text("network.peer.address", address()).integer("http.response.body.size", m_random.below(50'000));
    a.integer("thread.id", 20 + m_random.below(64))
        .text("thread.name", Text() << "http-nio-" << uint64_t{m_random.below(64)});
  }

  void rpc(Attributes a) {
    const bool isClient = m_span.role == SpanRole::RpcClient;
    a.text("rpc.system", "grpc").text("rpc.service", isClient ? m_peer.rpcService : m_own.rpcService);
    a.text("rpc.method", kRpcMethods[variant()]).integer("rpc.grpc.status_code", m_span.error ? 14 : 0);
    a.text("server.address", isClient ? m_peer.name : m_own.name).integer("server.port", 50051);
    a.text("network.peer.address", address()).integer("network.peer.port", 32'768 + m_random.below(28'000));
    a.text("network.transport", "tcp").integer("rpc.message.uncompressed_size", m_random.below(9'000));
    a.flag("rpc.retried", m_random.chance(0.02));
  }

  void query(Attributes a) {
    a.text("db.system.name", m_own.database == "redis" ? "postgresql" : m_own.database)
        .text("db.namespace", "shop");
    a.text("db.operation.name", variant() == 3 ? "UPDATE" : "SELECT").text("db.collection.name", m_own.noun);
    if (variant() == 3) {
      a.text("db.query.text",
             Text() << "UPDATE " << m_own.noun << " SET state = ?, changed_at = now() WHERE id = ?");
    } else {
      a.text("db.query.text",
             Text() << "SELECT id, name, state, changed_at FROM " << m_own.noun << " WHERE id = ?");
    }
    a.text("server.address", Text() << "db-" << m_own.name << ".shop.svc.cluster.local")
        .integer("server.port", 5432);
    a.integer("db.response.returned_rows", m_random.below(40))
        .real("db.client.wait_ms", m_random.between(0, 3));
  }

  void cache(Attributes a) {
    a.text("db.system.name", "redis").text("db.namespace", "0");
    a.text("db.operation.name", variant() == 3 ? "SET" : "GET");
    a.text("db.query.text", Text() << (variant() == 3 ? "SET " : "GET ") << m_own.noun << ":"
                                   << uint64_t{m_random.below(1'000'000)});
    a.text("server.address", "redis-master.shop.svc.cluster.local").integer("server.port", 6379);
    a.text("network.peer.address", address()).integer("network.peer.port", 6379);
    a.flag("cache.hit", m_random.chance(0.9))
        .text("thread.name", Text() << "redis-io-" << uint64_t{m_random.below(8)});
  }

  void messaging(Attributes a) {
    a.text("messaging.system", "kafka").text("messaging.destination.name", kTopics[variant()]);
    a.text("messaging.operation.type", m_span.role == SpanRole::Publish ? "send" : "process");
    a.text("messaging.message.id", Text().hex(m_random.next()));
    a.text("messaging.client.id", Text()
                                      << m_own.name << "-" << uint64_t{m_random.below(kInstancesPerService)});
    a.text("messaging.destination.partition.id", Text() << uint64_t{m_random.below(12)});
    a.integer("messaging.kafka.offset", m_random.next() >> 34);
    a.integer("messaging.message.body.size", 200 + m_random.below(4'000))
        .text("messaging.consumer.group.name", "shop");
  }

  void internal(Attributes a) {
    a.text("code.function.name", Text() << m_own.noun << "." << kFunctions[variant()]);
    a.text("code.file.path", m_own.file).integer("code.line.number", 10 + m_random.below(900));
    a.integer("thread.id", 20 + m_random.below(64))
        .text("thread.name", Text() << "worker-" << uint64_t{m_random.below(64)});
    a.text("app.user.id", Text().hex(m_random.next()))
        .text("app.tenant", Text() << "tenant-" << uint64_t{m_random.below(200)});
    a.real("app.score", m_random.unit()).flag("app.feature.new_pricing", m_random.chance(0.3));
    a.texts("app.tags", {"checkout", m_own.noun});
  }

  const GeneratedSpan& m_span;
  const Service& m_own;
  const Service& m_peer;
  Random m_random;
};

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
  const Service& service = kServices[span.service];
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
  Content content(span);
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
  const bool isRemote = kindOf(span.role) == SpanKind::Server || kindOf(span.role) == SpanKind::Consumer;
  out.fixed32(otlp::span::kFlags,
              1 | otlp::kFlagHasIsRemote | (isRemote && span.parent != 0 ? otlp::kFlagIsRemote : 0));
  out.close(message);
}

void writeResourceSpansField(WireWriter& out, uint32_t process, std::string_view spanFields) {
  const Service& service = kServices[process / kInstancesPerService];
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
