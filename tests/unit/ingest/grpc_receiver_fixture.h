// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ingest/grpc_receiver.h"
#include "unit/ingest/grpc_client.h"

namespace waybill::ingest {

// A receiver on a free port, with a temporary store behind it.
class GrpcReceiverTest : public testing::Test {
 protected:
  void start(const ReceiverOptions& options = {});
  void stop() { receiver.reset(); }
  Endpoint endpoint() const { return receiver->bound(); }

  // Spans in the store, once as many as were accepted are visible.
  uint32_t visibleSpans() const;
  // Waits until so many requests were refused, and says how many were.
  uint64_t refused(uint64_t atLeast) const;
  // An empty folder for the test.
  std::string folder() const;

  std::unique_ptr<LiveStore> store = LiveStore::open("").value();
  OtlpService service{*store};
  std::unique_ptr<GrpcReceiver> receiver;
};

// An ExportTraceServiceRequest with so many spans, built and serialized by libprotobuf. Ids differ from call to call.
std::string traceRequest(int spans, size_t attributeBytes = 16);

// The message of partial_success in an ExportTraceServiceResponse and its rejected_spans, read by libprotobuf.
struct PartialSuccess {
  bool isSet = false;
  int64_t rejected = 0;
  std::string message;
};
PartialSuccess partialSuccess(const std::string& response);

}  // namespace waybill::ingest
