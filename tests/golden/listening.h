// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace waybill::golden {

// A running `waybill-cli listen --json` on free ports of 127.0.0.1. Ended with the object.
class Listening {
 public:
  // Both receivers are on. Fails the test when it does not begin to listen.
  explicit Listening(const std::vector<std::string>& arguments);
  ~Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  const std::string& grpc() const { return m_grpc; }  // "127.0.0.1:43117"; empty when off
  const std::string& http() const { return m_http; }

  // Sends a signal and waits for the end; the exit code, negative for the signal that killed it.
  int end(int signal);
  // Waits for it to end by itself.
  int wait();
  // Everything it wrote to standard output after the first line, once it has ended.
  std::string output();

 private:
  std::string readLine();

  pid_t m_process = -1;
  int m_output = -1;
  int m_exit = 0;
  std::string m_grpc, m_http, m_rest;
};

}  // namespace waybill::golden
