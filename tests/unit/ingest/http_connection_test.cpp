// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include <thread>

#include "unit/ingest/compressed.h"
#include "unit/ingest/http_receiver_fixture.h"

namespace waybill::ingest {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr seconds kSoon{20};  // generous: machines under load
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string chunkedHead(std::string_view headers = kProtobuf) {
  return "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n" +
         std::string(headers) + "\r\n";
}

class HttpConnectionTest : public HttpReceiverTest {
 protected:
  void startWith(size_t maxBytes) {
    ReceiverOptions options;
    options.maxMessageBytes = maxBytes;
    start(options);
  }
  void startImpatient() {
    ReceiverOptions options;
    options.stallTimeout = options.requestTimeout = options.idleTimeout = seconds(1);
    start(options);
  }
  // The receiver still serves others.
  void expectAlive() { EXPECT_EQ(post("/v1/traces", kProtobuf, protobufSpans()).status, 200); }
};

TEST_F(HttpConnectionTest, OneConnectionServesManyRequests) {
  start();
  HttpClient client(endpoint());
  for (int i = 0; i < 20; ++i) {
    const HttpReply reply = client.exchange(i % 2 == 0 ? postText("/v1/traces", kProtobuf, protobufSpans(2))
                                                       : postText("/v1/traces", kJson, jsonSpans(1)));
    ASSERT_EQ(reply.status, 200) << i << reply.body;
  }
  EXPECT_EQ(visibleSpans(), 30U);
}

TEST_F(HttpConnectionTest, ARefusalDoesNotEndTheConnection) {
  startWith(1000);
  HttpClient client(endpoint());
  EXPECT_EQ(client.exchange(postText("/v1/traces", "Content-Type: text/plain\r\n", "abc")).status, 415);
  EXPECT_EQ(client.exchange(postText("/nowhere", kProtobuf, std::string(500, 'x'))).status, 404);
  EXPECT_EQ(client.exchange(postText("/v1/traces", kProtobuf, std::string(200000, 'x'))).status, 413);
  EXPECT_EQ(client.exchange(postText("/v1/traces", kProtobuf, "\xFF")).status, 400);
  EXPECT_EQ(client.exchange("GET /v1/traces HTTP/1.1\r\n\r\n").status, 405);
  EXPECT_EQ(client.exchange(postText("/v1/traces", kProtobuf, protobufSpans())).status, 200);
}

TEST_F(HttpConnectionTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  HttpClient client(endpoint());
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += postText("/v1/traces", kProtobuf, protobufSpans(3)) + postText("/v1/traces", kJson, jsonSpans()) +
           chunkedHead() + chunkText(protobufSpans()) + chunkText("") + postText("/none", kJson, "{}") +
           "\r\n";
  }
  client.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.read().header("content-type"), "application/x-protobuf");
    EXPECT_EQ(client.read().body, "{}");
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(client.read().status, 404);
  }
  EXPECT_EQ(visibleSpans(), 250U);
}

TEST_F(HttpConnectionTest, ConnectionCloseIsHonoured) {
  start();
  HttpClient client(endpoint());
  const HttpReply reply = client.exchange(
      postText("/v1/traces", std::string(kProtobuf) + "Connection: close\r\n", protobufSpans()));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("connection"), "close");
  EXPECT_TRUE(client.endsWithin(kSoon));
}

TEST_F(HttpConnectionTest, Http10IsServed) {
  start();
  const std::string body = protobufSpans();
  const std::string head = "POST /v1/traces HTTP/1.0\r\n" + std::string(kProtobuf) +
                           "Content-Length: " + std::to_string(body.size()) + "\r\n";
  HttpClient client(endpoint());
  const HttpReply reply = client.exchange(head + "\r\n" + body);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.version, "HTTP/1.0");
  EXPECT_TRUE(client.endsWithin(kSoon));
  HttpClient staying(endpoint());
  EXPECT_EQ(staying.exchange(head + "Connection: keep-alive\r\n\r\n" + body).header("connection"),
            "keep-alive");
  EXPECT_EQ(staying.exchange(head + "\r\n" + body).status, 200);
  EXPECT_EQ(visibleSpans(), 3U);
}

