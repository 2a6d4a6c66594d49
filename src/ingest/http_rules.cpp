// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_rules.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "ingest/http_origin.h"

namespace waybill::ingest {
namespace {

using boost::beast::http::field;
using boost::beast::http::status;
using boost::beast::http::verb;

template <typename Name>
std::string_view valueOf(const HttpHead& head, const Name& name) {
  const auto value = head[name];
  return {value.data(), value.size()};
}

// Without the query, and with the slashes that a base address with a slash at its end leaves behind.
std::string pathOf(const HttpHead& head) {
  std::string_view target(head.target().data(), head.target().size());
  if (const size_t scheme = target.find("://");
      scheme != target.npos && target.find('/') > scheme) {  // from a proxy
    const size_t slash = target.find('/', scheme + 3);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  target = target.substr(0, target.find_first_of("?#"));
  std::string path;
  for (const char c : target) {
    if (c != '/' || path.empty() || path.back() != '/') path.push_back(c);
  }
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// "application/json; charset=utf-8" without its parameters, in lower case.
std::string mediaType(const HttpHead& head) {
  const std::string_view value = valueOf(head, field::content_type);
  std::string type(trimmed(value.substr(0, value.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(), lowerAscii);
  return type;
}

std::optional<Encoding> encodingOf(const std::string& type) {
  if (type == "application/x-protobuf" || type == "application/protobuf") return Encoding::Protobuf;
  if (type == "application/json") return Encoding::Json;
  return std::nullopt;
}

bool isPreflight(const HttpHead& head) {
  return head.method() == verb::options && head.find(field::origin) != head.end() &&
         head.find(field::access_control_request_method) != head.end();
}

HttpAnswer preflight() {
  HttpAnswer answer;
  answer.status = status::no_content;
  answer.add(field::access_control_allow_methods, "POST");
  answer.add(
      field::access_control_allow_headers,
      "content-type, content-encoding, traceparent, tracestate, authorization, baggage, x-otlp-api-key, "
      "x-requested-with");
  answer.add(field::access_control_max_age, "7200");
  return answer;
}

}  // namespace

ExportAnswer tooLarge(size_t maxBytes) {
  return {RpcCode::ResourceExhausted,
          "The request is larger than " + bytesText(maxBytes) + ", packed or unpacked; send smaller batches.",
          0,
          {}};
}

HttpRules::HttpRules(HttpReceiver::Protocol protocol, const ReceiverOptions& options, Endpoint bound)
    : m_protocol(protocol),
      m_bound(std::move(bound)),
      m_isTls(options.tls.enabled()),
      m_maxBytes(options.maxMessageBytes),
      m_access(options.tokens) {}

HttpRules::Verdict HttpRules::judge(const HttpHead& head, std::optional<uint64_t> contentLength) const {
  if (auto answer = refuseStranger(head)) return std::move(*answer);
  const std::string path = pathOf(head);
  const std::optional<HttpImport> import = importAt(path);
  if (!import) return pathless(head, path);
  if (isPreflight(head)) return preflight();
  if (head.method() != verb::post) {
    HttpAnswer answer = textAnswer(status::method_not_allowed, "Send traces to " + path + " with POST.");
    answer.add(field::allow, "POST, OPTIONS");
    return answer;
  }
  return import->kind == HttpImport::Kind::Otlp ? judgeOtlp(head, contentLength, *import)
                                                : judgeZipkin(head, contentLength, *import);
}

// Only a page from this machine may send, and only to a name that is this machine's.
std::optional<HttpAnswer> HttpRules::refuseStranger(const HttpHead& head) const {
  const std::string_view host = valueOf(head, field::host);
  if (m_bound.isLoopback() && !isTrustedHost(host, m_bound.host)) {
    return textAnswer(status::forbidden, "The request is for the host '" + printable(host) +
                                             "', which is not this machine; send to " + m_bound.text() + ".");
  }
  if (head.method() == verb::get || head.method() == verb::head || head.find(field::origin) == head.end())
    return std::nullopt;
  const std::string_view origin = valueOf(head, field::origin);
  if (isLocalOrigin(origin)) return std::nullopt;
  return textAnswer(status::forbidden, "The web page '" + printable(origin) +
                                           "' may not send here; only pages from localhost may.");
}

std::optional<HttpImport> HttpRules::importAt(std::string_view path) const {
  HttpImport import;
  if (m_protocol == HttpReceiver::Protocol::Zipkin) {
    import.kind = HttpImport::Kind::Zipkin;
    import.encoding = Encoding::Json;
    return path == "/api/v2/spans" ? std::optional(import) : std::nullopt;
  }
  if (path == "/v1/traces") return import;
  if (path == "/v1/metrics") {
    import.signal = OtlpSignal::Metrics;
  } else if (path == "/v1/logs") {
    import.signal = OtlpSignal::Logs;
  } else if (path == "/v1development/profiles" || path == "/v1/profiles") {
    import.signal = OtlpSignal::Profiles;
  } else {
    return std::nullopt;
  }
  return import;
}

// For a path that takes no traces.
HttpAnswer HttpRules::pathless(const HttpHead& head, std::string_view path) const {
  const std::string traces = m_protocol == HttpReceiver::Protocol::Zipkin ? "/api/v2/spans" : "/v1/traces";
  if (path != "/" && path != "/health") {
    return textAnswer(status::not_found,
                      "There is nothing at '" + printable(path) + "'; send traces to " + traces + ".");
  }
  if (head.method() == verb::get || head.method() == verb::head) return health();
  HttpAnswer answer = textAnswer(status::method_not_allowed, "Send traces to " + traces + ".");
  answer.add(field::allow, "GET, HEAD");
  return answer;
}

// The reasons that do not depend on the protocol.
std::optional<ExportAnswer> HttpRules::refuse(const HttpHead& head,
                                              std::optional<uint64_t> contentLength) const {
  if (!m_access.allows(valueOf(head, field::authorization), valueOf(head, "x-otlp-api-key"))) {
    return ExportAnswer{RpcCode::Unauthenticated,
                        "A token is needed: send 'authorization: Bearer TOKEN' or 'x-otlp-api-key: TOKEN'.",
                        0,
                        {}};
  }
  if (contentLength.value_or(0) > m_maxBytes) return tooLarge(m_maxBytes);
  return std::nullopt;
}

HttpRules::Verdict HttpRules::judgeOtlp(const HttpHead& head, std::optional<uint64_t> contentLength,
                                        HttpImport import) const {
  const std::string type = mediaType(head);
  const std::optional<Encoding> encoding = encodingOf(type);
  import.encoding = encoding.value_or(Encoding::Protobuf);
  const auto refused = [&import](const ExportAnswer& why) {
    HttpAnswer answer = import.answer(why);
    answer.problem = why.message;
    return answer;
  };
  const std::optional<ExportAnswer> why = refuse(head, contentLength);
  if (why && encoding) return refused(*why);
  if (why && why->code == RpcCode::Unauthenticated) {
    HttpAnswer answer = textAnswer(status::unauthorized, why->message);
    answer.headers = import.answer(*why).headers;
    return answer;
  }
  if (!encoding) {
    return textAnswer(status::unsupported_media_type,
                      "The content type '" + printable(type) +
                          "' is not OTLP; send application/x-protobuf or application/json.");
  }
  const std::string_view name = valueOf(head, field::content_encoding);
  const std::optional<ContentCoding> coding = contentCoding(name);
  if (!coding) {
    HttpAnswer answer = refused({RpcCode::InvalidArgument,
                                 "The content encoding '" + printable(name) +
                                     "' is not known; send gzip, deflate, zstd, or nothing packed.",
                                 0,
                                 {}});
    answer.status = status::unsupported_media_type;
    answer.add(field::accept_encoding, "gzip, deflate, zstd");
    return answer;
  }
  import.coding = *coding;
  return import;
}

// Zipkin's reporters name the content type as they like, and its server looks only for its binary encodings.
HttpRules::Verdict HttpRules::judgeZipkin(const HttpHead& head, std::optional<uint64_t> contentLength,
                                          HttpImport import) const {
  if (const auto why = refuse(head, contentLength)) {
    HttpAnswer answer = import.answer(*why);
    answer.problem = why->message;
    return answer;
  }
  const std::string type = mediaType(head);
  if (type.find("protobuf") != type.npos || type.find("thrift") != type.npos) {
    return textAnswer(
        status::unsupported_media_type,
        "The content type '" + printable(type) + "' cannot be read; let the sender encode spans as JSON.");
  }
  const std::string_view name = valueOf(head, field::content_encoding);
  const std::optional<ContentCoding> coding = contentCoding(name);
  if (!coding) {
    return textAnswer(status::unsupported_media_type, "The content encoding '" + printable(name) +
                                                          "' is not known; send gzip, or nothing packed.");
  }
  import.coding = *coding;
  return import;
}

HttpAnswer HttpRules::health() const {
  const std::string base = (m_isTls ? "https://" : "http://") + m_bound.text();
  const std::string title = "Waybill " WAYBILL_VERSION " is here and takes traces over ";
  if (m_protocol == HttpReceiver::Protocol::Zipkin) {
    return textAnswer(status::ok, title + "Zipkin v2.\n\n  POST " + base + "/api/v2/spans   JSON, also gzip");
  }
  return textAnswer(status::ok,
                    title + "OTLP/HTTP.\n\n  POST " + base +
                        "/v1/traces   application/x-protobuf or application/json, also gzip, deflate, "
                        "zstd\n\nTo send from a program with an OpenTelemetry SDK, set\n\n"
                        "  OTEL_EXPORTER_OTLP_ENDPOINT=" +
                        base + "\n  OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n\n" +
                        "Metrics, logs and profiles are answered with success and not kept.");
}

void HttpRules::addCorsHeaders(const HttpHead& head, HttpAnswer& answer) {
  if (head.find(field::origin) == head.end()) return;
  answer.add(field::vary, "Origin");
  const std::string_view origin = valueOf(head, field::origin);
  if (!isLocalOrigin(origin)) return;
  answer.add(field::access_control_allow_origin, std::string(origin));
  answer.add(field::access_control_allow_credentials, "true");  // browsers send beacons with their cookies
  answer.add(field::access_control_expose_headers, "Retry-After");
}

}  // namespace waybill::ingest
