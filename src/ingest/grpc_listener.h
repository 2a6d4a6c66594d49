// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "ingest/receiver_options.h"

namespace waybill::ingest {

// A listening TCP socket and the thread that accepts from it, in place of gRPC's own: gRPC does not say why it
// cannot listen, knows no limit of connections, and stops accepting for good once there are no descriptors left.
class GrpcListener {
 public:
  // Listens when it returns. A name that stands for several addresses is the first IPv4 one. Errors are whole
  // sentences.
  static Result<std::unique_ptr<GrpcListener>> open(const Endpoint& endpoint, int maxConnections);
  ~GrpcListener();  // stops accepting
  GrpcListener(const GrpcListener&) = delete;
  GrpcListener& operator=(const GrpcListener&) = delete;

  const Endpoint& bound() const { return m_bound; }

  // Hands over connections, on a thread of its own. `take` owns the descriptor (non-blocking), and closes it
  // when the connection ends; those above the limit are closed here.
  using Take = std::function<void(int listener, int connection)>;
  void serve(Take take);

 private:
  // A descriptor number is used again after a close; the socket's inode tells whether it still is that connection.
  struct Connection {
    int descriptor;
    ino_t inode;
  };

  GrpcListener(int socket, int wake, Endpoint bound, int maxConnections);
  void run(const Take& take);
  void accept(const Take& take);
  bool hasRoom();
  bool waitFor(int descriptor, std::chrono::milliseconds time) const;  // false when we are to stop

  const int m_socket;
  const int m_wake;  // readable when we are to stop
  const Endpoint m_bound;
  const size_t m_maxConnections;
  std::vector<Connection> m_connections;  // the accepting thread's; closed ones are dropped when it is full
  std::chrono::steady_clock::time_point m_nextCount{};
  std::thread m_thread;
};

}  // namespace waybill::ingest
