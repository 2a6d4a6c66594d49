// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ingest/otlp_service.h"
#include "ingest/receiver_options.h"

namespace waybill::ingest {

class GrpcReceiver;
class HttpReceiver;

// Where to listen; nullopt: not at all.
struct ListenAddresses {
  std::optional<Endpoint> grpc, http, zipkin;
};

// The receivers that are on. Started together: when one cannot listen, none does.
class Receivers {
 public:
  // What an error is about, so that another port can be offered.
  struct StartError {
    std::string message;  // a whole sentence; names the program that holds the port when it can be known
    std::optional<Endpoint> taken;  // the address that is in use
  };

  // Null, with `error` filled, when it cannot be. `service` outlives the object.
  static std::unique_ptr<Receivers> start(const ListenAddresses& addresses, const ReceiverOptions& options,
                                          OtlpService& service, StartError& error);
  ~Receivers();  // stops listening; requests that run are finished, for at most two seconds

  const ListenAddresses& bound() const { return m_bound; }  // the ports are the real ones

 private:
  Receivers() = default;
  ListenAddresses m_bound;
  std::unique_ptr<GrpcReceiver> m_grpc;
  std::unique_ptr<HttpReceiver> m_http, m_zipkin;
};

}  // namespace waybill::ingest
