// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/http_receiver_fixture.h"

#include <simdjson.h>

#include <chrono>
#include <protozero/pbf_reader.hpp>
#include <thread>

#include "base/ids.h"
#include "support/trace_dsl.h"

namespace waybill::ingest {
namespace {

template <typename Ready>
void waitFor(Ready&& ready) {
  const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!ready() && std::chrono::steady_clock::now() < giveUp)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace

void HttpReceiverTest::start(const ReceiverOptions& options, HttpReceiver::Protocol protocol) {
  auto started = HttpReceiver::start({"127.0.0.1", 0}, protocol, options, service);
  ASSERT_TRUE(started.ok()) << started.error().message;
  receiver = std::move(started).value();
}

uint32_t HttpReceiverTest::visibleSpans() const {
  const uint64_t expected = service.counters().spans;
  waitFor([&] { return store->snapshot()->spanCount() >= expected; });
  return store->snapshot()->spanCount();
}

uint64_t HttpReceiverTest::refused(uint64_t atLeast) const {
  waitFor([&] { return service.counters().refused >= atLeast; });
  return service.counters().refused;
}

std::string protobufSpans(int spans) {
  std::vector<test::SpanSpec> specs;
  for (int i = 0; i < spans; ++i) {
    test::SpanSpec spec;
    spec.id = static_cast<uint64_t>(i) + 1;
    spec.startNs = static_cast<uint64_t>(test::kEpochNs);
    spec.endNs = spec.startNs + 1000;
    specs.push_back(spec);
  }
  return test::encode(specs);
}

std::string jsonSpans(int spans) {
  std::string text = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)";
  for (int i = 0; i < spans; ++i) {
    text +=
        std::string(i == 0 ? "" : ",") + R"({"traceId":"5b8efff798038103d269b633813fc60c","spanId":")" +
        toHex(SpanId{static_cast<uint64_t>(i) + 1}) +
        R"(","name":"n","startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600000001000"})";
  }
  return text + "]}]}]}";
}

StatusText statusIn(const HttpReply& reply) {
  StatusText status;
  if (reply.header("content-type") == "application/json") {
    simdjson::dom::parser parser;
    const simdjson::padded_string text(reply.body);
    simdjson::dom::element root;
    std::string_view message;
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        root["code"].get(status.code) != simdjson::SUCCESS ||
        root["message"].get(message) != simdjson::SUCCESS) {
      return {};
    }
    status.message = message;
    return status;
  }
  if (reply.header("content-type") != "application/x-protobuf") return {};
  protozero::pbf_reader reader(reply.body);
  while (reader.next()) {
    if (reader.tag() == 1) {
      status.code = reader.get_int32();
    } else if (reader.tag() == 2) {
      status.message = reader.get_string();
    } else {
      reader.skip();
    }
  }
  return status;
}

}  // namespace waybill::ingest
