// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <cstddef>

#include "ingest/access_policy.h"
#include "ingest/grpc_arrivals.h"
#include "ingest/otlp_service.h"

namespace waybill::ingest {

// What the calls of a receiver share. Outlives them.
struct GrpcCallContext {
  OtlpService& service;
  const AccessPolicy access;
  const size_t maxMessageBytes;
  GrpcArrivals& arrivals;
};

// Serves one call, from its headers to its answer, and is gone with it.
grpc::ServerGenericBidiReactor* serveExportCall(const GrpcCallContext& shared,
                                                const grpc::GenericCallbackServerContext& call);

}  // namespace waybill::ingest
