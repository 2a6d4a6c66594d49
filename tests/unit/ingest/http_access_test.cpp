// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "ingest/http_origin.h"
#include "unit/ingest/http_receiver_fixture.h"
#include "unit/ingest/test_certificate.h"

namespace waybill::ingest {
namespace {

namespace net = boost::asio;
using testing::HasSubstr;
using testing::StartsWith;

std::string folder() {
  std::string name = WAYBILL_TEST_OUTPUT "/http-XXXXXX";
  return ::mkdtemp(name.data());
}

// Speaks TLS and sends one request; what comes back until the end, or why it could not.
struct TlsReply {
  std::string text, error, version;
};
TlsReply tlsExchange(const Endpoint& endpoint, const std::string& request,
                     net::ssl::context::method method = net::ssl::context::tls_client) {
  TlsReply reply;
  net::io_context io;
  net::ssl::context context(method);
  net::ssl::stream<net::ip::tcp::socket> stream(io, context);
  boost::system::error_code error;
  stream.next_layer().connect({net::ip::make_address(endpoint.host), endpoint.port}, error);
  if (!error) stream.handshake(net::ssl::stream_base::client, error);
  reply.version = SSL_get_version(stream.native_handle());
  if (!error) net::write(stream, net::buffer(request), error);
  if (!error) net::read(stream, net::dynamic_buffer(reply.text), error);
  reply.error = error == net::error::eof ? "" : error.message();
  return reply;
}

class HttpAccess : public HttpReceiverTest {
 protected:
  HttpReply from(std::string_view origin, std::string_view request = {}) {
    const std::string header = "Origin: " + std::string(origin) + "\r\n";
    if (!request.empty()) {
      std::string text(request);
      text.insert(text.find("\r\n") + 2, header);
      return send(text);
    }
    return post("/v1/traces", std::string(kJson) + header, jsonSpans());
  }
};

TEST_F(HttpAccess, OneOfTheTokensIsNeeded) {
  ReceiverOptions options;
  options.tokens = {"old-token", "new-token"};
  start(options);
  const auto statusWith = [this](const std::string& headers) {
    return post("/v1/traces", std::string(kProtobuf) + headers, protobufSpans()).status;
  };
  EXPECT_EQ(statusWith("Authorization: Bearer old-token\r\n"), 200);
  EXPECT_EQ(statusWith("authorization: bearer new-token\r\n"), 200);
  EXPECT_EQ(statusWith("X-OTLP-API-Key: new-token\r\n"), 200);
  EXPECT_EQ(statusWith(""), 401);
  EXPECT_EQ(statusWith("Authorization: Bearer old-toke\r\n"), 401);
  EXPECT_EQ(statusWith("Authorization: Basic b2xkLXRva2Vu\r\n"), 401);
  EXPECT_EQ(statusWith("x-otlp-api-key: \r\n"), 401);
  EXPECT_EQ(visibleSpans(), 3U);
  EXPECT_EQ(refused(4), 4U);
}

TEST_F(HttpAccess, WhoHasNoTokenIsToldInTheEncodingOfTheRequest) {
  ReceiverOptions options;
  options.tokens = {"t"};
  start(options);
  for (const std::string_view type : {kProtobuf, kJson}) {
    const HttpReply reply = post("/v1/traces", type, "{}");
    EXPECT_EQ(reply.status, 401);
    EXPECT_THAT(reply.header("www-authenticate"), StartsWith("Bearer"));
    EXPECT_EQ(statusIn(reply).code, 16);
    EXPECT_THAT(statusIn(reply).message, HasSubstr("token"));
  }
  const HttpReply plain = post("/v1/metrics", "", "x");
  EXPECT_EQ(plain.status, 401);
  EXPECT_THAT(plain.header("www-authenticate"), StartsWith("Bearer"));
  EXPECT_THAT(plain.header("content-type"), StartsWith("text/plain"));
  EXPECT_EQ(send("GET /health HTTP/1.1\r\n\r\n").status, 200) << "nothing secret in it";
}

TEST_F(HttpAccess, PagesFromThisMachineMaySend) {
  start();
  for (const std::string origin : {"http://localhost:3000", "https://localhost", "http://127.0.0.1:8080",
                                   "http://[::1]:5173", "https://127.0.0.1:443"}) {
    const HttpReply reply = from(origin);
    EXPECT_EQ(reply.status, 200) << origin;
    EXPECT_EQ(reply.header("access-control-allow-origin"), origin);
    EXPECT_EQ(reply.header("access-control-allow-credentials"), "true");
    EXPECT_EQ(reply.header("vary"), "Origin");
  }
  EXPECT_EQ(visibleSpans(), 5U);
  const HttpReply wrong = from("http://localhost:3000", postText("/v1/traces", kJson, "{"));
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.header("access-control-allow-origin"), "http://localhost:3000") << "the page may read why";
}

TEST_F(HttpAccess, PagesFromElsewhereMayNot) {
  start();
  for (const std::string origin :
       {"https://example.com", "http://localhost.example.com", "http://localhost:80:80", "http://localhost:x",
        "null", "", "http://127.0.0.1.example.com:4318", "ftp://localhost", "http://localhost@example.com",
        "http://10.0.0.1", "chrome-extension://localhost", "http://[::1].example.com"}) {
    const HttpReply reply = from(origin);
    EXPECT_EQ(reply.status, 403) << origin;
    EXPECT_EQ(reply.header("access-control-allow-origin"), "") << origin;
    const HttpReply preflight =
        from(origin, "OPTIONS /v1/traces HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\n\r\n");
    EXPECT_EQ(preflight.status, 403) << origin;
    EXPECT_EQ(preflight.header("access-control-allow-methods"), "") << origin;
    const HttpReply page = from(origin, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("access-control-allow-origin"), "") << origin;
  }
  EXPECT_EQ(visibleSpans(), 0U);
}

TEST_F(HttpAccess, APreflightTellsWhatIsAllowed) {
  ReceiverOptions options;
  options.tokens = {"a browser asks before it sends a token"};
  start(options);
  HttpClient client(endpoint());
  const HttpReply reply = client.exchange(
      "OPTIONS /v1/traces HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:3000\r\n"
      "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
      "content-type,traceparent\r\n\r\n");
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.header("content-length"), "");
  EXPECT_EQ(reply.header("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(reply.header("access-control-allow-methods"), "POST");
  for (const std::string header : {"content-type", "content-encoding", "traceparent", "tracestate",
                                   "authorization", "baggage", "x-otlp-api-key"}) {
    EXPECT_THAT(reply.header("access-control-allow-headers"), HasSubstr(header));
  }
  EXPECT_EQ(client.exchange("GET / HTTP/1.1\r\n\r\n").status, 200) << "the answer had no body";
}

TEST_F(HttpAccess, NamesThatAreNotThisMachineAreRefused) {
  start();
  const auto statusFor = [this](const std::string& host) {
    const std::string body = jsonSpans();
    return send("POST /v1/traces HTTP/1.1\r\nHost: " + host + "\r\n" + std::string(kJson) +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)
        .status;
  };
  EXPECT_EQ(statusFor("evil.example.com"), 403);
  EXPECT_EQ(statusFor("evil.example.com:4318"), 403);
  EXPECT_EQ(statusFor("127.0.0.1.example.com"), 403);
  EXPECT_EQ(statusFor("localhost:4318"), 200);
  EXPECT_EQ(statusFor("127.0.0.1:4318"), 200);
  EXPECT_EQ(statusFor("[::1]:4318"), 200);
  EXPECT_EQ(statusFor("host.docker.internal:4318"), 200);
  EXPECT_EQ(visibleSpans(), 4U);
  EXPECT_EQ(send("GET / HTTP/1.1\r\nHost: evil.example.com\r\n\r\n").status, 403);
  EXPECT_EQ(send("GET / HTTP/1.0\r\n\r\n").status, 200) << "old clients name no host";
}

TEST(HttpOrigin, HostsAreTrustedWhenNobodyElseCanOwnThem) {
  for (const std::string_view host :
       {"", "localhost", "LOCALHOST:1", "localhost.", "a.localhost", "192.168.0.7:4318", "[fe80::1]:4318",
        "::1", "host.containers.internal", "box", "BOX:4318"}) {
    EXPECT_TRUE(isTrustedHost(host, "box")) << host;
  }
  for (const std::string_view host : {"example.com", "localhost.com", ".localhost", ".internal", "internal",
                                      "boxer", "[::1", "[evil]", "1.2.3.4.com", "a:b:c"}) {
    EXPECT_FALSE(isTrustedHost(host, "box")) << host;
  }
}

TEST_F(HttpAccess, TlsIsSpokenWhenAsked) {
  ReceiverOptions options;
  options.tls = writeTestCertificate(folder(), "server");
  start(options);
  const std::string headers = std::string(kProtobuf) + "Connection: close\r\n";
  const TlsReply reply = tlsExchange(endpoint(), postText("/v1/traces", headers, protobufSpans(5000)));
  EXPECT_EQ(reply.error, "");
  EXPECT_THAT(reply.text, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(visibleSpans(), 5000U);
  const TlsReply page = tlsExchange(endpoint(), "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(page.text, HasSubstr("https://127.0.0.1:"));
  const TlsReply refusal = tlsExchange(endpoint(), "nonsense\r\n\r\n");
  EXPECT_THAT(refusal.text, StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpAccess, TlsIsOfTodayOnly) {
  ReceiverOptions options;
  options.tls = writeTestCertificate(folder(), "server");
  start(options);
  const std::string request = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
  EXPECT_NE(tlsExchange(endpoint(), request, net::ssl::context::tlsv11_client).error, "");
  EXPECT_EQ(tlsExchange(endpoint(), request, net::ssl::context::tlsv12_client).version, "TLSv1.2");
  EXPECT_EQ(tlsExchange(endpoint(), request, net::ssl::context::tlsv13_client).version, "TLSv1.3");
}

TEST_F(HttpAccess, WhoSpeaksPlainTextToTlsIsToldSo) {
  ReceiverOptions options;
  options.tls = writeTestCertificate(folder(), "server");
  options.stallTimeout = std::chrono::seconds(1);
  start(options);
  const HttpReply reply = post("/v1/traces", kProtobuf, protobufSpans());
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("https://"));
  EXPECT_EQ(refused(1), 1U);
  HttpClient silent(endpoint());
  EXPECT_TRUE(silent.endsWithin(std::chrono::seconds(20))) << "no handshake comes";
}

TEST_F(HttpAccess, FilesThatAreNoCertificateAreASentence) {
  ReceiverOptions options;
  options.tls = {"/no/such.crt", "/no/such.key"};
  const auto missing = HttpReceiver::start({"127.0.0.1", 0}, HttpReceiver::Protocol::Otlp, options, service);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("/no/such.crt"));
}

TEST_F(HttpAccess, APortThatIsTakenIsASentence) {
  start();
  const auto second = HttpReceiver::start(endpoint(), HttpReceiver::Protocol::Otlp, {}, service);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, StartsWith(endpoint().text() + " is in use"));
  const auto nowhere = HttpReceiver::start({"192.0.2.1", 0}, HttpReceiver::Protocol::Otlp, {}, service);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_THAT(nowhere.error().message, HasSubstr("192.0.2.1"));
  const auto unknown = HttpReceiver::start({"no such host", 0}, HttpReceiver::Protocol::Otlp, {}, service);
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("no such host"));
}

TEST_F(HttpAccess, ANameIsListenedOnWithAllItsAddresses) {
  auto started = HttpReceiver::start({"localhost", 0}, HttpReceiver::Protocol::Otlp, {}, service);
  ASSERT_TRUE(started.ok()) << started.error().message;
  const Endpoint bound = started.value()->bound();
  EXPECT_EQ(bound.host, "localhost");
  EXPECT_NE(bound.port, 0);
  EXPECT_EQ(
      HttpClient({"127.0.0.1", bound.port}).exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status,
      200);
}

}  // namespace
}  // namespace waybill::ingest
