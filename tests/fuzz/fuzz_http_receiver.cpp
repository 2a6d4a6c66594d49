// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes over a connection to the HTTP receivers. The first byte chooses the receiver (bit 0) and how many
// bytes come at once (the others, 0: all). Everything runs on one thread, so that the same input takes the
// same way.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <cstdlib>

#include "fuzz/read_bytes.h"
#include "ingest/http_connection.h"

namespace {

namespace net = boost::asio;
using namespace waybill;
using namespace waybill::ingest;

constexpr int kRunsOfOneStore = 1000;
constexpr std::chrono::seconds kMostSeconds{20};

ReceiverOptions smallOptions() {
  ReceiverOptions options;
  options.maxMessageBytes = 100000;
  options.requestTimeout = options.stallTimeout = options.idleTimeout = std::chrono::seconds(5);
  return options;
}

struct Receivers {
  std::unique_ptr<LiveStore> store = LiveStore::open("").value();
  OtlpService service{*store};
  HttpServer otlp{HttpReceiver::Protocol::Otlp, smallOptions(), {"127.0.0.1", 4318}, service};
  HttpServer zipkin{HttpReceiver::Protocol::Zipkin, smallOptions(), {"127.0.0.1", 9411}, service};
};

// What the receiver answered so far is read, so that it never waits for us. It speaks HTTP or ends the
// connection.
void readAnswers(int descriptor, bool& isFirst) {
  std::array<char, 65536> piece;
  while (true) {
    const ssize_t got = ::recv(descriptor, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    if (isFirst && std::string_view(piece.data(), static_cast<size_t>(got)).substr(0, 7) != "HTTP/1.")
      std::abort();
    isFirst = false;
  }
}

void converse(HttpServer& server, std::string_view bytes, size_t pieceBytes) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  net::io_context io(1);
  net::ip::tcp::socket socket(net::make_strand(io));
  socket.assign(net::ip::tcp::v4(), ends[0]);
  serveHttp(std::move(socket), server, nullptr);
  const auto giveUp = std::chrono::steady_clock::now() + kMostSeconds;
  bool isFirst = true;
  while (server.connections.count() > 0) {
    if (std::chrono::steady_clock::now() > giveUp) std::abort();
    if (bytes.empty()) {
      ::shutdown(ends[1], SHUT_WR);
      io.run_one_for(std::chrono::seconds(1));
    } else {
      const ssize_t sent =
          ::send(ends[1], bytes.data(), std::min(bytes.size(), pieceBytes), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
      if (sent < 0 && errno != EAGAIN) bytes = {};
      io.poll();
    }
    readAnswers(ends[1], isFirst);
    if (io.stopped()) io.restart();
  }
  readAnswers(ends[1], isFirst);
  ::close(ends[1]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::unique_ptr<Receivers> receivers;
  static int runs = 0;
  if (size == 0) return 0;
  if (runs++ % kRunsOfOneStore == 0) {
    if (receivers) fuzz::lookAtEverything(*receivers->store->snapshot());
    receivers = std::make_unique<Receivers>();
  }
  HttpServer& server = (data[0] & 1) != 0 ? receivers->zipkin : receivers->otlp;
  const size_t piece = data[0] >> 1;
  converse(server, {reinterpret_cast<const char*>(data) + 1, size - 1}, piece == 0 ? SIZE_MAX : piece);
  return 0;
}
