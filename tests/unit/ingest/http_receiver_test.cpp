// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is answered to one request: a row for each rule of the OTLP specification's OTLP/HTTP section. How
// connections live and end is in http_connection_test.cpp, who may send in http_access_test.cpp.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "unit/ingest/compressed.h"
#include "unit/ingest/http_receiver_fixture.h"

namespace waybill::ingest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr size_t kLimit = 100000;
constexpr std::string_view kProtobufType = "application/x-protobuf";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";
constexpr int64_t kInvalidArgument = 3, kResourceExhausted = 8;

std::string coding(std::string_view name) {
  return "Content-Encoding: " + std::string(name) + "\r\n";
}

std::string protobufWith(std::string_view more) {
  return std::string(kProtobuf) + std::string(more);
}

struct Row {
  std::string rule;
  std::string request;
  int status = 200;
  std::string_view type = {};                       // the answer's content type
  std::optional<std::string> body = {};             // the answer's, when it must be just so
  int spans = 0;                                    // that came in
  int64_t code = -1;                                // of the google.rpc.Status in the answer
  std::string says = {};                            // a part of its message, or of the text
  std::pair<std::string, std::string> header = {};  // another one of the answer
};

std::vector<Row> acceptedRows() {
  const std::string one = protobufSpans(1), three = protobufSpans(3), json = jsonSpans(2);
  std::vector<Row> rows = {
      {"protobuf is answered in protobuf, with the empty message", postText("/v1/traces", kProtobuf, three),
       200, kProtobufType, "", 3},
      {"the other name of protobuf", postText("/v1/traces", "Content-Type: application/protobuf\r\n", one),
       200, kProtobufType, "", 1},
      {"JSON is answered in JSON", postText("/v1/traces", kJson, json), 200, kJsonType, "{}", 2},
      {"a content type with parameters",
       postText("/v1/traces", "Content-Type: application/json; charset=utf-8\r\n", json), 200, kJsonType,
       "{}", 2},
      {"a content type in capitals",
       postText("/v1/traces", "content-type:APPLICATION/X-PROTOBUF ;a=b\r\n", one), 200, kProtobufType, "",
       1},
      {"a path with a query", postText("/v1/traces?a=b", kProtobuf, one), 200, kProtobufType, "", 1},
      {"a base address with a slash too many", postText("//v1/traces/", kProtobuf, one), 200, kProtobufType,
       "", 1},
      {"an absolute address, as proxies send it", postText("http://localhost:4318/v1/traces", kProtobuf, one),
       200, kProtobufType, "", 1},
      {"an empty request", postText("/v1/traces", kProtobuf, ""), 200, kProtobufType, "", 0},
      {"an empty request that says it is packed", postText("/v1/traces", protobufWith(coding("gzip")), ""),
       200, kProtobufType, "", 0},
      {"an empty request without a length",
       "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n" + std::string(kProtobuf) + "\r\n", 200,
       kProtobufType, "", 0},
      {"an empty request in JSON", postText("/v1/traces", kJson, "{}"), 200, kJsonType, "{}", 0},
      {"identity", postText("/v1/traces", protobufWith(coding("identity")), one), 200, kProtobufType, "", 1},
      {"just as large as the limit",
       postText("/v1/traces", kJson, json + std::string(kLimit - json.size(), ' ')), 200, kJsonType, "{}", 2},
      {"metrics are taken and not kept", postText("/v1/metrics", kProtobuf, "\x0A\x02\x0A\x00"), 200,
       kProtobufType, "", 0},
      {"logs are taken and not kept", postText("/v1/logs", kJson, R"({"resourceLogs":[]})"), 200, kJsonType,
       "{}", 0},
      {"profiles are taken and not kept", postText("/v1development/profiles", kProtobuf, ""), 200,
       kProtobufType, "", 0},
      {"profiles under the other path", postText("/v1/profiles", kProtobuf, ""), 200, kProtobufType, "", 0},
  };
  const std::pair<std::string_view, ContentCoding> codings[] = {
      {"gzip", ContentCoding::Gzip},       {"GZIP", ContentCoding::Gzip},    {"x-gzip", ContentCoding::Gzip},
      {"deflate", ContentCoding::Deflate}, {"zlib", ContentCoding::Deflate}, {"zstd", ContentCoding::Zstd}};
  for (const auto& [name, how] : codings) {
    rows.push_back({"packed with " + std::string(name),
                    postText("/v1/traces", protobufWith(coding(name)), compressed(how, three)), 200,
                    kProtobufType, "", 3});
    rows.push_back({"JSON packed with " + std::string(name),
                    postText("/v1/traces", std::string(kJson) + coding(name), compressed(how, json)), 200,
                    kJsonType, "{}", 2});
  }
  return rows;
}

