// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include "ingest/http_body.h"
#include "ingest/http_connections.h"
#include "ingest/http_rules.h"

namespace waybill::ingest {

// What the connections of one receiver share.
struct HttpServer {
  HttpServer(HttpReceiver::Protocol protocol, const ReceiverOptions& how, const Endpoint& bound,
             OtlpService& to)
      : options(how),
        service(to),
        rules(protocol, how, bound),
        transport(transportOf(protocol)),
        bodies(bodyLimit(how)) {}

  const ReceiverOptions options;
  OtlpService& service;
  const HttpRules rules;
  const char* const transport;  // ClientName::transport
  HttpBodyMemory bodies;
  HttpConnections connections;  // that are served
  HttpConnections refused;      // that are told that there are too many

 private:
  static const char* transportOf(HttpReceiver::Protocol protocol) {
    return protocol == HttpReceiver::Protocol::Zipkin ? "Zipkin" : "HTTP";
  }
  static size_t bodyLimit(const ReceiverOptions& options) {
    return std::max(size_t{512} << 20, 4 * options.maxMessageBytes);
  }
};

}  // namespace waybill::ingest
