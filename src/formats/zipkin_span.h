// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::formats {

// A host as Zipkin names it. Empty texts and port 0: not told.
struct ZipkinEndpoint {
  std::string_view serviceName, ipv4, ipv6;
  uint64_t port = 0;
};

struct ZipkinAnnotation {
  std::optional<uint64_t> timestampUs;
  std::string_view value;
};

// A span of Zipkin v2 (zipkin2-api.yaml), its texts unescaped. Views into what was read.
struct ZipkinSpan {
  std::string_view traceId, id, parentId;  // hex, as the sender wrote them
  std::string_view kind, name;
  std::optional<uint64_t> timestampUs, durationUs;
  ZipkinEndpoint local, remote;
  std::vector<ZipkinAnnotation> annotations;
  std::vector<std::pair<std::string_view, std::string_view>> tags;
  bool shared = false;  // the server's half of a call, under the id of the client's half
  bool debug = false;
};

}  // namespace waybill::formats
