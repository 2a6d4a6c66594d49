// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/receiver_options.h"

namespace waybill::ingest {

inline constexpr const char* kTraceExport = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
inline constexpr const char* kMetricsExport = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
inline constexpr const char* kLogsExport = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
inline constexpr const char* kProfilesExport =
    "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";

struct GrpcReply {
  grpc::Status status;
  std::string body;  // the response message, as it came

  // Of google.rpc.Status in grpc-status-details-bin.
  int detailCode() const;
  std::string detailMessage() const;
  int64_t retrySeconds() const;  // of its RetryInfo; -1 when there is none
};

struct GrpcCallOptions {
  grpc_compression_algorithm compression = GRPC_COMPRESS_NONE;
  std::vector<std::pair<std::string, std::string>> metadata = {};
  bool waitForReady = false;  // a connection that fails is tried again, as the exporters of the SDKs do
};

// A real gRPC client with a connection of its own, which sends bytes as they are.
class GrpcClient {
 public:
  explicit GrpcClient(const Endpoint& endpoint,
                      const std::shared_ptr<grpc::ChannelCredentials>& credentials = grpc::InsecureChannelCredentials(),
                      const std::string& userAgent = "waybill-test/1");

  // Gives up after a minute, with DEADLINE_EXCEEDED.
  GrpcReply call(const std::string& method, std::string_view request, const GrpcCallOptions& options = {});

 private:
  grpc::GenericStub m_stub;
};

}  // namespace waybill::ingest
