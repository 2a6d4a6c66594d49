// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/span_content.h"

namespace waybill::test {
namespace {

constexpr std::array<std::string_view, 4> kMethods{"GET", "GET", "POST", "PUT"};
constexpr std::array<std::string_view, 4> kRpcMethods{"Get", "List", "Create", "Reserve"};
constexpr std::array<std::string_view, 4> kFunctions{"validate", "render", "applyRules", "serialize"};
constexpr std::array<std::string_view, 4> kTopics{"orders.created", "payments.settled", "stock.changed",
                                                  "mails.out"};

}  // namespace

otlp::SpanKind kindOf(SpanRole role) {
  switch (role) {
    case SpanRole::HttpServer:
    case SpanRole::RpcServer:
      return otlp::SpanKind::Server;
    case SpanRole::HttpClient:
    case SpanRole::RpcClient:
    case SpanRole::Query:
    case SpanRole::CacheLookup:
      return otlp::SpanKind::Client;
    case SpanRole::Publish:
      return otlp::SpanKind::Producer;
    case SpanRole::Consume:
      return otlp::SpanKind::Consumer;
    case SpanRole::Internal:
      return otlp::SpanKind::Internal;
  }
  return otlp::SpanKind::Unspecified;
}

SpanContent::SpanContent(const GeneratedSpan& span)
    : m_span(span), m_own(kServices[span.service]), m_peer(kServices[span.peer]), m_random(span.seed) {}

Text SpanContent::name() const {
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

void SpanContent::writeAttributes(Attributes attributes) {
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

uint64_t SpanContent::status() {
  return m_span.error ? 500 + m_random.below(4) : (variant() == 2 ? 201 : 200);
}

Text SpanContent::address() {
  return Text() << "10.42." << uint64_t{m_random.below(16)} << "." << uint64_t{1 + m_random.below(254)};
}

void SpanContent::httpServer(Attributes a) {
  a.text("http.request.method", kMethods[variant()]);
  a.text("http.route", Text() << "/" << m_own.noun << "/{id}");
  a.text("url.path", Text() << "/" << m_own.noun << "/" << uint64_t{m_random.below(1'000'000)});
  a.text("url.scheme", "http").integer("http.response.status_code", status());
  a.text("server.address", m_own.name).integer("server.port", 8080).text("client.address", address());
  a.text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0");
}

void SpanContent::httpClient(Attributes a) {
  a.text("http.request.method", kMethods[variant()]);
  a.text("url.full", Text() << "http://" << m_peer.name << ".shop.svc.cluster.local:8080/" << m_peer.noun
                            << "/" << uint64_t{m_random.below(1'000'000)});
  a.text("server.address", m_peer.name).integer("server.port", 8080);
  a.integer("http.response.status_code", status()).text("network.protocol.version", "1.1");
  a.text("network.peer.address", address()).integer("http.response.body.size", m_random.below(50'000));
  a.integer("thread.id", 20 + m_random.below(64))
      .text("thread.name", Text() << "http-nio-" << uint64_t{m_random.below(64)});
}

void SpanContent::rpc(Attributes a) {
  const bool isClient = m_span.role == SpanRole::RpcClient;
  a.text("rpc.system", "grpc").text("rpc.service", isClient ? m_peer.rpcService : m_own.rpcService);
  a.text("rpc.method", kRpcMethods[variant()]).integer("rpc.grpc.status_code", m_span.error ? 14 : 0);
  a.text("server.address", isClient ? m_peer.name : m_own.name).integer("server.port", 50051);
  a.text("network.peer.address", address()).integer("network.peer.port", 32'768 + m_random.below(28'000));
  a.text("network.transport", "tcp").integer("rpc.message.uncompressed_size", m_random.below(9'000));
  a.flag("rpc.retried", m_random.chance(0.02));
}

void SpanContent::query(Attributes a) {
  a.text("db.system.name", m_own.database == "redis" ? "postgresql" : m_own.database)
      .text("db.namespace", "shop");
  a.text("db.operation.name", variant() == 3 ? "UPDATE" : "SELECT").text("db.collection.name", m_own.noun);
  if (variant() == 3) {
    a.text("db.query.text",
           Text() << "UPDATE " << m_own.noun << " SET state = ?, changed_at = now() WHERE id = ?");
  } else {
    a.text("db.query.text", Text() << "SELECT id, name, state, price, currency, created_at, changed_at FROM "
                                   << m_own.noun << " WHERE id = ?");
  }
  a.text("server.address", Text() << "db-" << m_own.name << ".shop.svc.cluster.local")
      .integer("server.port", 5432);
  a.integer("db.response.returned_rows", m_random.below(40))
      .real("db.client.wait_ms", m_random.between(0, 3));
}

void SpanContent::cache(Attributes a) {
  a.text("db.system.name", "redis").text("db.namespace", "0");
  a.text("db.operation.name", variant() == 3 ? "SET" : "GET");
  a.text("db.query.text", Text() << (variant() == 3 ? "SET " : "GET ") << m_own.noun << ":"
                                 << uint64_t{m_random.below(1'000'000)});
  a.text("server.address", "redis-master.shop.svc.cluster.local").integer("server.port", 6379);
  a.text("network.peer.address", address()).integer("network.peer.port", 6379);
  a.flag("cache.hit", m_random.chance(0.9))
      .text("thread.name", Text() << "redis-io-" << uint64_t{m_random.below(8)});
}

void SpanContent::messaging(Attributes a) {
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

void SpanContent::internal(Attributes a) {
  a.text("code.function.name", Text() << m_own.noun << "." << kFunctions[variant()]);
  a.text("code.file.path", Text() << "/srv/" << m_own.name << "/" << m_own.file)
      .integer("code.line.number", 10 + m_random.below(900));
  a.integer("thread.id", 20 + m_random.below(64))
      .text("thread.name", Text() << "worker-" << uint64_t{m_random.below(64)});
  a.text("app.user.id", Text().hex(m_random.next()))
      .text("app.tenant", Text() << "tenant-" << uint64_t{m_random.below(200)});
  a.real("app.score", m_random.unit()).flag("app.feature.new_pricing", m_random.chance(0.3));
  a.texts("app.tags", {"checkout", m_own.noun});
}

}  // namespace waybill::test
