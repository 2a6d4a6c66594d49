// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_origin.h"

#include <unistd.h>

#include <array>
#include <boost/asio/ip/address.hpp>

#include "base/ascii.h"

namespace waybill::ingest {
namespace {

// "name:port", "[::1]:port" or "::1" without its port and brackets.
std::string_view withoutPort(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const size_t end = host.find(']');
    return end == host.npos ? host : host.substr(1, end - 1);
  }
  const size_t colon = host.find(':');
  return colon != host.npos && colon == host.rfind(':') ? host.substr(0, colon) : host;
}

bool isPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos;
}

bool isAddress(std::string_view host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(std::string(host), error);
  return !error;
}

bool isBelow(std::string_view name, std::string_view domain) {
  return name.size() > domain.size() && equalsIgnoringCase(name.substr(name.size() - domain.size()), domain);
}

std::string_view ownName() {
  static const std::string name = [] {
    std::array<char, 256> buffer{};
    return ::gethostname(buffer.data(), buffer.size() - 1) == 0 ? std::string(buffer.data()) : std::string();
  }();
  return name;
}

}  // namespace

bool isLocalOrigin(std::string_view origin) {
  constexpr std::array<std::string_view, 3> kHosts = {"localhost", "127.0.0.1", "[::1]"};
  const size_t scheme = origin.starts_with("http://") ? 7 : origin.starts_with("https://") ? 8 : 0;
  if (scheme == 0) return false;
  origin.remove_prefix(scheme);
  for (const std::string_view host : kHosts) {
    if (!origin.starts_with(host)) continue;
    const std::string_view rest = origin.substr(host.size());
    return rest.empty() || (rest.front() == ':' && isPort(rest.substr(1)));
  }
  return false;
}

bool isTrustedHost(std::string_view host, std::string_view listenHost) {
  std::string_view name = withoutPort(trimmed(host));
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || equalsIgnoringCase(name, "localhost") || isAddress(name)) return true;
  if (isBelow(name, ".localhost") || isBelow(name, ".internal")) return true;
  return equalsIgnoringCase(name, listenHost) || equalsIgnoringCase(name, ownName());
}

}  // namespace waybill::ingest
