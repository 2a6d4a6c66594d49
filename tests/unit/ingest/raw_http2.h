// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/receiver_options.h"

namespace waybill::ingest {

// A client that writes HTTP/2 frames by hand, for what a real one would not do: compressions that gRPC does not
// know, half a message, no HTTP/2 at all.
class RawHttp2 {
 public:
  explicit RawHttp2(const Endpoint& endpoint);
  ~RawHttp2();
  RawHttp2(const RawHttp2&) = delete;
  RawHttp2& operator=(const RawHttp2&) = delete;

  bool isConnected() const { return m_socket >= 0; }
  bool send(std::string_view bytes);  // false when the other side does not take them

  bool sendPreface();  // and empty settings
  bool sendCall(uint32_t stream, std::string_view method,
                const std::vector<std::pair<std::string, std::string>>& headers = {});
  bool sendData(uint32_t stream, std::string_view data, bool end);

  // A gRPC message: the compressed flag, the length, the bytes.
  static std::string message(std::string_view bytes, bool compressed);

  // Everything that comes until it holds `text`, the other side closes, or time is up.
  std::string readUntil(std::string_view text, std::chrono::seconds time = std::chrono::seconds(30));
  bool closedWithin(std::chrono::seconds time);

 private:
  bool sendFrame(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload);

  int m_socket = -1;
  std::string m_read;
  bool m_closed = false;
};

// How gRPC writes its status into the trailers.
std::string statusOnTheWire(int code);

}  // namespace waybill::ingest
