// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ingest/otlp_service.h"
#include "ingest/receiver_options.h"

namespace waybill::ingest {

// OTLP/gRPC: the Export method of every signal, as bytes, without parsing them into messages. Owns its threads.
class GrpcReceiver {
 public:
  // Listens when it returns. `service` outlives the object. Errors are whole sentences; an address in use is one.
  static Result<std::unique_ptr<GrpcReceiver>> start(const Endpoint& endpoint, const ReceiverOptions& options,
                                                     OtlpService& service);
  ~GrpcReceiver();  // stops listening; requests that run are finished, for at most two seconds
  GrpcReceiver(const GrpcReceiver&) = delete;
  GrpcReceiver& operator=(const GrpcReceiver&) = delete;

  Endpoint bound() const;  // with the real port

 private:
  struct State;
  explicit GrpcReceiver(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace waybill::ingest
