// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/listening.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <simdjson.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace waybill::golden {
namespace {

constexpr int kStartMs = 20'000, kEndMs = 30'000, kLookMs = 5;

}  // namespace

Listening::Listening(const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    ADD_FAILURE() << std::strerror(errno);
    return;
  }
  m_output = ends[0];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<std::string> words{WAYBILL_CLI,   "listen", "--json",     "--grpc",
                                 "127.0.0.1:0", "--http", "127.0.0.1:0"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int error = ::posix_spawn(&m_process, WAYBILL_CLI, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) {
    ADD_FAILURE() << WAYBILL_CLI << ": " << std::strerror(error);
    m_process = -1;
    return;
  }
  const simdjson::padded_string line(readLine());
  simdjson::ondemand::parser parser;
  auto first = parser.iterate(line);
  std::string_view address;
  auto listening = first["listening"];
  if (listening["grpc"].get_string().get(address) == simdjson::SUCCESS) m_grpc = address;
  if (listening["http"].get_string().get(address) == simdjson::SUCCESS) m_http = address;
  if (m_grpc.empty() && m_http.empty()) ADD_FAILURE() << "it does not listen: " << std::string_view(line);
}

Listening::~Listening() {
  if (m_process > 0) end(SIGKILL);
  if (m_output >= 0) ::close(m_output);
}

std::string Listening::readLine() {
  std::string line;
  struct pollfd waiting {
    m_output, POLLIN, 0
  };
  char c = 0;
  while (::poll(&waiting, 1, kStartMs) > 0 && ::read(m_output, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

int Listening::end(int signal) {
  ::kill(m_process, signal);
  return wait();
}

int Listening::wait() {
  int status = 0;
  for (int waited = 0; ::waitpid(m_process, &status, WNOHANG) == 0; waited += kLookMs) {
    if (waited == kEndMs) {
      ADD_FAILURE() << "it does not end";
      ::kill(m_process, SIGKILL);
    }
    ::usleep(kLookMs * 1000);
  }
  m_process = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string Listening::output() {
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = ::read(m_output, piece.data(), piece.size())) > 0;) {
    m_rest.append(piece.data(), static_cast<size_t>(got));
  }
  return m_rest;
}

}  // namespace waybill::golden
