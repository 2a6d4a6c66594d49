// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/started_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace waybill::bench {
namespace {

constexpr int kPatienceMs = 60'000;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "waybill-bench: %s\n", what.c_str());
  std::exit(2);
}

double clockMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // what Qt calls the time since boot
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::string home() {
  static const std::string folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "waybill-bench-home-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) fail("cannot write to the temporary folder");
    static struct Remover {
      std::string path;
      ~Remover() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
      }
    } remover{name};
    return name;
  }();
  return folder;
}

std::vector<std::string> environment() {
  std::vector<std::string> out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const bool ours = text.starts_with("QT_") || text.starts_with("XDG_") || text.starts_with("HOME=");
    if (!ours) out.emplace_back(text);
  }
  for (const char* variable : {"HOME=", "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_CACHE_HOME=", "XDG_RUNTIME_DIR="})
    out.push_back(variable + home());
  out.push_back(std::string("QT_QPA_PLATFORM=") + StartedProgram::platform());
  out.emplace_back("QT_LOGGING_RULES=waybill.start.info=true");
  out.emplace_back("QT_MESSAGE_PATTERN=%{time boot} %{message}");
  out.emplace_back("QT_FORCE_STDERR_LOGGING=1");
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

const char* StartedProgram::platform() {
  const char* display = std::getenv("DISPLAY");
  return display != nullptr && *display != '\0' ? "xcb" : "offscreen";
}

StartedProgram::StartedProgram(const std::vector<std::string>& arguments) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "waybill";
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment();
  std::array<int, 2> log{};
  if (::pipe2(log.data(), O_CLOEXEC) != 0) fail("no pipe to the program can be made");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, log[1], STDERR_FILENO);
  m_startedMs = clockMs();
  const int problem = ::posix_spawn(&m_process, program.c_str(), &actions, nullptr, pointers(words).data(),
                                    pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(log[1]);
  m_log = log[0];
  if (problem != 0) fail(program.string() + " cannot be started; build the target waybill");
}

StartedProgram::~StartedProgram() {
  end();
  ::close(m_log);
}

void StartedProgram::end() {
  ::kill(m_process, SIGKILL);
  while (::waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

StartedProgram::Reached StartedProgram::waitFor(const std::string& what) {
  const double deadline = clockMs() + kPatienceMs;
  while (clockMs() < deadline) {
    for (size_t end = m_text.find('\n'); end != std::string::npos; end = m_text.find('\n')) {
      const std::string line = m_text.substr(0, end);
      m_text.erase(0, end + 1);
      if (!line.ends_with(' ' + what)) continue;  // "  1736.785 window painted"
      return {std::strtod(line.c_str(), nullptr) * 1e3 - m_startedMs, waitedMilliseconds()};
    }
    pollfd wanted{m_log, POLLIN, 0};
    ::poll(&wanted, 1, 100);
    std::array<char, 4096> piece{};
    if (wanted.revents == 0) continue;
    const ssize_t got = ::read(m_log, piece.data(), piece.size());
    if (got == 0) break;
    if (got > 0) m_text.append(piece.data(), static_cast<size_t>(got));
  }
  end();  // an exit destroys nothing that stands on the stack
  fail("the program did not say \"" + what + "\" in time, or ended before");
}

double StartedProgram::waitedMilliseconds() const {
  // Nanoseconds on a processor, nanoseconds ready without one, and how often: of the main thread.
  std::ifstream file("/proc/" + std::to_string(m_process) + "/task/" + std::to_string(m_process) + "/schedstat");
  double ran = 0, waited = 0;
  file >> ran >> waited;
  return waited * 1e-6;
}

double StartedProgram::processorSeconds() const {
  std::ifstream file("/proc/" + std::to_string(m_process) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // The name in parentheses may hold anything; utime and stime are the 12th and 13th word after it.
  const char* at = text.c_str() + text.rfind(')') + 1;
  unsigned long long user = 0, system = 0;
  if (std::sscanf(at, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) != 2)
    fail("the processor time of the program cannot be read");
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace waybill::bench
