// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/grpc_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

#include "otlp/fields.h"
#include "otlp/wire_writer.h"
#include "unit/ingest/compressed.h"
#include "unit/ingest/grpc_receiver_fixture.h"
#include "unit/ingest/raw_http2.h"

// Every row of OTLP/GRPC: https://opentelemetry.io/docs/specs/otlp/#otlpgrpc. What keeps hostile and slow clients in
// their bounds is in grpc_limits_test.cpp, who may send in grpc_access_test.cpp.
namespace waybill::ingest {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr size_t kMiB = size_t{1} << 20;

// One span with a span id that is too short, and a good one; or one that is cut.
std::string oddRequest(bool cut) {
  otlp::WireWriter wire;
  const auto resource = wire.open(otlp::traces_data::kResourceSpans);
  const auto scope = wire.open(otlp::resource_spans::kScopeSpans);
  const auto span = wire.open(otlp::scope_spans::kSpans);
  wire.text(otlp::span::kTraceId, "0123456789abcdef");
  wire.text(otlp::span::kSpanId, cut ? "01234567" : "");
  wire.text(otlp::span::kName, "odd");
  wire.close(span);
  if (cut) wire.text(otlp::scope_spans::kSpans, "\x0A\x10 too short");
  wire.close(scope);
  wire.close(resource);
  return std::string(wire.bytes());
}

}  // namespace

