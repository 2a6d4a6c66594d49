// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

namespace waybill::bench {

// What receiving costs at least: a bare generic gRPC server, as the library comes, that writes the bytes of each
// request to a temporary file before it answers, and does nothing else with them.
class LiveYardstick {
 public:
  LiveYardstick();  // listens on 127.0.0.1; ends the program when it cannot
  ~LiveYardstick();
  LiveYardstick(const LiveYardstick&) = delete;
  LiveYardstick& operator=(const LiveYardstick&) = delete;

  uint16_t port() const;
  uint64_t writtenBytes() const;

 private:
  struct Server;
  std::unique_ptr<Server> m_server;
};

}  // namespace waybill::bench
