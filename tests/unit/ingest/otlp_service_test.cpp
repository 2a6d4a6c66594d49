// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/otlp_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>

#include "ingest/otlp_check.h"
#include "otlp/fields.h"
#include "otlp/wire_writer.h"
#include "support/trace_dsl.h"

namespace waybill::ingest {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const ClientName kClient{"127.0.0.1", "test/1", "HTTP"};

std::string twoSpans() {
  return test::encode(test::parseTrace("web GET /  0..10ms SERVER\n  db SELECT 2..8ms CLIENT\n"));
}

// A message with one span whose bytes are given.
std::string around(std::string_view span) {
  otlp::WireWriter wire;
  const auto resource = wire.open(otlp::traces_data::kResourceSpans);
  const auto scope = wire.open(otlp::resource_spans::kScopeSpans);
  wire.text(otlp::scope_spans::kSpans, span);
  wire.close(scope);
  wire.close(resource);
  return std::string(wire.bytes());
}

class OtlpServiceTest : public testing::Test {
 protected:
  ExportAnswer send(Encoding encoding, std::string_view payload, OtlpSignal signal = OtlpSignal::Traces) {
    return service.exportPayload(signal, encoding, payload, kClient);
  }
  uint32_t spans() {
    const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const uint64_t expected = service.counters().spans;
    while (store->snapshot()->spanCount() < expected && std::chrono::steady_clock::now() < giveUp) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return store->snapshot()->spanCount();
  }

  std::unique_ptr<LiveStore> store = LiveStore::open("").value();
  OtlpService service{*store};
};

}  // namespace

TEST_F(OtlpServiceTest, AWholeRequestIsKeptByteForByte) {
  const std::string payload = twoSpans();
  const ExportAnswer answer = send(Encoding::Protobuf, payload);
  EXPECT_TRUE(answer.ok());
  EXPECT_THAT(answer.message, IsEmpty());
  EXPECT_THAT(responseBody(answer, Encoding::Protobuf), IsEmpty());
  EXPECT_EQ(responseBody(answer, Encoding::Json), "{}");
  EXPECT_EQ(store->captureBytes(), payload.size() + 4);
  EXPECT_EQ(spans(), 2U);
}

TEST_F(OtlpServiceTest, AnEmptyRequestIsASuccess) {
  EXPECT_TRUE(send(Encoding::Protobuf, "").ok());
  EXPECT_TRUE(send(Encoding::Json, "{}").ok());
  EXPECT_TRUE(send(Encoding::Json, R"({"resourceSpans":[]})").ok());
  EXPECT_EQ(service.counters().requests, 3U);
  EXPECT_EQ(store->captureBytes(), 0U);
}

TEST_F(OtlpServiceTest, BadBytesAreRefusedAndNothingOfThemIsKept) {
  const std::string whole = twoSpans();
  for (const std::string& payload :
       {whole.substr(0, whole.size() - 3), std::string("\xFF\xFF\xFF"), std::string("{}")}) {
    const ExportAnswer answer = send(Encoding::Protobuf, payload);
    EXPECT_EQ(answer.code, RpcCode::InvalidArgument);
    EXPECT_EQ(answer.retryAfter.count(), 0);
  }
  for (const char* payload : {"", "{", "[1,2", "hello", R"({"resourceSpans":[]} {"resourceSpans":[]})",
                              R"({"resourceMetrics":[{}]})"}) {
    EXPECT_EQ(send(Encoding::Json, payload).code, RpcCode::InvalidArgument) << payload;
  }
  EXPECT_EQ(store->captureBytes(), 0U);
  EXPECT_EQ(service.counters().refused, 9U);
  EXPECT_THAT(service.lastProblem(), HasSubstr("JSON"));
}

TEST_F(OtlpServiceTest, SpansWithoutIdsAreKeptWithAWarning) {
  otlp::WireWriter span;
  span.text(otlp::span::kName, "nameless");
  const ExportAnswer answer = send(Encoding::Protobuf, around(span.bytes()));
  EXPECT_TRUE(answer.ok());
  EXPECT_EQ(answer.rejectedSpans, 0);
  EXPECT_THAT(answer.message, HasSubstr("1 span without a valid trace id or span id is kept"));
  EXPECT_EQ(responseBody(answer, Encoding::Json),
            R"({"partialSuccess":{"errorMessage":")" + answer.message + "\"}}");
  EXPECT_EQ(spans(), 1U);
}

