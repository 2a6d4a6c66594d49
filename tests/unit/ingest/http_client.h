// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "ingest/receiver_options.h"

namespace waybill::ingest {

struct HttpReply {
  int status = 0;  // 0: none came before the connection ended
  std::string version;
  std::map<std::string, std::string> headers;  // by names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

// A socket and no more: sends any bytes, reads answers by their content-length. Nothing waits for longer than
// half a minute.
class HttpClient {
 public:
  explicit HttpClient(const Endpoint& endpoint);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // False when the other side does not take them any more.
  bool send(std::string_view bytes);
  HttpReply read(bool withBody = true);
  HttpReply exchange(std::string_view request) {
    send(request);
    return read();
  }
  void endSending();
  // Whether the other side has nothing more to say and ended the connection, within that time.
  bool endsWithin(std::chrono::seconds time);
  // What has come and was not read, and what comes until the end.
  std::string rest();

 private:
  bool receive();

  int m_socket = -1;
  std::string m_buffer;
};

// "POST path HTTP/1.1" with a host, these header lines ("a: b\r\n"), and a content-length for the body.
std::string postText(std::string_view path, std::string_view headers, std::string_view body);

// One chunk of a chunked body; the empty one ends it.
std::string chunkText(std::string_view bytes);

}  // namespace waybill::ingest
