// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/grpc_receiver.h"

#include <grpc/support/log.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>

#include "ingest/grpc_export_call.h"
#include "ingest/grpc_listener.h"
#include "ingest/tls_files.h"

namespace waybill::ingest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStopTime{2};
// Above it gRPC slows down and then ends the largest calls: it gathers a message to its end, however long, before we
// see it. Room for 16 of the largest requests at once.
constexpr uint64_t kMemoryBytes = uint64_t{1} << 30;
constexpr int kMaxCallsPerConnection = 128;
constexpr seconds kMinPingInterval{9};  // for clients that ping every ten, and do not do so to the millisecond
constexpr seconds kPingWhenQuiet{60};   // a peer that went without a word is noticed
constexpr seconds kPingAnswer{20};

// gRPC writes a line for whatever a client does wrong; what matters is told in answers and counters.
void silenceLog() {
  gpr_set_log_function([](gpr_log_func_args*) {});
}

Result<std::shared_ptr<grpc::ServerCredentials>> credentialsFor(const TlsFiles& tls) {
  if (!tls.enabled() && tls.key.empty()) return grpc::InsecureServerCredentials();
  auto identity = readTlsFiles(tls);
  if (!identity.ok()) return identity.error();
  grpc::SslServerCredentialsOptions options(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  options.pem_key_cert_pairs.push_back({std::move(identity.value().key), std::move(identity.value().certificate)});
  return grpc::SslServerCredentials(options);
}

int count(milliseconds time) { return static_cast<int>(time.count()); }

void configure(grpc::ServerBuilder& builder, const ReceiverOptions& options) {
  grpc::ResourceQuota quota("waybill");
  builder.SetResourceQuota(quota.Resize(kMemoryBytes));
  // Ours to check: gRPC's own decompression has no bound, and its refusals are not counted.
  builder.SetMaxReceiveMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxCallsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, count(options.stallTimeout));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, count(options.idleTimeout));
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, count(kMinPingInterval));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, count(kPingWhenQuiet));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, count(kPingAnswer));
}

}  // namespace

// In the order in which they use each other; taken down from the source of calls on.
struct GrpcReceiver::State : private grpc::CallbackGenericService {
  State(OtlpService& service, const ReceiverOptions& options)
      : arrivals(options.requestTimeout),
        shared{service, AccessPolicy(options.tokens), options.maxMessageBytes, arrivals} {}

  ~State() override {
    listener.reset();
    if (server) server->Shutdown(std::chrono::system_clock::now() + kStopTime);
  }

  Result<void> start(const Endpoint& endpoint, const ReceiverOptions& options) {
    auto credentials = credentialsFor(options.tls);
    if (!credentials.ok()) return credentials.error();
    auto listening = GrpcListener::open(endpoint, options.maxConnections);
    if (!listening.ok()) return listening.error();
    grpc::ServerBuilder builder;
    configure(builder, options);
    builder.RegisterCallbackGenericService(this);
    acceptor = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, credentials.value());
    server = builder.BuildAndStart();
    if (!server) return Error{endpoint.text() + " cannot be served by gRPC: is there memory left?"};
    listener = std::move(listening).value();
    listener->serve([this](int socket, int connection) {
      grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters parameters;
      parameters.listener_fd = socket;
      parameters.fd = connection;
      acceptor->HandleNewConnection(&parameters);
    });
    return {};
  }

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* call) override {
    return serveExportCall(shared, *call);
  }

  GrpcArrivals arrivals;
  const GrpcCallContext shared;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<GrpcListener> listener;
};

GrpcReceiver::GrpcReceiver(std::unique_ptr<State> state) : m_state(std::move(state)) {}
GrpcReceiver::~GrpcReceiver() = default;

Result<std::unique_ptr<GrpcReceiver>> GrpcReceiver::start(const Endpoint& endpoint, const ReceiverOptions& options,
                                                          OtlpService& service) {
  silenceLog();
  auto state = std::make_unique<State>(service, options);
  if (const auto started = state->start(endpoint, options); !started.ok()) return started.error();
  return std::unique_ptr<GrpcReceiver>(new GrpcReceiver(std::move(state)));
}

Endpoint GrpcReceiver::bound() const { return m_state->listener->bound(); }

}  // namespace waybill::ingest