TEST_F(HttpConnectionTest, ChunkedBodiesOfEveryShape) {
  start();
  const std::string spans = protobufSpans(3000);
  HttpClient client(endpoint());
  EXPECT_EQ(client.exchange(chunkedHead() + chunkText(spans) + chunkText("")).status, 200);
  std::string bytewise = chunkedHead();
  for (const char c : protobufSpans()) bytewise += chunkText(std::string(1, c));
  EXPECT_EQ(client.exchange(bytewise + chunkText("")).status, 200);
  client.send(chunkedHead());
  for (size_t at = 0; at < spans.size(); at += 10000) client.send(chunkText(spans.substr(at, 10000)));
  EXPECT_EQ(client.exchange("0;extension=1\r\nTrailer: value\r\n\r\n").status, 200);
  EXPECT_EQ(client.exchange(chunkedHead() + chunkText("")).status, 200);
  EXPECT_EQ(client
                .exchange(chunkedHead(std::string(kProtobuf) + "Content-Encoding: gzip\r\n") +
                          chunkText(compressed(ContentCoding::Gzip, spans)) + chunkText(""))
                .status,
            200);
  EXPECT_EQ(visibleSpans(), 9001U);
}

TEST_F(HttpConnectionTest, ChunksAreLimitedTogether) {
  startWith(1000);
  std::string request = chunkedHead();
  for (int i = 0; i < 11; ++i) request += chunkText(std::string(100, ' '));
  const HttpReply reply = send(request + chunkText(""));
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(statusIn(reply).code, 8);
  EXPECT_EQ(send(chunkedHead() + "7fffffffffffffff\r\nx").status, 413);
  const std::string json = jsonSpans();
  EXPECT_EQ(send(chunkedHead(kJson) + chunkText(json) + chunkText(std::string(1000 - json.size(), ' ')) +
                 chunkText(""))
                .status,
            200)
      << "just as much as is allowed";
}

TEST_F(HttpConnectionTest, BrokenChunksAreRefused) {
  start();
  for (const std::string_view chunk : {"xyz\r\n", "-1\r\n", "3\r\nabcd\r\n", "fffffffffffffffff\r\n"}) {
    const HttpReply reply = send(chunkedHead() + std::string(chunk) + "\r\n\r\n");
    EXPECT_EQ(reply.status, 400) << chunk;
    EXPECT_EQ(statusIn(reply).code, 3) << chunk;
  }
  const HttpReply endless = send(chunkedHead() + "1;" + std::string(300000, 'e'));
  EXPECT_TRUE(endless.status == 400 || endless.status == 413) << endless.status;
  expectAlive();
}

TEST_F(HttpConnectionTest, ALengthAndChunksTogetherAreRefused) {
  start();
  const std::string both = "POST /v1/traces HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" +
                           std::string(kProtobuf) + "\r\n0\r\n\r\n";
  EXPECT_EQ(send(both).status, 400);
  EXPECT_EQ(send("POST /v1/traces HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef").status,
            400);
  EXPECT_EQ(send("POST /v1/traces HTTP/1.1\r\nContent-Length: -5\r\n\r\n").status, 400);
}

TEST_F(HttpConnectionTest, ExpectContinueIsAnsweredBeforeTheBody) {
  start();
  const std::string body = protobufSpans(2);
  const std::string head = "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nExpect: 100-Continue\r\n" +
                           std::string(kProtobuf) + "Content-Length: " + std::to_string(body.size()) +
                           "\r\n\r\n";
  HttpClient client(endpoint());
  client.send(head);
  EXPECT_EQ(client.read().status, 100);
  EXPECT_EQ(client.exchange(body).status, 200);
  EXPECT_EQ(client.exchange(head + body).status, 200) << "who sends without waiting needs no word";
  client.send("POST /v1/traces HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n" +
              std::string(kProtobuf) + "\r\n");
  EXPECT_EQ(client.read().status, 100);
  EXPECT_EQ(client.exchange(chunkText(body) + chunkText("")).status, 200);
  EXPECT_EQ(visibleSpans(), 6U);
}

TEST_F(HttpConnectionTest, ExpectContinueOfWhatIsRefusedGetsTheFinalAnswer) {
  startWith(1000);
  const auto head = [](std::string_view headers) {
    return "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" + std::string(headers) +
           "\r\n";
  };
  for (const auto& [headers, status] :
       {std::pair{std::string(kProtobuf) + "Content-Length: 1001\r\n", 413},
        std::pair{std::string("Content-Type: a/b\r\nContent-Length: 10\r\n"), 415}}) {
    HttpClient client(endpoint());
    const HttpReply reply = client.exchange(head(headers));
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.header("connection"), "close");
    EXPECT_TRUE(client.endsWithin(kSoon));
  }
}

