// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/http_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace waybill::ingest {
namespace {

constexpr timeval kPatience{30, 0};

}  // namespace

HttpClient::HttpClient(const Endpoint& endpoint) {
  const bool isV6 = endpoint.host.find(':') != std::string::npos;
  m_socket = ::socket(isV6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(m_socket, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(endpoint.port);
  ::inet_pton(AF_INET, endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host.c_str(), &v4.sin_addr);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  ::inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr);
  const auto* const address =
      isV6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  if (::connect(m_socket, address, isV6 ? sizeof v6 : sizeof v4) != 0)
    ADD_FAILURE() << "cannot connect to " << endpoint.text();
}

HttpClient::~HttpClient() {
  ::close(m_socket);
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool HttpClient::receive() {
  std::array<char, 65536> piece;
  const ssize_t got = ::recv(m_socket, piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  m_buffer.append(piece.data(), static_cast<size_t>(got));
  return true;
}

HttpReply HttpClient::read(bool withBody) {
  size_t end = 0;
  while ((end = m_buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return {};
  }
  HttpReply reply;
  std::string_view head = std::string_view(m_buffer).substr(0, end + 2);
  reply.version = head.substr(0, 8);
  std::from_chars(head.data() + 9, head.data() + head.size(), reply.status);
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    std::string name(line.substr(0, line.find(':')));
    std::transform(name.begin(), name.end(), name.begin(), lowerAscii);
    reply.headers[name] = trimmed(line.substr(line.find(':') + 1));
  }
  m_buffer.erase(0, end + 4);
  const std::string length = reply.header("content-length");
  const size_t size = withBody && !length.empty() ? std::stoul(length) : 0;
  while (m_buffer.size() < size) {
    if (!receive()) return {};
  }
  reply.body = m_buffer.substr(0, size);
  m_buffer.erase(0, size);
  return reply;
}

void HttpClient::endSending() {
  ::shutdown(m_socket, SHUT_WR);
}

bool HttpClient::endsWithin(std::chrono::seconds time) {
  pollfd waiting{m_socket, POLLIN, 0};
  if (!m_buffer.empty() || ::poll(&waiting, 1, static_cast<int>(time.count() * 1000)) <= 0) return false;
  char more = 0;
  return ::recv(m_socket, &more, 1, 0) <= 0;
}

std::string HttpClient::rest() {
  while (receive()) {
  }
  return std::move(m_buffer);
}

std::string postText(std::string_view path, std::string_view headers, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chunkText(std::string_view bytes) {
  std::array<char, 20> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
  return std::string(size.data(), end) + "\r\n" + std::string(bytes) + "\r\n";
}

}  // namespace waybill::ingest
