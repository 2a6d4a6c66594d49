// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/live_sender.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/live_batch.h"
#include "bench/live_client.h"

namespace waybill::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "waybill-bench: %s\n", what);
  std::exit(2);
}

std::string readAll(int descriptor) {
  std::string text;
  std::array<char, 256> piece{};
  while (true) {
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<size_t>(got));
  }
}

}  // namespace

uint64_t LiveLoad::sentSpans() const { return (batches + connections) * LiveBatch::kSpans; }

double sendLoad(const LiveLoad& load, const std::function<void()>& meanwhile) {
  std::array<int, 2> result{};
  if (::pipe2(result.data(), O_CLOEXEC) != 0) fail("no pipe to the sender can be made");
  std::array<std::string, 8> words{"waybill-bench",
                                   kLiveSender,
                                   load.protocol == LiveLoad::Protocol::Grpc ? "grpc" : "http",
                                   std::to_string(load.port),
                                   std::to_string(load.batches),
                                   std::to_string(load.connections),
                                   std::to_string(load.inFlight),
                                   std::to_string(load.batchesPerSecond)};
  std::array<char*, words.size() + 1> arguments{};
  for (size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, result[1], STDOUT_FILENO);
  pid_t sender = 0;
  const int problem = ::posix_spawn(&sender, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(result[1]);
  if (problem != 0) fail("the sender cannot be started");
  if (meanwhile) meanwhile();
  const std::string seconds = readAll(result[0]);
  ::close(result[0]);
  int status = 0;
  while (::waitpid(sender, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) fail("the sender was not answered as it should be");
  return std::strtod(seconds.c_str(), nullptr);
}

int liveSenderMain(int argc, char** argv) {
  if (argc != 8) return 2;
  const auto number = [argv](int i) { return std::strtoull(argv[i], nullptr, 10); };
  LiveLoad load;
  load.protocol = std::string(argv[2]) == "grpc" ? LiveLoad::Protocol::Grpc : LiveLoad::Protocol::Http;
  load.port = static_cast<uint16_t>(number(3));
  load.batches = number(4);
  load.connections = static_cast<uint32_t>(number(5));
  load.inFlight = static_cast<uint32_t>(number(6));
  load.batchesPerSecond = number(7);
  const double seconds = load.protocol == LiveLoad::Protocol::Grpc ? sendByGrpc(load) : sendByHttp(load);
  if (seconds <= 0) return 2;
  std::printf("%.6f\n", seconds);
  return 0;
}

}  // namespace waybill::bench