TEST_F(HttpConnectionTest, ALargeBodyIsRefusedWithoutReadingIt) {
  startWith(1000);
  HttpClient client(endpoint());
  const HttpReply reply = client.exchange("POST /v1/traces HTTP/1.1\r\n" + std::string(kProtobuf) +
                                          "Content-Length: 50000000\r\n\r\n0123456789");
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.header("connection"), "close");
  // A sender that looks for the answer only when it has sent everything finds it too.
  HttpClient stubborn(endpoint());
  stubborn.send(postText("/v1/traces", kProtobuf, std::string(5000000, 'x')));
  EXPECT_EQ(stubborn.read().status, 413);
}

TEST_F(HttpConnectionTest, HeadersAreLimited) {
  start();
  const auto request = [](size_t bytes) {
    return "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(bytes, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(send(request(15000)).status, 200);
  const HttpReply reply = send(request(17000));
  EXPECT_EQ(reply.status, 431);
  EXPECT_THAT(reply.body, HasSubstr("16 KiB"));
  EXPECT_EQ(send("GET /" + std::string(1000000, 'a')).status, 431);
}

TEST_F(HttpConnectionTest, GarbageIsAnsweredAndEnded) {
  start();
  const std::vector<std::pair<std::string, std::string>> garbage = {
      {std::string("\0\0\0\0", 4) + std::string(2000, '\xEE'), "no HTTP/1.1"},
      {"hello\r\n\r\n", "no HTTP/1.1"},
      {"GET / HTTP/9.9\r\n\r\n", "no HTTP/1.1"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "gRPC"},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11) + std::string(500, 'r'), "TLS"}};
  uint64_t count = 0;
  for (const auto& [bytes, says] : garbage) {
    HttpClient client(endpoint());
    const HttpReply reply = client.exchange(bytes);
    EXPECT_EQ(reply.status, 400) << says;
    EXPECT_THAT(reply.body, HasSubstr(says));
    EXPECT_EQ(reply.header("connection"), "close");
    client.endSending();
    EXPECT_TRUE(client.endsWithin(kSoon));
    EXPECT_EQ(refused(++count), count);
    EXPECT_THAT(service.lastProblem(), HasSubstr(says));
  }
  expectAlive();
}

TEST_F(HttpConnectionTest, AnEarlyEndIsNoticed) {
  start();
  { HttpClient(endpoint()).send("POST /v1/traces HTT"); }
  EXPECT_EQ(refused(1), 1U);
  { HttpClient(endpoint()).send(postText("/v1/traces", kProtobuf, protobufSpans(100)).substr(0, 1000)); }
  EXPECT_EQ(refused(2), 2U);
  { HttpClient(endpoint()).send(chunkedHead() + "ff\r\nabc"); }
  EXPECT_EQ(refused(3), 3U);
  { HttpClient silent(endpoint()); }
  expectAlive();
  EXPECT_EQ(service.counters().refused, 3U) << "a connection without a request is none";
  EXPECT_EQ(visibleSpans(), 1U);
}

TEST_F(HttpConnectionTest, AHalfClosedConnectionGetsItsAnswer) {
  start();
  HttpClient whole(endpoint());
  whole.send(postText("/v1/traces", kProtobuf, protobufSpans(1000)));
  whole.endSending();
  EXPECT_EQ(whole.read().status, 200);
  EXPECT_TRUE(whole.endsWithin(kSoon));
  HttpClient cut(endpoint());
  cut.send(postText("/v1/traces", kJson, jsonSpans()).substr(0, 200));
  cut.endSending();
  const HttpReply reply = cut.read();
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(statusIn(reply).message, HasSubstr("ended before its body"));
  EXPECT_TRUE(cut.endsWithin(kSoon));
}

TEST_F(HttpConnectionTest, SlowSendersAreEnded) {
  startImpatient();
  HttpClient slowHead(endpoint()), slowBody(endpoint()), slowChunks(endpoint()), idle(endpoint());
  slowHead.send("POST /v1/traces HTTP/1.1\r\nHo");
  slowBody.send(postText("/v1/traces", kProtobuf, protobufSpans(100)).substr(0, 1000));
  slowChunks.send(chunkedHead() + "ff\r\nabc");
  EXPECT_TRUE(slowHead.endsWithin(kSoon));
  EXPECT_TRUE(slowBody.endsWithin(kSoon));
  EXPECT_TRUE(slowChunks.endsWithin(kSoon));
  EXPECT_TRUE(idle.endsWithin(kSoon));
  EXPECT_EQ(refused(3), 3U);
  EXPECT_THAT(service.lastProblem(), HasSubstr("in time"));
  expectAlive();
}

