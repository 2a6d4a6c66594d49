// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "unit/ingest/compressed.h"
#include "unit/ingest/http_receiver_fixture.h"

namespace waybill::ingest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kSpans = R"([
  {"traceId":"48485a3953bb6124","id":"1","kind":"CLIENT","name":"get","timestamp":1000000,"duration":5000,
   "localEndpoint":{"serviceName":"front"},"remoteEndpoint":{"serviceName":"back"}},
  {"traceId":"48485a3953bb6124","id":"1","kind":"SERVER","shared":true,"name":"get","timestamp":1001000,
   "duration":3000,"localEndpoint":{"serviceName":"back"},"tags":{"error":"boom"}}])";
constexpr std::string_view kPath = "/api/v2/spans";

class ZipkinReceiver : public HttpReceiverTest {
 protected:
  void SetUp() override {
    ReceiverOptions options;
    options.maxMessageBytes = 10000;
    start(options, HttpReceiver::Protocol::Zipkin);
  }
};

TEST_F(ZipkinReceiver, SpansAreAcceptedAndKept) {
  const HttpReply reply = post(kPath, kJson, kSpans);
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(reply.header("content-length"), "0");
  ASSERT_EQ(visibleSpans(), 2U);
  const auto snapshot = store->snapshot();
  EXPECT_EQ(toHex(snapshot->trace(TraceIndex(0)).id), "000000000000000048485a3953bb6124");
  EXPECT_EQ(snapshot->service(SpanRow(0)), "front");
  EXPECT_EQ(snapshot->service(SpanRow(1)), "back");
  EXPECT_EQ(snapshot->kind(SpanRow(0)), otlp::SpanKind::Client);
  EXPECT_EQ(snapshot->status(SpanRow(1)), otlp::StatusCode::Error);
  EXPECT_EQ(snapshot->spans().startNs(SpanRow(0)), 1000000000);
  EXPECT_EQ(snapshot->spans().durationNs(SpanRow(0)), 5000000);
  EXPECT_EQ(service.clients().at(0).name.transport, "Zipkin");
}

TEST_F(ZipkinReceiver, RequestsOfEveryShape) {
  struct Row {
    std::string headers, body;
    int status, spans;
  };
  const std::string span = R"({"traceId":"1","id":"2"})";
  const std::string json(kJson), gzip = json + "Content-Encoding: gzip\r\n";
  const std::vector<Row> rows = {
      {json, "[]", 202, 0},
      {json, "[" + span + "]", 202, 1},
      {json, "[" + span + ",5,{}]", 202, 1},
      {json, " [" + span + "]\n", 202, 1},
      {"Content-Type: application/json; charset=utf-8\r\n", "[" + span + "]", 202, 1},
      {"", "[" + span + "]", 202, 1},
      {"Content-Type: application/x-www-form-urlencoded\r\n", "[" + span + "]", 202, 1},
      {gzip, compressed(ContentCoding::Gzip, "[" + span + "]"), 202, 1},
      {gzip, compressed(ContentCoding::Gzip, std::string(kSpans)), 202, 2},
      {gzip, "[" + span + "]", 400, 0},
      {gzip, compressed(ContentCoding::Gzip, "[" + std::string(20000, ' ') + "]"), 413, 0},
      {json, "[" + std::string(10000, ' ') + "]", 413, 0},
      {json, "", 400, 0},
      {json, "[" + span, 400, 0},
      {json, "[" + span + "] []", 400, 0},
      {json, "[{\"traceId\":\"1\",\"id\":nope}]", 400, 0},
      {json, "[1,2]", 400, 0},
      {json, "[{}]", 400, 0},
      {json, "nonsense", 400, 0},
      {"Content-Type: application/x-protobuf\r\n", "\x0A\x02\x0A\x00", 415, 0},
      {"Content-Type: application/x-thrift\r\n", "x", 415, 0},
      {json + "Content-Encoding: br\r\n", "x", 415, 0},
  };
  uint32_t spans = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.headers + row.body.substr(0, 60));
    const HttpReply reply = post(kPath, row.headers, row.body);
    EXPECT_EQ(reply.status, row.status);
    if (row.status != 202) {
      EXPECT_THAT(reply.header("content-type"), StartsWith("text/plain"));
      EXPECT_THAT(reply.body, testing::EndsWith(".\n"));
    }
    spans += static_cast<uint32_t>(row.spans);
    EXPECT_EQ(visibleSpans(), spans);
  }
  EXPECT_EQ(service.counters().rejectedSpans, 2U);
  EXPECT_EQ(service.counters().refused, 13U);
}

TEST_F(ZipkinReceiver, AllOrNothingWhenTheJsonBreaks) {
  EXPECT_EQ(post(kPath, kJson, R"([{"traceId":"1","id":"2"},{"traceId":"1","id":}])").status, 400);
  EXPECT_EQ(visibleSpans(), 0U) << "the sender will send the first one again";
}

TEST_F(ZipkinReceiver, OtherPathsAreNotHere) {
  EXPECT_EQ(post("/v1/traces", kJson, "{}").status, 404);
  EXPECT_THAT(post("/api/v1/spans", kJson, "[]").body, HasSubstr("/api/v2/spans"));
  EXPECT_EQ(send("GET /api/v2/spans HTTP/1.1\r\n\r\n").status, 405);
  const HttpReply page = send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("/api/v2/spans"));
  EXPECT_EQ(send("GET /health HTTP/1.1\r\n\r\n").status, 200);
}

TEST_F(ZipkinReceiver, ChunksAndPagesOfThisMachineAreWelcome) {
  const HttpReply reply =
      send("POST /api/v2/spans HTTP/1.1\r\nOrigin: http://localhost:3000\r\n" + std::string(kJson) +
           "Transfer-Encoding: chunked\r\n\r\n" + chunkText(kSpans) + chunkText(""));
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.header("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(visibleSpans(), 2U);
}

TEST_F(ZipkinReceiver, AFullDiskAsksToComeAgain) {
  HttpClient client(endpoint());
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small { 10, before.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const HttpReply reply = client.exchange(postText(kPath, kJson, kSpans));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(reply.status, 503);
  EXPECT_GE(std::stoi("0" + reply.header("retry-after")), 1);
  EXPECT_EQ(client.exchange(postText(kPath, kJson, kSpans)).status, 202);
}

}  // namespace
}  // namespace waybill::ingest
