// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/live.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSet>
#include <QTimer>
#include <algorithm>
#include <functional>
#include <utility>

#include "base/thread_pool.h"
#include "session/captures_folder.h"
#include "session/live_engine.h"
#include "session/live_settings.h"

namespace waybill::session {
namespace {

constexpr int kPollMs = 50;  // together with the store's own interval: what is received is seen in time
constexpr int kStatusMs = 250;
constexpr int kRateWindowMs = 2000;

quint64 received(const store::Snapshot& snapshot, quint64 dropped) {
  return snapshot.spanCount() + dropped;
}

}  // namespace

struct Live::Impl {
  explicit Impl(Live& owner) : self(owner) {}

  using Job = std::function<LiveEngine::Failure(LiveEngine&)>;

  void run(State meanwhile, State afterwards, Job job);
  void runAside(std::function<QString(LiveEngine&)> job);
  void replaceEngine();
  void land(State reached, const LiveEngine::Failure& failed);
  void setState(State wanted);
  void takeSnapshot();
  void takeStatus();
  void lookForLeftOvers();

  Live& self;
  std::shared_ptr<LiveEngine> engine = std::make_shared<LiveEngine>();
  bool hasStore = false;  // the engine's, once a job has made it
  State state = State::Off;
  QString failure, followedFile, capture;
  bool portTaken = false;
  ingest::ListenAddresses bound;
  LiveSettings settings = loadLiveSettings();
  LiveStatus status;
  QList<LeftOverCapture> leftOvers;
  std::shared_ptr<const store::Snapshot> snapshot;
  QSet<QByteArray> pinned;  // by hexadecimal id
  bool paused = false;
  quint64 receivedAtPause = 0;
  QTimer pollTimer;
  QElapsedTimer statusTime, rateTime;
  quint64 rateFrom = 0;
  uint64_t asked = 0;  // what lands must still be the latest asked for
  std::unique_ptr<ThreadPool> pool = std::make_unique<ThreadPool>(1);  // one job at a time
};

Live::Live(QObject* parent) : QObject(parent), m_impl(std::make_unique<Impl>(*this)) {
  m_impl->pollTimer.setInterval(kPollMs);
  connect(&m_impl->pollTimer, &QTimer::timeout, this, &Live::poll);
  m_impl->lookForLeftOvers();
}

Live::~Live() {
  m_impl->pollTimer.stop();
  m_impl->pool.reset();  // before the engine, which its jobs use
}

// --- state ---

Live::State Live::state() const {
  return m_impl->state;
}
QString Live::failure() const {
  return m_impl->failure;
}
bool Live::offersFreePorts() const {
  return m_impl->state == State::Failed && m_impl->portTaken;
}
QString Live::followedFile() const {
  return m_impl->followedFile;
}
const LiveSettings& Live::settings() const {
  return m_impl->settings;
}
const LiveStatus& Live::status() const {
  return m_impl->status;
}
QList<LeftOverCapture> Live::leftOvers() const {
  return m_impl->leftOvers;
}
bool Live::isPaused() const {
  return m_impl->paused;
}
std::shared_ptr<const store::Snapshot> Live::snapshot() const {
  return m_impl->snapshot;
}

bool Live::isPinned(TraceId trace) const {
  return m_impl->pinned.contains(QByteArray::fromStdString(toHex(trace)));
}

QString Live::grpcAddress() const {
  return m_impl->bound.grpc ? QString::fromStdString(m_impl->bound.grpc->text()) : QString();
}
QString Live::httpAddress() const {
  return m_impl->bound.http ? QString::fromStdString(m_impl->bound.http->text()) : QString();
}
QString Live::zipkinAddress() const {
  return m_impl->bound.zipkin ? QString::fromStdString(m_impl->bound.zipkin->text()) : QString();
}

void Live::Impl::setState(State wanted) {
  if (state == wanted) return;
  state = wanted;
  Q_EMIT self.stateChanged();
}

// --- jobs ---

void Live::Impl::run(State meanwhile, State afterwards, Job job) {
  setState(meanwhile);
  const uint64_t mine = ++asked;
  pool->post([this, mine, afterwards, engine = engine, job = std::move(job)](std::stop_token) {
    const LiveEngine::Failure failed = job(*engine);
    QMetaObject::invokeMethod(
        &self,
        [this, mine, afterwards, failed] {
          if (mine == asked) land(afterwards, failed);
        },
        Qt::QueuedConnection);
  });
}

// A job that changes no state; says its sentence, when it returns one.
void Live::Impl::runAside(std::function<QString(LiveEngine&)> job) {
  pool->post([this, engine = engine, job = std::move(job)](std::stop_token) {
    const QString sentence = job(*engine);
    if (sentence.isEmpty()) return;
    QMetaObject::invokeMethod(
        &self, [this, sentence] { Q_EMIT self.message(sentence); }, Qt::QueuedConnection);
  });
}

void Live::Impl::replaceEngine() {
  pollTimer.stop();
  hasStore = false;
  paused = false;
  pinned.clear();
  status = {};
  pool->post([old = std::exchange(engine, std::make_shared<LiveEngine>())](std::stop_token) mutable {
    old.reset();
  });
}

void Live::Impl::land(State reached, const LiveEngine::Failure& failed) {
  hasStore = engine->hasStore();
  bound = engine->bound();
  failure = failed.sentence;
  portTaken = failed.portTaken;
  if (hasStore) {
    takeSnapshot();
    takeStatus();
    pollTimer.start();
  }
  setState(failed.sentence.isEmpty() ? reached : State::Failed);
  if (state == State::Off) pollTimer.stop();
  lookForLeftOvers();
}

void Live::start() {
  if (m_impl->state == State::Starting || isOn()) return;
  if (m_impl->capture.isEmpty() || !m_impl->followedFile.isEmpty()) {
    m_impl->followedFile.clear();
    m_impl->capture = newCapturePath();
    m_impl->replaceEngine();
  }
  m_impl->run(State::Starting, State::Listening,
              [settings = m_impl->settings, capture = m_impl->capture](LiveEngine& engine) {
                const LiveEngine::Failure failed = engine.listen(settings, capture);
                engine.applySettings(settings);
                return failed;
              });
}

void Live::startOnFreePorts() {
  if (!offersFreePorts()) return;
  m_impl->run(State::Starting, State::Listening,
              [settings = m_impl->settings, capture = m_impl->capture](LiveEngine& engine) {
                const LiveEngine::Failure failed = engine.listenOnFreePorts(settings, capture);
                engine.applySettings(settings);
                return failed;
              });
}

void Live::follow(const QString& path) {
  if (m_impl->state == State::Starting) return;
  m_impl->followedFile = path;
  m_impl->capture.clear();
  m_impl->replaceEngine();
  m_impl->run(State::Starting, State::Following, [path](LiveEngine& engine) { return engine.follow(path); });
}

void Live::stop() {
  if (!isOn()) return;
  m_impl->run(State::Stopping, State::Off, [](LiveEngine& engine) {
    engine.stopListening();
    return LiveEngine::Failure{};
  });
}

void Live::setSettings(const LiveSettings& settings) {
  if (m_impl->settings == settings) return;
  m_impl->settings = settings;
  saveLiveSettings(settings);
  m_impl->runAside([settings](LiveEngine& engine) { return engine.applySettings(settings); });
  Q_EMIT settingsChanged();
}

void Live::clear() {
  if (!m_impl->hasStore) return;
  m_impl->runAside([](LiveEngine& engine) { return engine.clear(); });
}

void Live::saveAs(const QString& path) {
  if (!m_impl->hasStore) return;
  m_impl->runAside([path](LiveEngine& engine) {
    const QString problem = engine.saveAs(path);
    return problem.isEmpty() ? tr("The capture was saved as %1.").arg(path) : problem;
  });
}

void Live::setPinned(TraceId trace, bool pinned) {
  if (!m_impl->hasStore || isPinned(trace) == pinned) return;
  const QByteArray id = QByteArray::fromStdString(toHex(trace));
  if (pinned) {
    m_impl->pinned.insert(id);
  } else {
    m_impl->pinned.remove(id);
  }
  m_impl->engine->setPinned(trace, pinned);
  Q_EMIT pinsChanged();
}

void Live::discard(const QString& leftOver) {
  m_impl->pool->post([leftOver](std::stop_token) { QFile::remove(leftOver); });
  m_impl->lookForLeftOvers();
}

void Live::Impl::lookForLeftOvers() {
  pool->post([this](std::stop_token) {
    QList<LeftOverCapture> found = leftOverCaptures();
    QMetaObject::invokeMethod(
        &self,
        [this, found = std::move(found)] {
          leftOvers = found;
          Q_EMIT self.leftOversChanged();
        },
        Qt::QueuedConnection);
  });
}

// --- what arrives ---

void Live::setPaused(bool paused) {
  if (m_impl->paused == paused || !m_impl->hasStore) return;
  m_impl->paused = paused;
  m_impl->receivedAtPause = received(*m_impl->engine->snapshot(), m_impl->status.droppedSpans);
  if (!paused) m_impl->takeSnapshot();
  m_impl->takeStatus();
  Q_EMIT pausedChanged();
}

void Live::poll() {
  if (!m_impl->hasStore) return;
  m_impl->takeSnapshot();
  if (!m_impl->statusTime.isValid() || m_impl->statusTime.hasExpired(kStatusMs)) m_impl->takeStatus();
}

void Live::Impl::takeSnapshot() {
  if (paused) return;
  auto fresh = engine->snapshot();
  const bool isNew = fresh != snapshot;
  if (isNew) pool->post([old = std::move(snapshot)](std::stop_token) {});  // a worker frees it
  snapshot = std::move(fresh);
  // Also when nothing is new: a trace that grew too fast to be analysed each time is waiting for its turn.
  Q_EMIT self.snapshotChanged();
}

void Live::Impl::takeStatus() {
  statusTime.start();
  LiveStatus now = engine->status();
  const quint64 total = now.spans + now.droppedSpans;
  if (paused) now.spansSincePause = total - std::min(total, receivedAtPause);
  now.spansPerSecond = status.spansPerSecond;
  if (!rateTime.isValid() || rateTime.hasExpired(kRateWindowMs)) {
    if (rateTime.isValid()) {
      now.spansPerSecond = static_cast<double>(total - std::min(total, rateFrom)) * 1000.0 /
                           static_cast<double>(rateTime.elapsed());
    }
    rateFrom = total;
    rateTime.start();
  }
  status = std::move(now);
  Q_EMIT self.statusChanged();
}

}  // namespace waybill::session
