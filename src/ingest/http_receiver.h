// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ingest/otlp_service.h"
#include "ingest/receiver_options.h"

namespace waybill::ingest {

// HTTP/1.1: OTLP over HTTP, or Zipkin v2. Owns its threads.
class HttpReceiver {
 public:
  enum class Protocol : uint8_t { Otlp, Zipkin };

  // Listens when it returns. `service` outlives the object. Errors are whole sentences; an address in use is one.
  static Result<std::unique_ptr<HttpReceiver>> start(const Endpoint& endpoint, Protocol protocol,
                                                     const ReceiverOptions& options, OtlpService& service);
  ~HttpReceiver();  // stops listening; requests that run are finished, for at most two seconds
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;

  Endpoint bound() const;  // with the real port

 private:
  struct State;
  explicit HttpReceiver(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace waybill::ingest
