// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace waybill::ingest {

// Where a receiver listens. Port 0: any that is free.
struct Endpoint {
  std::string host = "127.0.0.1";  // an address or a name; IPv6 without brackets
  uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
  std::string text() const;  // "127.0.0.1:4317", "[::1]:4317"
  bool isLoopback() const;   // nobody outside of this machine can reach it
};

// "127.0.0.1:4317", "[::1]:4317", "localhost:4317", ":4317" and "4317" (loopback). Errors are whole
// sentences.
Result<Endpoint> parseEndpoint(const std::string& text);

// PEM files. Both empty: plain text.
struct TlsFiles {
  std::string certificate;  // with the chain
  std::string key;

  bool enabled() const { return !certificate.empty(); }
};

// Who may send, how much, and how long we wait. The same for every receiver.
struct ReceiverOptions {
  TlsFiles tls;
  // Accepted as "authorization: Bearer T" and as "x-otlp-api-key: T". Empty: everybody may send. Two at a
  // time let a token be changed without a gap.
  std::vector<std::string> tokens;

  size_t maxMessageBytes = size_t{64} << 20;  // of a request, before and after decompression
  int maxConnections = 4096;                  // of one receiver
  // From the first byte of a request to its last, and the gap between two pieces of it.
  std::chrono::seconds requestTimeout{60};
  std::chrono::seconds stallTimeout{20};
  std::chrono::seconds idleTimeout{300};  // of a connection without a request
};

}  // namespace waybill::ingest
