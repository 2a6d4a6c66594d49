// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <random>
#include <thread>

#include "unit/ingest/compressed.h"
#include "unit/ingest/grpc_receiver_fixture.h"
#include "unit/ingest/raw_http2.h"

// Slow, greedy and hostile clients: each is bounded, and the others do not notice.
namespace waybill::ingest {
namespace {

using testing::HasSubstr;
using std::chrono::seconds;

class GrpcLimitsTest : public GrpcReceiverTest {
 protected:
  void expectAGoodClientIsServed() {
    const GrpcReply reply = GrpcClient(endpoint()).call(kTraceExport, traceRequest(1));
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  }
};

size_t openDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

std::string noise(size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(bytes, '\0');
  for (char& byte : text) byte = static_cast<char>(random());
  return text;
}

}  // namespace

TEST_F(GrpcLimitsTest, ARequestThatDoesNotArriveIsGivenUp) {
  ReceiverOptions options;
  options.requestTimeout = seconds(1);
  start(options);
  RawHttp2 slow(endpoint());
  ASSERT_TRUE(slow.sendPreface());
  ASSERT_TRUE(slow.sendCall(1, kTraceExport));
  const std::string message = RawHttp2::message(traceRequest(100), false);
  ASSERT_TRUE(slow.sendData(1, message.substr(0, message.size() / 2), false));
  EXPECT_THAT(slow.readUntil("grpc-status"), HasSubstr(statusOnTheWire(14)));
  EXPECT_EQ(refused(1), 1U);
  slow.sendData(1, message.substr(message.size() / 2), true);
  expectAGoodClientIsServed();
  EXPECT_EQ(visibleSpans(), 1U);
}

TEST_F(GrpcLimitsTest, ACallThatEndsWithoutAMessageIsBadData) {
  start();
  RawHttp2 client(endpoint());
  ASSERT_TRUE(client.sendPreface());
  ASSERT_TRUE(client.sendCall(1, kTraceExport));
  ASSERT_TRUE(client.sendData(1, "", true));
  EXPECT_THAT(client.readUntil("grpc-status"), HasSubstr(statusOnTheWire(3)));
}

TEST_F(GrpcLimitsTest, AClientThatLeavesInTheMiddleIsForgotten) {
  start();
  for (int i = 0; i < 20; ++i) {
    RawHttp2 client(endpoint());
    ASSERT_TRUE(client.sendPreface());
    ASSERT_TRUE(client.sendCall(1, kTraceExport));
    ASSERT_TRUE(client.sendData(1, RawHttp2::message(traceRequest(10), false).substr(0, 50), false));
  }
  EXPECT_EQ(refused(20), 20U);
  expectAGoodClientIsServed();
}

TEST_F(GrpcLimitsTest, WhoeverSaysNothingIsDisconnected) {
  ReceiverOptions options;
  options.stallTimeout = seconds(1);
  start(options);
  RawHttp2 silent(endpoint());
  ASSERT_TRUE(silent.isConnected());
  EXPECT_TRUE(silent.closedWithin(seconds(30)));
}

TEST_F(GrpcLimitsTest, AnIdleConnectionIsClosed) {
  ReceiverOptions options;
  options.idleTimeout = seconds(1);
  start(options);
  RawHttp2 idle(endpoint());
  ASSERT_TRUE(idle.sendPreface());
  EXPECT_TRUE(idle.closedWithin(seconds(30)));
}

TEST_F(GrpcLimitsTest, ConnectionsAboveTheLimitAreClosedUntilOthersEnd) {
  ReceiverOptions options;
  options.maxConnections = 5;
  start(options);
  std::vector<std::unique_ptr<RawHttp2>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<RawHttp2>(endpoint()));
    ASSERT_TRUE(clients.back()->sendPreface());
    ASSERT_FALSE(clients.back()->readUntil("\x04").empty()) << "the server's settings";
  }
  RawHttp2 sixth(endpoint());
  EXPECT_TRUE(sixth.closedWithin(seconds(30)));
  clients.clear();
  bool served = false;
  for (int attempt = 0; attempt < 300 && !served; ++attempt) {
    served = GrpcClient(endpoint()).call(kTraceExport, traceRequest(1)).status.ok();
    if (!served) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(served);
}

TEST_F(GrpcLimitsTest, ABombIsBounded) {
  start();
  const std::string bomb = compressed(ContentCoding::Gzip, std::string(size_t{128} << 20, '\0'));
  const GrpcReply reply = GrpcClient(endpoint()).call(kTraceExport, bomb);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(reply.status.error_message(), HasSubstr("larger than 64 MiB after decompression"));
}

TEST_F(GrpcLimitsTest, GarbageEndsTheConnectionAndNothingElse) {
  start();
  for (unsigned seed = 0; seed < 60; ++seed) {
    RawHttp2 hostile(endpoint());
    switch (seed % 6) {
      case 0: hostile.send(noise(5000, seed)); break;
      case 1: hostile.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"); break;
      case 2: hostile.send("\x16\x03\x01\x02\x00\x01" + noise(512, seed)); break;
      case 3: hostile.sendPreface(); hostile.send(noise(5000, seed)); break;
      case 4:
        hostile.sendPreface();
        hostile.sendCall(1, kTraceExport);
        hostile.sendData(1, noise(20000, seed), true);
        break;
      default:
        hostile.sendPreface();
        hostile.sendCall(1, kTraceExport, {{"grpc-encoding", "zstd"}, {"grpc-timeout", "-1x"}});
        hostile.sendData(1, RawHttp2::message(noise(20000, seed), true), true);
        break;
    }
    hostile.readUntil({}, seconds(0));
  }
  expectAGoodClientIsServed();
  EXPECT_EQ(visibleSpans(), 1U);
}

TEST_F(GrpcLimitsTest, StartingAndStoppingLeavesNothingOpen) {
  const auto once = [this] {
    start();
    RawHttp2 idle(endpoint());
    idle.sendPreface();
    expectAGoodClientIsServed();
    stop();
  };
  once();  // what gRPC opens once for the process
  const size_t before = openDescriptors();
  for (int i = 0; i < 3; ++i) once();
  size_t after = openDescriptors();
  for (int i = 0; i < 600 && after > before; ++i) {  // gRPC closes what clients leave a moment later
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    after = openDescriptors();
  }
  EXPECT_LE(after, before);
}

}  // namespace waybill::ingest