TEST_F(OtlpServiceTest, ADamagedSpanIsRejectedTheOthersAreKept) {
  const std::string good = twoSpans();
  const std::string payload = good + around("\x0A\x7Fshort") + good;
  const ExportAnswer answer = send(Encoding::Protobuf, payload);
  EXPECT_TRUE(answer.ok());
  EXPECT_EQ(answer.rejectedSpans, 1);
  EXPECT_THAT(responseBody(answer, Encoding::Json), HasSubstr(R"("rejectedSpans":"1")"));
  EXPECT_EQ(spans(), 4U);
  EXPECT_EQ(service.counters().rejectedSpans, 1U);
  const std::string kept = withoutDamagedSpans(payload);
  EXPECT_EQ(checkTracesData(kept).damagedSpans, 0U);
  EXPECT_EQ(kept.substr(0, good.size()), good);
}

TEST_F(OtlpServiceTest, JsonBecomesTheSameSpans) {
  const ExportAnswer answer = send(Encoding::Json, R"({"resourceSpans":[{"scopeSpans":[{"spans":[
    {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","name":"I'm a span",
     "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000"}, 7]}]}]})");
  EXPECT_TRUE(answer.ok()) << answer.message;
  EXPECT_EQ(answer.rejectedSpans, 1) << "7 is no span";
  EXPECT_EQ(spans(), 1U);
  EXPECT_EQ(store->snapshot()->name(SpanRow(0)), "I'm a span");
}

TEST_F(OtlpServiceTest, AFullDiskAsksToComeAgain) {
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small { 10, before.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const ExportAnswer answer = send(Encoding::Protobuf, twoSpans());
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(answer.code, RpcCode::Unavailable);
  EXPECT_GT(answer.retryAfter.count(), 0);
  EXPECT_THAT(statusBody(answer, Encoding::Json), HasSubstr(R"("retryDelay":"5s")"));
  EXPECT_TRUE(send(Encoding::Protobuf, twoSpans()).ok()) << "there is room again";
  EXPECT_EQ(spans(), 2U);
}

TEST_F(OtlpServiceTest, OtherSignalsAreAnsweredAndCounted) {
  for (const OtlpSignal signal : {OtlpSignal::Metrics, OtlpSignal::Logs, OtlpSignal::Profiles}) {
    EXPECT_TRUE(send(Encoding::Protobuf, "anything", signal).ok());
  }
  EXPECT_EQ(service.counters().otherSignals, 3U);
  EXPECT_EQ(service.counters().requests, 0U);
}

TEST_F(OtlpServiceTest, CountsByClientAndTellsApartOnlySoMany) {
  for (size_t i = 0; i < OtlpService::kMaxClients + 10; ++i) {
    service.exportPayload(OtlpSignal::Traces, Encoding::Json, "{}",
                          {"10.0.0.1", "agent " + std::to_string(i), "gRPC"});
  }
  service.countRefused(kClient, "not allowed");
  const auto clients = service.clients();
  EXPECT_EQ(clients.size(), OtlpService::kMaxClients);
  EXPECT_EQ(clients.front().name, kClient);
  EXPECT_EQ(clients.front().lastProblem, "not allowed");
  EXPECT_EQ(service.counters().requests, OtlpService::kMaxClients + 10);
}

TEST_F(OtlpServiceTest, TheTapSeesWhatWasAcceptedOnly) {
  std::vector<std::string> seen;
  service.setTap([&seen](OtlpSignal, Encoding, std::string_view payload) { seen.emplace_back(payload); });
  send(Encoding::Protobuf, twoSpans());
  send(Encoding::Protobuf, "\xFF");
  send(Encoding::Json, "{}", OtlpSignal::Logs);
  EXPECT_THAT(seen, testing::ElementsAre(twoSpans(), "{}"));
}

}  // namespace waybill::ingest
