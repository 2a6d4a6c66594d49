// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/simulator/span_attributes.h"

#include <string>

#include "support/attribute_writer.h"

namespace waybill::test::sim {
namespace {

using otlp::SpanKind;

class Writer {
 public:
  Writer(otlp::WireWriter& out, const System& system, const SimulatedSpan& span)
      : m_attributes(out, otlp::span::kAttributes),
        m_system(system),
        m_span(span),
        m_op(system.operations[span.operation]),
        m_conventions(system.services[span.service].conventions) {}

  void write() {
    switch (m_op.protocol) {
      case Protocol::Function:
        text("code.function.name", "code.function", m_op.name);
        break;
      case Protocol::Http:
      case Protocol::External:
        http();
        break;
      case Protocol::Grpc:
        grpc();
        break;
      case Protocol::Sql:
        sql();
        break;
      case Protocol::Redis:
        redis();
        break;
      case Protocol::Producer:
      case Protocol::Consumer:
        messaging();
        break;
    }
    if (m_span.resends > 0) integer("http.request.resend_count", "http.resend_count", m_span.resends);
    if (m_span.kind == SpanKind::Server && m_system.services[m_span.service].coldStart) {
      m_attributes.flag("faas.coldstart", true);
    }
    if (m_op.cacheMiss) m_attributes.flag("cache.hit", false);
    if (m_span.error) error();
  }

 private:
  bool writesNew() const { return m_conventions != Conventions::Old; }
  bool writesOld() const { return m_conventions != Conventions::New; }
  void text(std::string_view now, std::string_view old, std::string_view value) {
    if (writesNew()) m_attributes.text(now, value);
    if (writesOld() && !old.empty()) m_attributes.text(old, value);
  }
  void integer(std::string_view now, std::string_view old, uint64_t value) {
    if (writesNew()) m_attributes.integer(now, value);
    if (writesOld() && !old.empty()) m_attributes.integer(old, value);
  }
  std::string number() const { return std::to_string(m_span.target % 1'000'000); }
  bool isCaller() const { return m_span.kind == SpanKind::Client || m_span.kind == SpanKind::Producer; }

  void http() {
    const std::string host = m_op.protocol == Protocol::External ? m_op.name + ".example.com"
                                                                 : m_system.services[m_op.service].name;
    const std::string path = "/" + m_op.name + "/" + number();
    text("http.request.method", "http.method", m_op.isWrite ? "POST" : "GET");
    if (isCaller()) {
      text("url.full", "http.url", "http://" + host + ":8080" + path);
    } else {
      m_attributes.text("http.route", "/" + m_op.name + "/{id}");
      text("url.path", "http.target", path);
    }
    text("server.address", "net.peer.name", host);
    integer("server.port", "net.peer.port", 8080);
    if (!m_span.timedOut) {
      const uint64_t good = m_op.stream == Stream::WebSocket ? 101 : 200;
      integer("http.response.status_code", "http.status_code", m_span.error ? 500 : good);
    }
    if (m_op.stream == Stream::ServerSentEvents) {
      m_attributes.texts("http.response.header.content-type", {"text/event-stream"});
    }
    if (m_span.payloadBytes > 0) {
      integer("http.response.body.size", "http.response_content_length", m_span.payloadBytes);
    }
  }

  void grpc() {
    const std::string service = "shop." + m_system.services[m_op.service].name;
    m_attributes.text(writesNew() ? "rpc.system.name" : "rpc.system", "grpc");
    if (writesNew()) {
      m_attributes.text("rpc.method", service + "/" + m_op.name);
    } else {
      m_attributes.text("rpc.service", service).text("rpc.method", m_op.name);
    }
    const uint64_t status = m_span.timedOut ? 4 : (m_span.error ? 13 : 0);
    if (writesOld()) m_attributes.integer("rpc.grpc.status_code", status);
    if (writesNew())
      m_attributes.text("rpc.status_code", status == 0   ? "OK"
                                           : status == 4 ? "DEADLINE_EXCEEDED"
                                                         : "INTERNAL");
    text("server.address", "net.peer.name", m_system.services[m_op.service].name);
    if (m_span.payloadBytes > 0) m_attributes.integer("rpc.message.uncompressed_size", m_span.payloadBytes);
  }

  void sql() {
    const std::string value = m_op.literal ? number() : "?";
    const std::string query = m_op.isWrite
                                  ? "INSERT INTO " + m_op.name + " (id, state) VALUES (" + value + ", 'new')"
                                  : "SELECT id, name, state FROM " + m_op.name + " WHERE id = " + value;
    text("db.system.name", "db.system", "postgresql");
    text("db.namespace", "db.name", "shop");
    text("db.query.text", "db.statement", query);
    text("db.operation.name", "db.operation", m_op.isWrite ? "INSERT" : "SELECT");
    text("db.collection.name", "db.sql.table", m_op.name);
    text("server.address", "net.peer.name", "db." + m_system.services[m_span.service].name);
    if (m_op.batchSize > 0) m_attributes.integer("db.operation.batch.size", m_op.batchSize);
    if (m_span.payloadBytes > 0) m_attributes.integer("db.response.body.size", m_span.payloadBytes);
  }

  void redis() {
    const std::string_view verb = m_op.isWrite ? "SET" : "GET";
    text("db.system.name", "db.system", "redis");
    text("db.query.text", "db.statement", std::string(verb) + " " + m_op.name + ":" + number());
    text("db.operation.name", "db.operation", verb);
    text("server.address", "net.peer.name", "redis");
  }

  void messaging() {
    const bool sends = m_span.kind == SpanKind::Producer;
    const std::string_view takes = m_op.stream == Stream::Receive ? "receive" : "process";
    m_attributes.text("messaging.system", "kafka");
    text("messaging.destination.name", "messaging.destination", m_op.name);
    text("messaging.operation.type", "messaging.operation", sends ? "send" : takes);
    if (!sends && m_span.links.size() > 1)
      m_attributes.integer("messaging.batch.message_count", m_span.links.size());
  }

  void error() {
    if (!m_op.errorType.empty()) return void(m_attributes.text("error.type", m_op.errorType));
    if (m_span.timedOut) return void(m_attributes.text("error.type", "timeout"));
    m_attributes.text("error.type", "500");
  }

  Attributes m_attributes;
  const System& m_system;
  const SimulatedSpan& m_span;
  const Operation& m_op;
  Conventions m_conventions;
};

}  // namespace

void writeAttributes(otlp::WireWriter& out, const System& system, const SimulatedSpan& span) {
  Writer(out, system, span).write();
}

}  // namespace waybill::test::sim