TEST_F(HttpConnectionTest, ATrickleDoesNotKeepARequestAlive) {
  ReceiverOptions options;
  options.requestTimeout = seconds(2);
  options.stallTimeout = seconds(2);
  start(options);
  HttpClient client(endpoint());
  client.send("POST /v1/traces HTTP/1.1\r\n" + std::string(kProtobuf) + "Content-Length: 1000\r\n\r\n");
  const auto giveUp = std::chrono::steady_clock::now() + kSoon;
  bool taken = true;
  while (taken && std::chrono::steady_clock::now() < giveUp) {
    taken = client.send("x");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_FALSE(taken);
}

TEST_F(HttpConnectionTest, TooManyConnectionsAreToldSo) {
  ReceiverOptions options;
  options.maxConnections = 2;
  start(options);
  HttpClient first(endpoint());
  EXPECT_EQ(first.exchange(kGet).status, 200);
  {
    HttpClient second(endpoint());
    EXPECT_EQ(second.exchange(kGet).status, 200);
    HttpClient third(endpoint());
    const HttpReply reply = third.exchange(postText("/v1/traces", kProtobuf, protobufSpans()));
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.header("retry-after"), "1");
    EXPECT_EQ(reply.header("connection"), "close");
    EXPECT_EQ(first.exchange(kGet).status, 200) << "the others go on";
  }
  const auto giveUp = std::chrono::steady_clock::now() + kSoon;
  int status = 503;
  while (status != 200 && std::chrono::steady_clock::now() < giveUp) status = send(kGet).status;
  EXPECT_EQ(status, 200) << "there is room again";
}

TEST_F(HttpConnectionTest, SilentAndSlowSendersDoNotDisturbAGoodOne) {
  start();
  std::vector<std::unique_ptr<HttpClient>> others;
  for (int i = 0; i < 60; ++i) {
    others.push_back(std::make_unique<HttpClient>(endpoint()));
    if (i % 3 == 1) others.back()->send(postText("/v1/traces", kProtobuf, protobufSpans(100)).substr(0, 500));
    if (i % 3 == 2) others.back()->send("\x01\x02garbage\r\n");
  }
  HttpClient good(endpoint());
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(good.exchange(postText("/v1/traces", kProtobuf, protobufSpans(10))).status, 200);
  EXPECT_EQ(visibleSpans(), 500U);
}

TEST_F(HttpConnectionTest, LargeBodiesAreTakenAsLongAsThereIsMemory) {
  ReceiverOptions options;
  options.maxMessageBytes = size_t{300} << 20;  // together at most 1200 MiB
  start(options);
  std::vector<std::unique_ptr<HttpClient>> large;
  const std::string head =
      "POST /v1/traces HTTP/1.1\r\n" + std::string(kProtobuf) + "Content-Length: 300000000\r\n\r\n";
  for (int i = 0; i < 8; ++i) {
    large.push_back(std::make_unique<HttpClient>(endpoint()));
    large.back()->send(head + std::string(1000, 'x'));
  }
  expectAlive();  // what was only announced takes no memory
}

TEST_F(HttpConnectionTest, EndsWithOpenConnections) {
  start();
  HttpClient idle(endpoint()), busy(endpoint());
  idle.exchange(kGet);
  busy.send(postText("/v1/traces", kProtobuf, protobufSpans(100)).substr(0, 500));
  const Endpoint before = endpoint();
  receiver.reset();
  EXPECT_TRUE(idle.endsWithin(kSoon));
  EXPECT_TRUE(busy.endsWithin(kSoon));
  auto again = HttpReceiver::start(before, HttpReceiver::Protocol::Otlp, {}, service);
  EXPECT_TRUE(again.ok()) << "the port is free at once";
}

TEST_F(HttpConnectionTest, ARequestThatRunsIsFinishedAtTheEnd) {
  start();
  const std::string request = postText("/v1/traces", kProtobuf, protobufSpans(20000));
  HttpClient client(endpoint());
  client.send(std::string_view(request).substr(0, request.size() - 10));
  client.send(std::string_view(request).substr(request.size() - 10));
  while (service.counters().requests == 0) std::this_thread::yield();
  receiver.reset();
  EXPECT_EQ(client.read().status, 200);
}

}  // namespace
}  // namespace waybill::ingest
