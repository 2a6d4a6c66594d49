// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ingest/http_receiver.h"
#include "unit/ingest/http_client.h"

namespace waybill::ingest {

inline constexpr std::string_view kProtobuf = "Content-Type: application/x-protobuf\r\n";
inline constexpr std::string_view kJson = "Content-Type: application/json\r\n";

// A receiver on a free port, with a temporary store behind it.
class HttpReceiverTest : public testing::Test {
 protected:
  void start(const ReceiverOptions& options = {},
             HttpReceiver::Protocol protocol = HttpReceiver::Protocol::Otlp);
  Endpoint endpoint() const { return receiver->bound(); }

  // One request over a connection of its own.
  HttpReply send(std::string_view request) { return HttpClient(endpoint()).exchange(request); }
  HttpReply post(std::string_view path, std::string_view headers, std::string_view body) {
    return send(postText(path, headers, body));
  }

  // Spans in the store, once as many as were accepted are visible.
  uint32_t visibleSpans() const;
  // Waits until so many requests were refused, and says how many were.
  uint64_t refused(uint64_t atLeast) const;

  std::unique_ptr<LiveStore> store = LiveStore::open("").value();
  OtlpService service{*store};
  std::unique_ptr<HttpReceiver> receiver;
};

// An ExportTraceServiceRequest with so many spans, in protobuf and in JSON.
std::string protobufSpans(int spans = 1);
std::string jsonSpans(int spans = 1);

// A google.rpc.Status as it stands in an answer.
struct StatusText {
  int64_t code = -1;  // when the body is none
  std::string message;
};
StatusText statusIn(const HttpReply& reply);

}  // namespace waybill::ingest
