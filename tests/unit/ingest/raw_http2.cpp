// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/raw_http2.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace waybill::ingest {
namespace {

constexpr size_t kFrameBytes = 16384;  // RFC 9113, section 4.2: what everybody takes
constexpr uint8_t kData = 0, kHeaders = 1, kSettings = 4;
constexpr uint8_t kEndStream = 1, kEndHeaders = 4;

// A literal header that is not indexed, without Huffman coding (RFC 7541, section 6.2.2); both below 127 bytes.
std::string header(std::string_view name, std::string_view value) {
  std::string bytes(1, '\0');
  for (const std::string_view text : {name, value}) {
    bytes += static_cast<char>(text.size());
    bytes += text;
  }
  return bytes;
}

}  // namespace

RawHttp2::RawHttp2(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  ::inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
  m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
  ::close(m_socket);
  m_socket = -1;
}

RawHttp2::~RawHttp2() {
  if (m_socket >= 0) ::close(m_socket);
}

bool RawHttp2::send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd waiting{m_socket, POLLOUT, 0};
    if (::poll(&waiting, 1, 2000) <= 0) return false;
    const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawHttp2::sendFrame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::array<char, 12> head{};
  storeBigEndian32(head.data(), static_cast<uint32_t>(payload.size()) << 8 | type);
  head[4] = static_cast<char>(flags);
  storeBigEndian32(head.data() + 5, stream);
  return send(std::string(head.data(), 9).append(payload));
}

bool RawHttp2::sendPreface() { return send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") && sendFrame(kSettings, 0, 0, {}); }

bool RawHttp2::sendCall(uint32_t stream, std::string_view method,
                        const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string block = header(":method", "POST") + header(":scheme", "http") + header(":path", method) +
                      header(":authority", "test") + header("te", "trailers") +
                      header("content-type", "application/grpc");
  for (const auto& [name, value] : headers) block += header(name, value);
  return sendFrame(kHeaders, kEndHeaders, stream, block);
}

bool RawHttp2::sendData(uint32_t stream, std::string_view data, bool end) {
  do {
    const std::string_view piece = data.substr(0, kFrameBytes);
    data.remove_prefix(piece.size());
    if (!sendFrame(kData, end && data.empty() ? kEndStream : 0, stream, piece)) return false;
  } while (!data.empty());
  return true;
}

std::string RawHttp2::message(std::string_view bytes, bool compressed) {
  std::array<char, 5> head{static_cast<char>(compressed ? 1 : 0)};
  storeBigEndian32(head.data() + 1, static_cast<uint32_t>(bytes.size()));
  return std::string(head.data(), head.size()).append(bytes);
}

std::string RawHttp2::readUntil(std::string_view text, std::chrono::seconds time) {
  const auto giveUp = std::chrono::steady_clock::now() + time;
  while (!m_closed && (text.empty() || m_read.find(text) == std::string::npos)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(giveUp - std::chrono::steady_clock::now());
    pollfd waiting{m_socket, POLLIN, 0};
    if (::poll(&waiting, 1, std::max(0, static_cast<int>(left.count()))) <= 0) break;
    std::array<char, 4096> piece{};
    const ssize_t got = ::recv(m_socket, piece.data(), piece.size(), 0);
    m_closed = got <= 0;
    if (got > 0) m_read.append(piece.data(), static_cast<size_t>(got));
  }
  return m_read;
}

bool RawHttp2::closedWithin(std::chrono::seconds time) {
  readUntil({}, time);
  return m_closed;
}

std::string statusOnTheWire(int code) {
  const std::string text = std::to_string(code);
  return std::string("\x0Bgrpc-status") + static_cast<char>(text.size()) + text;
}

}  // namespace waybill::ingest