TEST_F(GrpcReceiverTest, TakesEveryCompressionOfTheSpecificationAndMore) {
  start();
  GrpcClient client(endpoint());
  uint32_t expected = 0;
  for (const auto compression : {GRPC_COMPRESS_NONE, GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    SCOPED_TRACE(compression);
    const GrpcReply reply = client.call(kTraceExport, traceRequest(100), {compression, {}});
    EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
    EXPECT_EQ(reply.body, "") << "full success is the empty message";
    EXPECT_EQ(visibleSpans(), expected += 100);
  }
  EXPECT_EQ(service.counters().requests, 3U);
}

// The Collector's exporter can be told to; gRPC C++ knows no zstd, so the frames are made by hand.
TEST_F(GrpcReceiverTest, TakesZstdAsTheCollectorSendsIt) {
  start();
  RawHttp2 client(endpoint());
  ASSERT_TRUE(client.sendPreface());
  ASSERT_TRUE(client.sendCall(1, kTraceExport, {{"grpc-encoding", "zstd"}}));
  const std::string request = compressed(ContentCoding::Zstd, traceRequest(100));
  ASSERT_TRUE(client.sendData(1, RawHttp2::message(request, true), true));
  EXPECT_THAT(client.readUntil("grpc-status"), HasSubstr(statusOnTheWire(0)));
  EXPECT_EQ(visibleSpans(), 100U);
}

TEST_F(GrpcReceiverTest, ACompressionThatNobodyKnowsIsBadData) {
  start();
  RawHttp2 client(endpoint());
  ASSERT_TRUE(client.sendPreface());
  ASSERT_TRUE(client.sendCall(1, kTraceExport, {{"grpc-encoding", "snappy"}}));
  ASSERT_TRUE(client.sendData(1, RawHttp2::message("\xFF\x06\x00\x00sNaPpY and so on", true), true));
  EXPECT_THAT(client.readUntil("grpc-status"), HasSubstr(statusOnTheWire(3)));
  EXPECT_EQ(refused(1), 1U);
}

TEST_F(GrpcReceiverTest, AnEmptyRequestIsASuccess) {
  start();
  GrpcClient client(endpoint());
  for (const std::string& request : {std::string(), traceRequest(0)}) {
    const GrpcReply reply = client.call(kTraceExport, request);
    EXPECT_TRUE(reply.status.ok());
    EXPECT_EQ(reply.body, "");
  }
  EXPECT_EQ(service.counters().requests, 2U);
  EXPECT_EQ(visibleSpans(), 0U);
}

TEST_F(GrpcReceiverTest, SpansWithoutIdsAreKeptWithAWarning) {
  start();
  const GrpcReply reply = GrpcClient(endpoint()).call(kTraceExport, oddRequest(false));
  ASSERT_TRUE(reply.status.ok());
  const PartialSuccess partial = partialSuccess(reply.body);
  EXPECT_TRUE(partial.isSet);
  EXPECT_EQ(partial.rejected, 0);
  EXPECT_THAT(partial.message, HasSubstr("1 span without a valid trace id or span id"));
  EXPECT_EQ(visibleSpans(), 1U);
}

TEST_F(GrpcReceiverTest, WhatCannotBeReadAsASpanIsRejectedTheRestIsKept) {
  start();
  const GrpcReply reply = GrpcClient(endpoint()).call(kTraceExport, oddRequest(true));
  ASSERT_TRUE(reply.status.ok());
  const PartialSuccess partial = partialSuccess(reply.body);
  EXPECT_TRUE(partial.isSet);
  EXPECT_EQ(partial.rejected, 1);
  EXPECT_THAT(partial.message, HasSubstr("1 span could not be read"));
  EXPECT_EQ(visibleSpans(), 1U);
  EXPECT_EQ(service.counters().rejectedSpans, 1U);
}

TEST_F(GrpcReceiverTest, BadDataIsAnInvalidArgument) {
  start();
  GrpcClient client(endpoint());
  const std::string good = traceRequest(10);
  const std::string gzip = compressed(ContentCoding::Gzip, good);
  for (const std::string& request : {good.substr(0, good.size() - 3), std::string("no protobuf at all"),
                                     gzip.substr(0, gzip.size() / 2)}) {
    const GrpcReply reply = client.call(kTraceExport, request);
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(reply.status.error_message(), HasSubstr("cut or damaged"));
    EXPECT_EQ(reply.detailCode(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(reply.detailMessage(), reply.status.error_message());
    EXPECT_EQ(reply.retrySeconds(), -1);
  }
  EXPECT_EQ(service.counters().refused, 3U);
  EXPECT_EQ(visibleSpans(), 0U);
}

TEST_F(GrpcReceiverTest, TooLargeIsResourceExhaustedWithoutRetry) {
  ReceiverOptions options;
  options.maxMessageBytes = kMiB;
  start(options);
  GrpcClient client(endpoint());
  const std::string large = traceRequest(10, kMiB / 10);
  ASSERT_GT(large.size(), kMiB);
  uint64_t expected = 0;
  for (const auto compression : {GRPC_COMPRESS_NONE, GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    SCOPED_TRACE(compression);
    const GrpcReply reply = client.call(kTraceExport, large, {compression, {}});
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_THAT(reply.status.error_message(), HasSubstr("larger than 1 MiB"));
    EXPECT_EQ(reply.retrySeconds(), -1);
    EXPECT_EQ(service.counters().refused, ++expected);
  }
  EXPECT_THAT(client.call(kTraceExport, compressed(ContentCoding::Zstd, large)).status.error_message(),
              HasSubstr("larger than 1 MiB after decompression"));
  EXPECT_TRUE(client.call(kTraceExport, traceRequest(9, kMiB / 10)).status.ok()) << "the connection still works";
}

TEST_F(GrpcReceiverTest, SixtyFourMebibytesAreWelcome) {
  start();
  GrpcClient client(endpoint());
  std::string request = traceRequest(60, kMiB);
  ASSERT_LT(request.size(), 64 * kMiB);
  EXPECT_TRUE(client.call(kTraceExport, request).status.ok());
  EXPECT_TRUE(client.call(kTraceExport, request, {GRPC_COMPRESS_GZIP, {}}).status.ok());
  EXPECT_EQ(visibleSpans(), 120U);
  request = traceRequest(64, kMiB);
  EXPECT_EQ(client.call(kTraceExport, request).status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(GrpcReceiverTest, OtherSignalsSucceedAndAreCounted) {
  start();
  GrpcClient client(endpoint());
  for (const char* method : {kMetricsExport, kLogsExport, kProfilesExport}) {
    const GrpcReply reply = client.call(method, traceRequest(3), {GRPC_COMPRESS_GZIP, {}});
    EXPECT_TRUE(reply.status.ok()) << method;
    EXPECT_EQ(reply.body, "");
  }
  EXPECT_EQ(service.counters().otherSignals, 3U);
  EXPECT_EQ(service.counters().requests, 0U);
  EXPECT_EQ(visibleSpans(), 0U);
}

TEST_F(GrpcReceiverTest, AnUnknownMethodIsUnimplemented) {
  start();
  GrpcClient client(endpoint());
  for (const char* method : {"/opentelemetry.proto.collector.trace.v1.TraceService/Import", "/a/b",
                             "/opentelemetry.proto.collector.trace.v1.TraceService/export"}) {
    const GrpcReply reply = client.call(method, traceRequest(1));
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
    EXPECT_THAT(reply.status.error_message(), HasSubstr(method));
  }
  EXPECT_TRUE(client.call(kTraceExport, traceRequest(1)).status.ok());
}

TEST_F(GrpcReceiverTest, AFullDiskIsUnavailableWithATimeToComeAgain) {
  start();
  GrpcClient client(endpoint());
  ASSERT_TRUE(client.call(kTraceExport, traceRequest(1)).status.ok());
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small{10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const GrpcReply reply = client.call(kTraceExport, traceRequest(1));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(reply.status.error_message(), HasSubstr("full"));
  EXPECT_GT(reply.retrySeconds(), 0);
  EXPECT_TRUE(client.call(kTraceExport, traceRequest(1)).status.ok()) << "there is room again";
  EXPECT_EQ(visibleSpans(), 2U);
}

TEST_F(GrpcReceiverTest, ClientsAreToldApartByAddressAndUserAgent) {
  start();
  GrpcClient python(endpoint(), grpc::InsecureChannelCredentials(), "OTel-OTLP-Exporter-Python/1.27.0");
  GrpcClient java(endpoint(), grpc::InsecureChannelCredentials(), "OTel-OTLP-Exporter-Java/1.42.1");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(python.call(kTraceExport, traceRequest(2)).status.ok());
  EXPECT_TRUE(java.call(kTraceExport, traceRequest(5)).status.ok());
  const std::vector<ClientCounters> clients = service.clients();
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(clients[0].name.address, "127.0.0.1");
  EXPECT_EQ(clients[0].name.transport, "gRPC");
  EXPECT_THAT(clients[0].name.userAgent, HasSubstr("OTel-OTLP-Exporter-Java/1.42.1"));
  EXPECT_EQ(clients[0].counters.spans, 5U);
  EXPECT_EQ(clients[1].counters.requests, 3U);
}

TEST_F(GrpcReceiverTest, MetadataOfAnyKindDoesNoHarm) {
  start();
  const GrpcReply reply = GrpcClient(endpoint()).call(
      kTraceExport, traceRequest(1),
      {GRPC_COMPRESS_NONE,
       {{"x-binary-bin", std::string("\0\xFF\n", 3)}, {"grpc-previous-rpc-attempts", "7"}, {"traceparent", "00-0-0-0"},
        {"authorization", "Bearer nobody asked"}, {"x-long", std::string(4000, 'x')}}});
  EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  EXPECT_EQ(visibleSpans(), 1U);
}

TEST_F(GrpcReceiverTest, ManyClientsAtOnceLoseAndDoubleNothing) {
  start();
  constexpr int kClients = 16, kRequests = 25, kSpans = 40;
  std::vector<std::jthread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([this, i] {
      GrpcClient client(endpoint());
      for (int request = 0; request < kRequests; ++request) {
        const auto compression = (i + request) % 2 == 0 ? GRPC_COMPRESS_NONE : GRPC_COMPRESS_GZIP;
        const GrpcReply reply = client.call(kTraceExport, traceRequest(kSpans), {compression, {}, true});
        EXPECT_TRUE(reply.status.ok()) << reply.status.error_code() << ' ' << reply.status.error_message();
      }
    });
  }
  clients.clear();
  EXPECT_EQ(service.counters().requests, uint64_t{kClients} * kRequests);
  EXPECT_EQ(visibleSpans(), uint32_t{kClients} * kRequests * kSpans);
  EXPECT_EQ(store->snapshot()->traceCount(), uint32_t{kClients} * kRequests * kSpans) << "every span has its trace";
}

TEST_F(GrpcReceiverTest, AnsweredRequestsAreThereAfterItStopped) {
  start();
  std::thread sender([this] {
    GrpcClient client(endpoint());
    while (client.call(kTraceExport, traceRequest(10)).status.ok()) {
    }
  });
  while (service.counters().requests < 5) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  stop();
  sender.join();
  EXPECT_EQ(visibleSpans(), service.counters().requests * 10);
}

}  // namespace waybill::ingest
