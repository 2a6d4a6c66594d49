// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/receiver_options.h"

#include <charconv>
#include <string_view>

#include "base/utf8.h"

namespace waybill::ingest {

std::string Endpoint::text() const {
  const bool bare = host.find(':') == std::string::npos;
  return (bare ? host : "[" + host + "]") + ":" + std::to_string(port);
}

bool Endpoint::isLoopback() const {
  return host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

Result<Endpoint> parseEndpoint(const std::string& text) {
  const Error wrong{"'" + printable(text) +
                    "' is no address to listen on; write HOST:PORT, for example 127.0.0.1:4317."};
  Endpoint endpoint;
  std::string_view port = text;
  if (!text.empty() && text.front() == '[') {
    const size_t end = text.find("]:");
    if (end == std::string::npos) return wrong;
    endpoint.host = text.substr(1, end - 1);
    port = std::string_view(text).substr(end + 2);
  } else if (const size_t colon = text.rfind(':'); colon != std::string::npos) {
    if (text.find(':') != colon) return wrong;
    if (colon > 0) endpoint.host = text.substr(0, colon);
    port = std::string_view(text).substr(colon + 1);
  }
  if (endpoint.host.empty() || endpoint.host.find_first_of(" /\\@?#[]") != std::string::npos) return wrong;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size()) return wrong;
  return endpoint;
}

}  // namespace waybill::ingest
