// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/http_receiver.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <new>
#include <thread>

#include "base/utf8.h"
#include "ingest/http_connection.h"
#include "ingest/tls_files.h"

namespace waybill::ingest {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using tcp = net::ip::tcp;

// Importing blocks: while one thread waits for the disk, the other serves.
constexpr int kThreads = 2;
constexpr std::chrono::seconds kLastRequests{2};
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};
constexpr size_t kMaxRefusedAtOnce = 64;

Result<std::unique_ptr<net::ssl::context>> makeTls(const TlsFiles& files) {
  if (!files.enabled()) return std::unique_ptr<net::ssl::context>();
  auto identity = readTlsFiles(files);
  if (!identity.ok()) return identity.error();
  auto tls = std::make_unique<net::ssl::context>(net::ssl::context::tls_server);
  const auto view = [](const std::string& text) { return net::const_buffer(text.data(), text.size()); };
  error_code error;
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  tls->use_certificate_chain(view(identity.value().certificate), error);
  if (!error) tls->use_private_key(view(identity.value().key), net::ssl::context::pem, error);
  if (error) return Error{files.certificate + " cannot be used for TLS: " + error.message() + "."};
  return tls;
}

Error listenError(const Endpoint& endpoint, const error_code& error) {
  if (error == net::error::address_in_use)
    return Error{endpoint.text() + " is in use by another program; end it, or listen on another port."};
  if (error == net::error::access_denied)
    return Error{endpoint.text() +
                 " may not be listened on: ports below 1024 are for the system; take another one."};
  return Error{"Nothing can listen on " + endpoint.text() + ": " + error.message() + "."};
}

// Takes connections on one address.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(net::io_context& io, HttpServer& server, net::ssl::context* tls)
      : m_io(io),
        m_server(server),
        m_tls(tls),
        m_acceptor(net::make_strand(io)),
        m_pause(m_acceptor.get_executor()) {}

  error_code listen(const tcp::endpoint& endpoint) {
    error_code error;
    m_acceptor.open(endpoint.protocol(), error);
    if (!error) m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) m_acceptor.bind(endpoint, error);
    if (!error) m_acceptor.listen(tcp::acceptor::max_listen_connections, error);
    return error;
  }

  uint16_t port() const {
    error_code ignored;
    return m_acceptor.local_endpoint(ignored).port();
  }

  void accept() {
    m_acceptor.async_accept(net::make_strand(m_io),
                            [self = shared_from_this()](error_code error, tcp::socket socket) {
                              self->onAccepted(error, std::move(socket));
                            });
  }

  void end() {
    net::post(m_acceptor.get_executor(), [self = shared_from_this()] {
      error_code ignored;
      self->m_acceptor.close(ignored);
      self->m_pause.cancel();
    });
  }

 private:
  void onAccepted(error_code error, tcp::socket socket) {
    if (!m_acceptor.is_open()) return;
    if (error == net::error::no_descriptors || error == net::error::no_memory ||
        error == net::error::no_buffer_space) {
      m_pause.expires_after(kPauseWithoutDescriptors);
      return m_pause.async_wait([self = shared_from_this()](error_code) {
        if (self->m_acceptor.is_open()) self->accept();
      });
    }
    if (!error) serve(std::move(socket));
    accept();
  }

  void serve(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (m_server.connections.count() < static_cast<size_t>(m_server.options.maxConnections))
      return serveHttp(std::move(socket), m_server, m_tls);
    if (m_tls == nullptr && m_server.refused.count() < kMaxRefusedAtOnce)
      refuseHttp(std::move(socket), m_server);
  }

  net::io_context& m_io;
  HttpServer& m_server;
  net::ssl::context* const m_tls;
  tcp::acceptor m_acceptor;
  net::steady_timer m_pause;
};

}  // namespace

struct HttpReceiver::State {
  State(Endpoint address, Protocol protocol, const ReceiverOptions& how, OtlpService& to)
      : endpoint(std::move(address)), options(how), kind(protocol), service(to) {}

  Result<void> listen();
  void run();

  Endpoint endpoint;  // the port is the real one after listen()
  const ReceiverOptions options;
  const Protocol kind;
  OtlpService& service;
  std::unique_ptr<net::ssl::context> tls;
  std::unique_ptr<HttpServer> server;
  net::io_context io{kThreads};  // after what its handlers use
  std::vector<std::shared_ptr<Acceptor>> acceptors;
  net::executor_work_guard<net::io_context::executor_type> work{io.get_executor()};
  std::vector<std::thread> threads;
};

// On every address that the host's name stands for, and all on one port. One that this machine does not have
// (::1 in a container) does not matter when another is there.
Result<void> HttpReceiver::State::listen() {
  error_code error;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(endpoint.host, std::to_string(endpoint.port), tcp::resolver::passive, error);
  if (error) {
    return Error{"'" + printable(endpoint.host) +
                 "' is no address of this machine; listen on 127.0.0.1 or another one."};
  }
  std::vector<tcp::endpoint> addresses;
  for (const auto& entry : found) {
    if (std::find(addresses.begin(), addresses.end(), entry.endpoint()) == addresses.end())
      addresses.push_back(entry.endpoint());
  }
  server = std::make_unique<HttpServer>(kind, options, endpoint, service);
  error_code firstError;
  for (tcp::endpoint address : addresses) {
    address.port(endpoint.port);
    auto acceptor = std::make_shared<Acceptor>(io, *server, tls.get());
    error = acceptor->listen(address);
    if (error == net::error::address_in_use) return listenError(endpoint, error);
    if (error && !firstError) firstError = error;
    if (error) continue;
    endpoint.port = acceptor->port();
    acceptors.push_back(std::move(acceptor));
  }
  if (acceptors.empty()) return listenError(endpoint, firstError);
  return {};
}

void HttpReceiver::State::run() {
  while (true) {
    try {
      io.run();
      return;
    } catch (const std::bad_alloc&) {
      // Ends the connection whose step it was, and nothing else.
    }
  }
}

Result<std::unique_ptr<HttpReceiver>> HttpReceiver::start(const Endpoint& endpoint, Protocol protocol,
                                                          const ReceiverOptions& options,
                                                          OtlpService& service) {
  auto tls = makeTls(options.tls);
  if (!tls.ok()) return tls.error();
  auto state = std::make_unique<State>(endpoint, protocol, options, service);
  state->tls = std::move(tls).value();
  if (const auto listening = state->listen(); !listening.ok()) return listening.error();
  for (const auto& acceptor : state->acceptors) acceptor->accept();
  for (int i = 0; i < kThreads; ++i) state->threads.emplace_back(&State::run, state.get());
  return std::unique_ptr<HttpReceiver>(new HttpReceiver(std::move(state)));
}

HttpReceiver::HttpReceiver(std::unique_ptr<State> state) : m_state(std::move(state)) {}

HttpReceiver::~HttpReceiver() {
  for (const auto& acceptor : m_state->acceptors) acceptor->end();
  m_state->server->connections.endAll();
  m_state->server->connections.waitUntilNone(kLastRequests);
  m_state->io.stop();
  for (std::thread& thread : m_state->threads) thread.join();
  m_state->acceptors.clear();
}

Endpoint HttpReceiver::bound() const {
  return m_state->endpoint;
}

}  // namespace waybill::ingest