std::vector<Row> refusedRows() {
  const std::string one = protobufSpans(1), json = jsonSpans(1);
  const std::string bomb(kLimit + 1, '\0');
  const auto get = [](std::string_view method, std::string_view path) {
    return std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  };
  std::vector<Row> rows = {
      {"another content type",
       postText("/v1/traces", "Content-Type: text/plain\r\n", one),
       415,
       kTextType,
       {},
       0,
       -1,
       "application/x-protobuf"},
      {"no content type", postText("/v1/traces", "", one), 415, kTextType},
      {"a form", postText("/v1/traces", "Content-Type: application/x-www-form-urlencoded\r\n", json), 415,
       kTextType},
      {"GET", get("GET", "/v1/traces"), 405, kTextType, {}, 0, -1, "with POST", {"allow", "POST, OPTIONS"}},
      {"PUT", get("PUT", "/v1/metrics"), 405, kTextType, {}, 0, -1, "", {"allow", "POST, OPTIONS"}},
      {"DELETE", get("DELETE", "/v1/logs"), 405, kTextType},
      {"OPTIONS that is no preflight", get("OPTIONS", "/v1/traces"), 405, kTextType},
      {"a method nobody knows", get("BREW", "/v1/traces"), 405, kTextType},
      {"an unknown path", postText("/v2/traces", kProtobuf, one), 404, kTextType, {}, 0, -1, "/v1/traces"},
      {"a path below", postText("/v1/traces/x", kProtobuf, one), 404, kTextType},
      {"a path of Zipkin", postText("/api/v2/spans", kJson, "[]"), 404, kTextType},
      {"POST to the root",
       postText("/", kProtobuf, one),
       405,
       kTextType,
       {},
       0,
       -1,
       "/v1/traces",
       {"allow", "GET, HEAD"}},
      {"an unknown encoding",
       postText("/v1/traces", protobufWith(coding("br")), one),
       415,
       kProtobufType,
       {},
       0,
       kInvalidArgument,
       "'br' is not known",
       {"accept-encoding", "gzip, deflate, zstd"}},
      {"two encodings",
       postText("/v1/traces", std::string(kJson) + coding("gzip, gzip"), json),
       415,
       kJsonType,
       {},
       0,
       kInvalidArgument},
      {"broken protobuf",
       postText("/v1/traces", kProtobuf, "\x0A\xFFnonsense"),
       400,
       kProtobufType,
       {},
       0,
       kInvalidArgument,
       "protobuf"},
      {"broken JSON",
       postText("/v1/traces", kJson, R"({"resourceSpans":[)"),
       400,
       kJsonType,
       {},
       0,
       kInvalidArgument,
       "JSON"},
      {"no JSON", postText("/v1/traces", kJson, one), 400, kJsonType, {}, 0, kInvalidArgument},
      {"an empty body in JSON",
       postText("/v1/traces", kJson, ""),
       400,
       kJsonType,
       {},
       0,
       kInvalidArgument,
       "empty"},
      {"not packed as it says",
       postText("/v1/traces", protobufWith(coding("gzip")), one),
       400,
       kProtobufType,
       {},
       0,
       kInvalidArgument,
       "content-encoding"},
      {"a damaged frame",
       postText("/v1/traces", protobufWith(coding("zstd")),
                compressed(ContentCoding::Zstd, one).substr(0, 20)),
       400,
       kProtobufType,
       {},
       0,
       kInvalidArgument},
      {"deflate without its wrapper",
       postText("/v1/traces", protobufWith(coding("deflate")),
                compressed(ContentCoding::Deflate, one).substr(2)),
       400,
       kProtobufType,
       {},
       0,
       kInvalidArgument},
      {"larger than the limit",
       postText("/v1/traces", kProtobuf, bomb),
       413,
       kProtobufType,
       {},
       0,
       kResourceExhausted,
       "larger than 100 kB"},
      {"larger than the limit, in JSON",
       postText("/v1/traces", kJson, json + std::string(kLimit, ' ')),
       413,
       kJsonType,
       {},
       0,
       kResourceExhausted},
      {"a length that no file has",
       "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n" + std::string(kProtobuf) +
           "Content-Length: 9000000000000000000\r\n\r\n",
       413,
       kProtobufType,
       {},
       0,
       kResourceExhausted},
      {"a transfer encoding nobody asked for",
       "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n" + std::string(kProtobuf) +
           "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       501, kTextType},
      {"an expectation nobody knows", postText("/v1/traces", protobufWith("Expect: a-miracle\r\n"), one), 417,
       kTextType},
      {"a body from a multipart form",
       postText("/v1/traces", "Content-Type: multipart/form-data; boundary=x\r\n", one), 415, kTextType},
  };
  for (const auto& [name, how] :
       {std::pair{"gzip", ContentCoding::Gzip}, std::pair{"deflate", ContentCoding::Deflate},
        std::pair{"zstd", ContentCoding::Zstd}}) {
    rows.push_back({"a bomb packed with " + std::string(name),
                    postText("/v1/traces", protobufWith(coding(name)), compressed(how, bomb)),
                    413,
                    kProtobufType,
                    {},
                    0,
                    kResourceExhausted});
  }
  return rows;
}

std::vector<Row> pageRows() {
  const auto get = [](std::string_view target) {
    return std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n";
  };
  return {
      {"a person's browser", get("GET /"), 200, kTextType, {}, 0, -1, "Waybill"},
      {"what it takes is told",
       get("GET /"),
       200,
       kTextType,
       {},
       0,
       -1,
       "/v1/traces   application/x-protobuf or application/json"},
      {"health",
       get("GET /health?full"),
       200,
       kTextType,
       {},
       0,
       -1,
       "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:"},
      {"an icon", get("GET /favicon.ico"), 404, kTextType},
  };
}

class HttpAnswers : public HttpReceiverTest {
 protected:
  void check(const std::vector<Row>& rows, bool areRefused) {
    ReceiverOptions options;
    options.maxMessageBytes = kLimit;
    start(options);
    uint32_t spans = 0;
    for (const Row& row : rows) {
      SCOPED_TRACE(row.rule);
      const HttpReply reply = send(row.request);
      EXPECT_EQ(reply.version, "HTTP/1.1");
      EXPECT_EQ(reply.status, row.status);
      EXPECT_EQ(reply.header("content-type"), row.type);
      EXPECT_EQ(reply.body, row.body.value_or(reply.body));
      EXPECT_EQ(reply.header(row.header.first), row.header.second);
      const StatusText status = statusIn(reply);
      const std::string text = row.code >= 0 ? status.message + "\n" : reply.body;
      EXPECT_THAT(text, HasSubstr(row.says));
      if (row.status >= 400) {
        EXPECT_EQ(status.code, row.code);
        EXPECT_THAT(text, testing::EndsWith(".\n"));
      }
      EXPECT_EQ(reply.header("access-control-allow-origin"), "");
      spans += static_cast<uint32_t>(row.spans);
      EXPECT_EQ(visibleSpans(), spans);
    }
    EXPECT_EQ(service.counters().refused > 0, areRefused);
  }
};

TEST_F(HttpAnswers, WhatIsRightIsAccepted) {
  check(acceptedRows(), false);
  EXPECT_EQ(service.counters().otherSignals, 4U);
}

TEST_F(HttpAnswers, WhatIsWrongIsRefusedWithAReason) {
  check(refusedRows(), true);
  EXPECT_EQ(service.counters().requests, 0U);
}

TEST_F(HttpAnswers, APersonWhoLooksIsToldWhatThisIs) {
  check(pageRows(), false);
}

TEST_F(HttpAnswers, HeadIsAnsweredLikeGetWithoutTheBody) {
  start();
  HttpClient client(endpoint());
  client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const HttpReply head = client.read(false);
  EXPECT_EQ(head.status, 200);
  const HttpReply page = client.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(page.status, 200) << "nothing stood between the answers";
  EXPECT_EQ(head.header("content-length"), std::to_string(page.body.size()));
}

TEST_F(HttpAnswers, PartialSuccessIsToldInBothEncodings) {
  start();
  const std::string json =
      R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"no ids"},)"
      R"({"traceId":"5b8efff798038103d269b633813fc60c","spanId":"0000000000000001"}]}]}]})";
  const HttpReply inJson = post("/v1/traces", kJson, json);
  EXPECT_EQ(inJson.status, 200);
  EXPECT_THAT(inJson.body, StartsWith(R"({"partialSuccess":{)"));
  EXPECT_THAT(inJson.body, HasSubstr("1 span without a valid trace id"));
  // ResourceSpans { ScopeSpans { Span { name: "x" } Span { of two bytes that are no field } } }
  const std::string spans = std::string("\x12\x03\x2A\x01x", 5) + std::string("\x12\x02\x07\x07", 4);
  const std::string damaged = std::string("\x0A\x0B\x12\x09", 4) + spans;
  const HttpReply inProtobuf = post("/v1/traces", kProtobuf, damaged);
  EXPECT_EQ(inProtobuf.status, 200);
  EXPECT_EQ(inProtobuf.header("content-type"), kProtobufType);
  // partial_success { rejected_spans: 1 … }
  ASSERT_GT(inProtobuf.body.size(), 4U);
  EXPECT_EQ(inProtobuf.body[0], '\x0A');
  EXPECT_EQ(inProtobuf.body.substr(2, 2), std::string("\x08\x01"));
  EXPECT_THAT(inProtobuf.body, HasSubstr("1 span could not be read"));
  EXPECT_EQ(visibleSpans(), 3U);
  EXPECT_EQ(service.counters().rejectedSpans, 1U);
}

