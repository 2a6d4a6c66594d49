// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/grpc_listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace waybill::ingest {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCountPause{100};      // counting open connections costs a system call each
constexpr milliseconds kDescriptorPause{50};  // when none is left: somebody has to close one first
constexpr milliseconds kForever{-1};

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int problem = ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &list);
  if (problem != 0 || list == nullptr) {
    return Error{endpoint.text() + " is no address of this machine (" + ::gai_strerror(problem) +
                 "); 127.0.0.1 always is."};
  }
  return Addresses(list);
}

const addrinfo& preferred(const Addresses& list) {
  for (const addrinfo* address = list.get(); address != nullptr; address = address->ai_next) {
    if (address->ai_family == AF_INET) return *address;
  }
  return *list;
}

Error whyNot(const Endpoint& endpoint, int problem) {
  switch (problem) {
    case EADDRINUSE: return Error{endpoint.text() + " is in use by another program."};
    case EADDRNOTAVAIL: return Error{endpoint.text() + " is no address of this machine; 127.0.0.1 always is."};
    case EACCES: return Error{endpoint.text() + " is reserved for the administrator; choose a port above 1023."};
    default: return Error{endpoint.text() + " cannot be listened on: " + std::strerror(problem) + "."};
  }
}

// Listens; errno tells why not.
bool listenOn(int socket, const addrinfo& address) {
  const int yes = 1;  // a port whose last connections are only fading away is free
  return socket >= 0 && ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
         ::bind(socket, address.ai_addr, address.ai_addrlen) == 0 && ::listen(socket, SOMAXCONN) == 0;
}

uint16_t portOf(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  const auto port = address.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in*>(&address)->sin_port
                                                 : reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port;
  return ntohs(port);
}

bool isOutOfResources(int problem) {
  return problem == EMFILE || problem == ENFILE || problem == ENOBUFS || problem == ENOMEM;
}

}  // namespace

Result<std::unique_ptr<GrpcListener>> GrpcListener::open(const Endpoint& endpoint, int maxConnections) {
  const auto addresses = resolve(endpoint);
  if (!addresses.ok()) return addresses.error();
  const addrinfo& address = preferred(addresses.value());
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0 || !listenOn(socket, address)) {
    const int problem = errno;
    if (socket >= 0) ::close(socket);
    if (wake >= 0) ::close(wake);
    return whyNot(endpoint, problem);
  }
  return std::unique_ptr<GrpcListener>(
      new GrpcListener(socket, wake, {endpoint.host, portOf(socket)}, maxConnections));
}

GrpcListener::GrpcListener(int socket, int wake, Endpoint bound, int maxConnections)
    : m_socket(socket),
      m_wake(wake),
      m_bound(std::move(bound)),
      m_maxConnections(static_cast<size_t>(std::max(maxConnections, 1))) {}

GrpcListener::~GrpcListener() {
  const uint64_t one = 1;
  // An eventfd takes a number below its limit without fail.
  [[maybe_unused]] const ssize_t wrote = ::write(m_wake, &one, sizeof one);
  if (m_thread.joinable()) m_thread.join();
  ::close(m_wake);
  ::close(m_socket);
}

void GrpcListener::serve(Take take) {
  m_thread = std::thread([this, take = std::move(take)] { run(take); });
}

void GrpcListener::run(const Take& take) {
  while (waitFor(m_socket, kForever)) accept(take);
}

bool GrpcListener::waitFor(int descriptor, milliseconds time) const {
  std::array<pollfd, 2> waiting{{{m_wake, POLLIN, 0}, {descriptor, POLLIN, 0}}};
  while (::poll(waiting.data(), waiting.size(), static_cast<int>(time.count())) < 0 && errno == EINTR) {
  }
  return (waiting[0].revents & POLLIN) == 0;
}

void GrpcListener::accept(const Take& take) {
  const int connection = ::accept4(m_socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (connection < 0) {
    constexpr int kNothing = -1;  // poll() leaves it out
    if (isOutOfResources(errno)) waitFor(kNothing, kDescriptorPause);
    return;  // whatever it was (the client has left, mostly), the next one may be fine
  }
  struct stat info {};
  if (!hasRoom() || ::fstat(connection, &info) != 0) {
    ::close(connection);
    return;
  }
  m_connections.push_back({connection, info.st_ino});
  const int yes = 1;  // answers are small and must not wait for more
  ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  take(m_socket, connection);
}

bool GrpcListener::hasRoom() {
  if (m_connections.size() < m_maxConnections) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now < m_nextCount) return false;
  m_nextCount = now + kCountPause;
  const auto isClosed = [](const Connection& connection) {
    struct stat info {};
    return ::fstat(connection.descriptor, &info) != 0 || info.st_ino != connection.inode;
  };
  m_connections.erase(std::remove_if(m_connections.begin(), m_connections.end(), isClosed), m_connections.end());
  return m_connections.size() < m_maxConnections;
}

}  // namespace waybill::ingest
