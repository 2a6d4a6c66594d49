// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/grpc_receiver_fixture.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/bytes.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

namespace waybill::ingest {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;

void waitUntil(const std::function<bool()>& done) {
  const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done() && std::chrono::steady_clock::now() < giveUp) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::string idOf(uint64_t number, size_t bytes) {
  std::string id(bytes, '\0');
  storeBigEndian64(id.data() + bytes - sizeof number, number);
  return id;
}

}  // namespace

void GrpcReceiverTest::start(const ReceiverOptions& options) {
  auto started = GrpcReceiver::start({"127.0.0.1", 0}, options, service);
  ASSERT_TRUE(started.ok()) << started.error().message;
  receiver = std::move(started).value();
}

uint32_t GrpcReceiverTest::visibleSpans() const {
  const uint64_t accepted = service.counters().spans;
  waitUntil([&] { return store->snapshot()->spanCount() >= accepted; });
  return store->snapshot()->spanCount();
}

uint64_t GrpcReceiverTest::refused(uint64_t atLeast) const {
  waitUntil([&] { return service.counters().refused >= atLeast; });
  return service.counters().refused;
}

std::string GrpcReceiverTest::folder() const {
  const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
  const std::filesystem::path path = std::filesystem::path(WAYBILL_TEST_OUTPUT) / "grpc" / test->name();
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

std::string traceRequest(int spans, size_t attributeBytes) {
  static std::atomic<uint64_t> next{1};
  collector::ExportTraceServiceRequest request;
  auto* const resource = request.add_resource_spans();
  auto* const service = resource->mutable_resource()->add_attributes();
  service->set_key("service.name");
  service->mutable_value()->set_string_value("shop");
  auto* const scope = resource->add_scope_spans();
  for (int i = 0; i < spans; ++i) {
    const uint64_t number = next++;
    auto* const span = scope->add_spans();
    span->set_trace_id(idOf(number, 16));
    span->set_span_id(idOf(number, 8));
    span->set_name("GET /");
    span->set_start_time_unix_nano(1'767'225'600'000'000'000U + number);
    span->set_end_time_unix_nano(1'767'225'600'000'000'000U + number + 1000);
    auto* const attribute = span->add_attributes();
    attribute->set_key("text");
    attribute->mutable_value()->set_string_value(std::string(attributeBytes, 'x'));
  }
  return request.SerializeAsString();
}

PartialSuccess partialSuccess(const std::string& response) {
  collector::ExportTraceServiceResponse message;
  if (!message.ParseFromString(response)) {
    ADD_FAILURE() << "the response is no ExportTraceServiceResponse";
    return {};
  }
  return {message.has_partial_success(), message.partial_success().rejected_spans(),
          message.partial_success().error_message()};
}

}  // namespace waybill::ingest
