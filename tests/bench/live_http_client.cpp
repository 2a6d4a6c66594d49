// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/live_batch.h"
#include "bench/live_client.h"

namespace waybill::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A keep-alive connection that posts one batch after the other and wants "200".
class HttpLane {
 public:
  HttpLane(uint16_t port, uint64_t seed) : m_batch(seed) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    m_good = ::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    m_head = "POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: waybill-bench\r\n"
             "Content-Type: application/x-protobuf\r\nContent-Length: " +
             std::to_string(m_batch.bytes().size()) + "\r\n\r\n";
  }
  ~HttpLane() { ::close(m_socket); }
  HttpLane(const HttpLane&) = delete;
  HttpLane& operator=(const HttpLane&) = delete;

  bool post(uint64_t number) {
    if (!m_good) return false;
    m_batch.setIds(number);
    m_good = write() && readAnswer();
    if (!m_good) std::fprintf(stderr, "waybill-bench: an HTTP request was not answered with 200\n");
    return m_good;
  }

 private:
  bool write() {
    std::array<iovec, 2> pieces{{{m_head.data(), m_head.size()},
                                 {const_cast<char*>(m_batch.bytes().data()), m_batch.bytes().size()}}};
    size_t at = 0;
    while (at < pieces.size()) {
      const ssize_t wrote = ::writev(m_socket, &pieces[at], static_cast<int>(pieces.size() - at));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return false;
      auto left = static_cast<size_t>(wrote);
      while (at < pieces.size() && left >= pieces[at].iov_len) left -= pieces[at++].iov_len;
      if (left == 0) continue;
      pieces[at].iov_base = static_cast<char*>(pieces[at].iov_base) + left;
      pieces[at].iov_len -= left;
    }
    return true;
  }

  // Success is an empty message, so the answer ends with its head.
  bool readAnswer() {
    std::string answer;
    std::array<char, 1024> piece{};
    while (answer.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(m_socket, piece.data(), piece.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      answer.append(piece.data(), static_cast<size_t>(got));
    }
    return answer.compare(0, 12, "HTTP/1.1 200") == 0;
  }

  LiveBatch m_batch;
  std::string m_head;
  int m_socket = -1;
  bool m_good = false;
};

}  // namespace

double sendByHttp(const LiveLoad& load) {
  std::vector<std::unique_ptr<HttpLane>> lanes;
  for (uint32_t i = 0; i < load.connections; ++i) {
    lanes.push_back(std::make_unique<HttpLane>(load.port, i));
    if (!lanes.back()->post(i)) return 0;
  }
  std::atomic<uint64_t> next{load.connections};
  std::atomic<bool> good{true};
  const uint64_t end = load.connections + load.batches;
  const auto begin = Clock::now();
  std::vector<std::jthread> threads;
  for (const auto& lane : lanes) {
    threads.emplace_back([&, sender = lane.get()] {
      for (uint64_t number = next++; number < end && good; number = next++) {
        if (!sender->post(number)) good = false;
      }
    });
  }
  threads.clear();
  return good ? std::chrono::duration<double>(Clock::now() - begin).count() : 0;
}

}  // namespace waybill::bench