TEST_F(HttpAnswers, AFullDiskAsksToComeAgain) {
  start();
  HttpClient client(endpoint());
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small { 10, before.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const HttpReply protobuf = client.exchange(postText("/v1/traces", kProtobuf, protobufSpans()));
  const HttpReply json = client.exchange(postText("/v1/traces", kJson, jsonSpans()));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  for (const HttpReply& reply : {protobuf, json}) {
    EXPECT_EQ(reply.status, 503);
    EXPECT_GE(std::stoi("0" + reply.header("retry-after")), 1);
    EXPECT_EQ(statusIn(reply).code, 14);
  }
  EXPECT_THAT(json.body, HasSubstr("google.rpc.RetryInfo"));
  EXPECT_EQ(client.exchange(postText("/v1/traces", kProtobuf, protobufSpans())).status, 200)
      << "there is room again";
  EXPECT_EQ(visibleSpans(), 1U);
}

TEST_F(HttpAnswers, LargeBodiesArriveWhole) {
  start();
  const std::string large = protobufSpans(30000);
  ASSERT_GT(large.size(), size_t{1} << 20);
  EXPECT_EQ(post("/v1/traces", kProtobuf, large).status, 200);
  EXPECT_EQ(post("/v1/traces", protobufWith(coding("gzip")), compressed(ContentCoding::Gzip, large)).status,
            200);
  EXPECT_EQ(visibleSpans(), 60000U);
}

TEST_F(HttpAnswers, SendersAreToldApart) {
  start();
  post("/v1/traces", protobufWith("User-Agent: OTel\xE2\x80\xAE-Exporter/1\r\n"), protobufSpans(2));
  post("/v1/traces", protobufWith("User-Agent: other\r\n"), "\xFF");
  const auto clients = service.clients();
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(clients[0].name.userAgent, "other");
  EXPECT_EQ(clients[0].counters.refused, 1U);
  EXPECT_EQ(clients[1].name.address, "127.0.0.1");
  EXPECT_EQ(clients[1].name.transport, "HTTP");
  EXPECT_EQ(clients[1].name.userAgent, "OTel -Exporter/1") << "nothing that turns the direction of writing";
  EXPECT_EQ(clients[1].counters.spans, 2U);
}

}  // namespace
}  // namespace waybill::ingest
