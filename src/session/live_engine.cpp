// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/live_engine.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <optional>

namespace waybill::session {
namespace {

constexpr int kPortStep = 10, kMostSteps = 10;  // 4317 and 4318 are taken: 4327 and 4328, and so on

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

ingest::RetentionLimits limitsOf(const LiveSettings& settings) {
  ingest::RetentionLimits limits;
  limits.bytes = settings.keepBytes;
  limits.age = std::chrono::seconds(settings.keepSeconds);
  return limits;
}

ingest::ReceiverOptions optionsOf(const LiveSettings& settings) {
  ingest::ReceiverOptions options;
  options.tls.certificate = settings.certificate.toStdString();
  options.tls.key = settings.key.toStdString();
  for (const QString& token : settings.tokens) {
    if (!token.isEmpty()) options.tokens.push_back(token.toStdString());
  }
  return options;
}

// The addresses that are on; a sentence when one is none.
QString addressesOf(const LiveSettings& settings, ingest::ListenAddresses& addresses) {
  const auto read = [](bool on, const QString& address, std::optional<ingest::Endpoint>& endpoint) {
    if (!on) return QString();
    auto parsed = ingest::parseEndpoint(address.toStdString());
    if (!parsed.ok()) return text(parsed.error().message);
    endpoint = std::move(parsed).value();
    return QString();
  };
  QString wrong = read(settings.grpcOn, settings.grpc, addresses.grpc);
  if (wrong.isEmpty()) wrong = read(settings.httpOn, settings.http, addresses.http);
  if (wrong.isEmpty()) wrong = read(settings.zipkinOn, settings.zipkin, addresses.zipkin);
  return wrong;
}

void shiftPorts(ingest::ListenAddresses& addresses, int by) {
  for (std::optional<ingest::Endpoint>* endpoint : {&addresses.grpc, &addresses.http, &addresses.zipkin}) {
    if (*endpoint && (*endpoint)->port != 0)
      (*endpoint)->port = static_cast<uint16_t>((*endpoint)->port + by);
  }
}

LiveClient clientOf(const ingest::ClientCounters& from) {
  LiveClient client;
  client.address = text(from.name.address);
  client.name = from.name.userAgent.empty() ? client.address : text(from.name.userAgent);
  client.transport = text(from.name.transport);
  client.requests = from.counters.requests;
  client.spans = from.counters.spans;
  client.refused = from.counters.refused;
  client.otherSignals = from.counters.otherSignals;
  const auto since = from.lastSeen.time_since_epoch();
  client.lastSeen =
      QDateTime::fromMSecsSinceEpoch(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  client.lastProblem = text(from.lastProblem);
  return client;
}

}  // namespace

LiveEngine::~LiveEngine() {
  stopListening();
  if (m_store == nullptr || m_store->path().empty() || m_store->captureBytes() > 0) return;
  const QString empty = text(m_store->path());
  m_service.reset();
  m_store.reset();
  QFile::remove(empty);
}

LiveEngine::Failure LiveEngine::openStore(const std::string& path) {
  if (m_store != nullptr) return {};
  if (!path.empty()) QDir().mkpath(QFileInfo(text(path)).absolutePath());
  auto opened = ingest::LiveStore::open(path);
  if (!opened.ok()) return {text(opened.error().message), false};
  m_store = std::move(opened).value();
  m_service = std::make_unique<ingest::OtlpService>(*m_store);
  m_service->setTap(
      [tee = m_tee](ingest::OtlpSignal signal, ingest::Encoding encoding, std::string_view payload) {
        if (const auto forwarder = tee->get()) forwarder->offer(signal, encoding, payload);
      });
  return {};
}

LiveEngine::Failure LiveEngine::startReceivers(const ingest::ListenAddresses& addresses,
                                               const LiveSettings& settings) {
  ingest::Receivers::StartError error;
  auto receivers = ingest::Receivers::start(addresses, optionsOf(settings), *m_service, error);
  if (receivers == nullptr) return {text(error.message), error.taken.has_value()};
  const std::lock_guard lock(m_mutex);
  m_receivers = std::move(receivers);
  return {};
}

LiveEngine::Failure LiveEngine::listen(const LiveSettings& settings, const QString& capturePath) {
  ingest::ListenAddresses addresses;
  if (const QString wrong = addressesOf(settings, addresses); !wrong.isEmpty()) return {wrong, false};
  stopListening();
  if (const Failure failed = openStore(capturePath.toStdString()); !failed.sentence.isEmpty()) return failed;
  return startReceivers(addresses, settings);
}

LiveEngine::Failure LiveEngine::listenOnFreePorts(const LiveSettings& settings, const QString& capturePath) {
  ingest::ListenAddresses addresses;
  if (const QString wrong = addressesOf(settings, addresses); !wrong.isEmpty()) return {wrong, false};
  stopListening();
  if (const Failure failed = openStore(capturePath.toStdString()); !failed.sentence.isEmpty()) return failed;
  Failure failed;
  for (int step = 0; step < kMostSteps; ++step) {
    shiftPorts(addresses, kPortStep);
    failed = startReceivers(addresses, settings);
    if (failed.sentence.isEmpty() || !failed.portTaken) break;
  }
  return failed;
}

LiveEngine::Failure LiveEngine::follow(const QString& path) {
  if (const Failure failed = openStore({}); !failed.sentence.isEmpty()) return failed;
  m_store->setLimits({0, std::chrono::seconds(0)});  // the file is there still; nothing would be won
  auto follower = ingest::FileFollower::start(path.toStdString(), *m_store);
  if (!follower.ok()) return {text(follower.error().message), false};
  const std::lock_guard lock(m_mutex);
  m_follower = std::move(follower).value();
  return {};
}

void LiveEngine::stopListening() {
  std::unique_ptr<ingest::Receivers> receivers;
  std::unique_ptr<ingest::FileFollower> follower;
  const std::lock_guard lock(m_mutex);
  receivers = std::move(m_receivers);
  follower = std::move(m_follower);
}

QString LiveEngine::applySettings(const LiveSettings& settings) {
  if (m_store != nullptr && !m_store->path().empty()) m_store->setLimits(limitsOf(settings));
  if (m_forwardUrl == settings.forwardUrl) return {};
  m_forwardUrl = settings.forwardUrl;
  std::shared_ptr<ingest::Forwarder> forwarder;
  QString problem;
  if (!m_forwardUrl.isEmpty()) {
    auto started = ingest::Forwarder::start(m_forwardUrl.toStdString());
    if (started.ok()) {
      forwarder = std::move(started).value();
    } else {
      problem = text(started.error().message);
    }
  }
  const std::lock_guard lock(m_tee->mutex);
  std::swap(m_tee->forwarder, forwarder);
  return problem;
}

QString LiveEngine::clear() {
  const auto cleared = m_store->clear();
  return cleared.ok() ? QString() : text(cleared.error().message);
}

QString LiveEngine::saveAs(const QString& path) const {
  const auto saved = m_store->saveAs(path.toStdString());
  return saved.ok() ? QString() : text(saved.error().message);
}

ingest::ListenAddresses LiveEngine::bound() const {
  const std::lock_guard lock(m_mutex);
  return m_receivers == nullptr ? ingest::ListenAddresses{} : m_receivers->bound();
}

LiveStatus LiveEngine::status() const {
  LiveStatus status;
  const auto snapshot = m_store->snapshot();
  status.spans = snapshot->spanCount();
  status.traces = snapshot->traceCount();
  status.captureBytes = m_store->captureBytes();
  status.droppedSpans = m_store->droppedSpans();
  status.problem = text(m_store->problem());
  const ingest::ExportCounters counters = m_service->counters();
  status.requests = counters.requests;
  status.refused = counters.refused;
  status.otherSignals = counters.otherSignals;
  status.receivedBytes = counters.bytes;
  for (const ingest::ClientCounters& client : m_service->clients()) status.clients.append(clientOf(client));
  if (const auto forwarder = m_tee->get()) {
    const auto forwarding = forwarder->status();
    status.forwarded = forwarding.forwarded;
    status.notForwarded = forwarding.dropped;
    if (status.problem.isEmpty()) status.problem = text(forwarding.problem);
  }
  if (const auto full = text(m_service->diskProblem()); !full.isEmpty()) status.problem = full;
  const std::lock_guard lock(m_mutex);
  if (m_follower != nullptr && status.problem.isEmpty()) status.problem = text(m_follower->status().problem);
  return status;
}

}  // namespace waybill::session
