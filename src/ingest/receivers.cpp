// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/receivers.h"

#include <sys/resource.h>

#include <algorithm>

#include "ingest/grpc_receiver.h"
#include "ingest/http_receiver.h"
#include "ingest/port_owner.h"

namespace waybill::ingest {
namespace {

// A connection is a descriptor, and shells give their programs few.
void raiseDescriptorLimit() {
  constexpr rlim_t kWanted = 65536;
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kWanted) return;
  limit.rlim_cur = std::min(kWanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);  // what cannot be raised stays, and fewer connections are accepted
}

Receivers::StartError explain(const Endpoint& endpoint, const Error& error) {
  if (error.message.find("is in use") == std::string::npos) return {error.message, std::nullopt};
  const std::string owner = portOwner(endpoint.port);
  if (owner.empty()) return {error.message, endpoint};
  return {endpoint.text() + " is in use by " + owner + "; end it, or listen on another port.", endpoint};
}

}  // namespace

Receivers::~Receivers() = default;

std::unique_ptr<Receivers> Receivers::start(const ListenAddresses& addresses, const ReceiverOptions& options,
                                            OtlpService& service, StartError& error) {
  raiseDescriptorLimit();
  std::unique_ptr<Receivers> receivers(new Receivers);
  if (addresses.grpc) {
    auto grpc = GrpcReceiver::start(*addresses.grpc, options, service);
    if (!grpc.ok()) {
      error = explain(*addresses.grpc, grpc.error());
      return nullptr;
    }
    receivers->m_grpc = std::move(grpc).value();
    receivers->m_bound.grpc = receivers->m_grpc->bound();
  }
  const auto startHttp = [&](const std::optional<Endpoint>& endpoint, HttpReceiver::Protocol protocol,
                             std::unique_ptr<HttpReceiver>& receiver, std::optional<Endpoint>& bound) {
    if (!endpoint) return true;
    auto http = HttpReceiver::start(*endpoint, protocol, options, service);
    if (!http.ok()) {
      error = explain(*endpoint, http.error());
      return false;
    }
    receiver = std::move(http).value();
    bound = receiver->bound();
    return true;
  };
  const bool started =
      startHttp(addresses.http, HttpReceiver::Protocol::Otlp, receivers->m_http, receivers->m_bound.http) &&
      startHttp(addresses.zipkin, HttpReceiver::Protocol::Zipkin, receivers->m_zipkin,
                receivers->m_bound.zipkin);
  return started ? std::move(receivers) : nullptr;
}

}  // namespace waybill::ingest
