// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session.h"

#include <QFileInfo>
#include <QSettings>
#include <algorithm>

#include "session/session_state.h"

namespace waybill::session {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPollInterval{100};  // how often a growing store is looked at
constexpr milliseconds kEarlyAnswer{700};
constexpr milliseconds kTrimInterval{5000};  // how often columns make room when memory runs short
constexpr size_t kMaxRecentFiles = 12;
constexpr char kRecentFilesKey[] = "recentFiles";
constexpr char kCriticalPathKey[] = "criticalPathShown";

}  // namespace

Session::Session(QObject* parent) : QObject(parent), m_state(std::make_unique<State>(*this)) {
  m_state->criticalPath = QSettings().value(QLatin1String(kCriticalPathKey), true).toBool();
  m_state->pollTimer.setInterval(kPollInterval);
  connect(&m_state->pollTimer, &QTimer::timeout, this, [this] { m_state->poll(); });
  connect(&m_state->trimTimer, &QTimer::timeout, this, [this] {
    m_state->pool.post([columns = m_state->columns](std::stop_token) { columns->trim(); });
  });
  m_state->trimTimer.start(kTrimInterval);
  connect(&m_state->watch, &FileWatch::changed, this, &Session::message);
  connect(&m_state->live, &Live::message, this, &Session::message);
  connect(&m_state->normal, &Normal::message, this, &Session::message);
  connect(&m_state->normal, &Normal::changed, this, [this] { m_state->takeNormal(); });
  connect(&m_state->live, &Live::snapshotChanged, this, [this] { m_state->takeLive(); });
  connect(&m_state->live, &Live::stateChanged, this, [this] {
    if (m_state->live.isOn()) showLive();
  });
}

Session::~Session() {
  m_state->load->stop.request_stop();
  m_state->analysisStop.request_stop();
  m_state->lookingStop.request_stop();
  m_state->learning.request_stop();
  m_state->predictionStop.request_stop();
}

// --- state ---

std::shared_ptr<const store::Snapshot> Session::snapshot() const { return m_state->snapshot; }
std::shared_ptr<const OpenTrace> Session::openTrace() const {
  return m_state->predicted != nullptr ? m_state->predicted : m_state->open;
}
std::optional<TraceIndex> Session::openTraceIndex() const { return m_state->traceIndex; }
std::optional<analysis::NodeIndex> Session::selectedNode() const { return m_state->node; }
layout::TimeRange Session::visibleRange() const { return m_state->range; }
const std::vector<analysis::Finding>& Session::findings() const { return m_state->findings; }
bool Session::isExplaining() const { return m_state->open != nullptr && !m_state->found; }
size_t Session::hiddenFindings() const {
  return m_state->found ? m_state->found->size() - m_state->findings.size() : 0;
}
std::optional<size_t> Session::selectedFinding() const { return m_state->finding; }
bool Session::clocksAdjusted() const { return m_state->adjustClocks; }
bool Session::criticalPathShown() const { return m_state->criticalPath; }
bool Session::isLoading() const { return m_state->loading; }
ingest::LoadProgress Session::loadProgress() const { return m_state->progress; }
const std::optional<ingest::LoadReport>& Session::lastLoad() const { return m_state->lastLoad; }
QStringList Session::openFiles() const { return m_state->openFiles; }
const std::shared_ptr<query::AttributeColumns>& Session::attributeColumns() const { return m_state->columns; }
Live& Session::live() { return m_state->live; }
Normal& Session::normal() { return m_state->normal; }
TraceListing& Session::listing() { return m_state->listing; }
const std::shared_ptr<const analysis::Population>& Session::population() const { return m_state->population; }
bool Session::isShowingLive() const { return m_state->showingLive; }

QStringList Session::recentFiles() const {
  return QSettings().value(QLatin1String(kRecentFilesKey)).toStringList();
}

// --- loading ---

void Session::openPaths(const QStringList& paths) {
  if (paths.isEmpty()) return;
  std::vector<std::string> names;
  for (const QString& path : paths) names.push_back(path.toStdString());
  m_state->openFiles = paths;
  m_state->startLoad([names = std::move(names)](State::Load& load, std::stop_token stop) {
    return ingest::loadFiles(names, *load.store, std::move(stop), [&load](const ingest::LoadProgress& progress) {
      const std::lock_guard lock(load.mutex);
      load.progress = progress;
    });
  });
}

void Session::openText(const QByteArray& text, const QString& name) {
  m_state->openFiles = {name};
  m_state->startLoad([text, name = name.toStdString()](State::Load& load, std::stop_token stop) {
    return ingest::loadBytes({text.constData(), static_cast<size_t>(text.size())}, name, *load.store,
                             std::move(stop));
  });
}

void Session::cancelLoad() { m_state->load->stop.request_stop(); }

void Session::closeAll() {
  m_state->setShowingLive(false);
  m_state->closeFiles();
  m_state->takeSnapshot(m_state->load->store->snapshot());
  Q_EMIT loadingChanged();
}

void Session::State::closeFiles() {
  load->stop.request_stop();
  load = std::make_shared<Load>();
  loading = false;
  lastLoad.reset();
  openFiles.clear();
  watch.clear();
  pollTimer.stop();
  closeTrace();
  forgetPopulation();
}

void Session::State::startLoad(LoadFunction read) {
  load->stop.request_stop();
  load = std::make_shared<Load>();
  loading = true;
  loadingSince.start();
  progress = {};
  lastLoad.reset();
  chosenByUser = false;
  watch.clear();
  setShowingLive(false);
  closeTrace();
  forgetPopulation();
  takeSnapshot(load->store->snapshot());
  pollTimer.start();
  pool.post([this, current = load, read = std::move(read)](std::stop_token) {
    ingest::LoadReport report = read(*current, current->stop.get_token());
    QMetaObject::invokeMethod(&self, [this, current, report = std::move(report)] { finishLoad(current, report); },
                              Qt::QueuedConnection);
  });
  Q_EMIT self.loadingChanged();
}

void Session::State::finishLoad(const std::shared_ptr<Load>& finished, ingest::LoadReport report) {
  if (finished != load) return;  // another load was asked for meanwhile
  poll();
  pollTimer.stop();
  loading = false;
  if (report.anyRead()) rememberFiles(openFiles);
  lastLoad = std::move(report);
  watch.watch(*snapshot);
  Q_EMIT self.loadingChanged();
  Q_EMIT self.loadFinished();
  if (snapshot->traceCount() == 0) return;
  if (chosenByUser && traceIndex) {
    refreshOpen();
  } else {
    openFirst(FirstTrace::MostTelling);
  }
  learn();
}

void Session::State::poll() {
  takeSnapshot(load->store->snapshot());
  if (!loading) return;
  {
    const std::lock_guard lock(load->mutex);
    progress = load->progress;
  }
  Q_EMIT self.loadingChanged();
  // A long load does not keep the answer to itself: what says most so far is shown meanwhile.
  if (!traceIndex && !isLooking && snapshot->traceCount() > 0 && loadingSince.hasExpired(kEarlyAnswer.count())) {
    openFirst(FirstTrace::MostTelling);
  }
}

void Session::State::takeSnapshot(std::shared_ptr<const store::Snapshot> fresh) {
  if (fresh == snapshot) return;
  const bool otherStore = fresh->storeId() != snapshot->storeId();
  // What was open before may be big: let a worker free it.
  pool.post([old = std::move(snapshot), columns = otherStore ? columns : nullptr,
             store = fresh->storeId()](std::stop_token) {
    if (columns != nullptr) columns->keepOnly(store);
  });
  snapshot = std::move(fresh);
  Q_EMIT self.snapshotChanged();
}

void Session::State::rememberFiles(const QStringList& paths) {
  QStringList recent = self.recentFiles();
  for (const QString& path : paths) {
    const QFileInfo info(path);
    if (!info.exists()) continue;
    const QString absolute = info.absoluteFilePath();
    recent.removeAll(absolute);
    recent.prepend(absolute);
  }
  recent = recent.mid(0, kMaxRecentFiles);
  QSettings().setValue(QLatin1String(kRecentFilesKey), recent);
  Q_EMIT self.recentFilesChanged();
}

// --- range ---

void Session::State::setRange(layout::TimeRange wanted) {
  if (open == nullptr) return;
  wanted = layout::clampRange(wanted, open->bounds);
  if (wanted == range) return;
  range = wanted;
  Q_EMIT self.visibleRangeChanged();
}

void Session::setVisibleRange(layout::TimeRange range) { m_state->setRange(range); }

void Session::narrowTo(layout::TimeRange range) {
  if (m_state->open == nullptr) return;
  m_state->narrowed.push_back(m_state->range);
  m_state->setRange(range);
}

void Session::resetRange() {
  if (m_state->open == nullptr) return;
  std::erase_if(m_state->narrowed, [](const auto& step) { return step.has_value(); });  // a what-if stays
  m_state->setRange(m_state->open->bounds);
}

bool Session::undoNarrowing() {
  if (m_state->open == nullptr) return false;
  if (m_state->narrowed.empty()) {
    // Zoomed by hand: the first step out of it is the whole trace.
    if (m_state->range == m_state->open->bounds) return false;
    m_state->setRange(m_state->open->bounds);
    return true;
  }
  const std::optional<layout::TimeRange> before = m_state->narrowed.back();
  m_state->narrowed.pop_back();
  if (before) {
    m_state->setRange(*before);
  } else {
    setWhatIf(std::nullopt);
  }
  return true;
}

void Session::setCriticalPathShown(bool shown) {
  if (m_state->criticalPath == shown) return;
  m_state->criticalPath = shown;
  QSettings().setValue(QLatin1String(kCriticalPathKey), shown);
  Q_EMIT criticalPathShownChanged();
}

void Session::setClocksAdjusted(bool adjusted) {
  if (m_state->adjustClocks == adjusted) return;
  m_state->adjustClocks = adjusted;
  Q_EMIT clocksAdjustedChanged();
  m_state->analyseAgain();
}

// --- history ---

void Session::State::visit() {
  if (!traceIndex) return;
  std::optional<SpanRow> row;
  if (node && open != nullptr) row = open->tree().row[node->value];
  history.visit({*traceIndex, row});
}

void Session::State::go(const std::optional<HistoryPlace>& place) {
  if (!place) return;
  stopLooking();
  if (traceIndex == place->trace && open != nullptr) {
    select(place->row ? open->tree().find(*place->row) : std::nullopt);
  } else {
    analyse(place->trace, place->row, false);
  }
}

void Session::goBack() { m_state->go(m_state->history.back()); }
void Session::goForward() { m_state->go(m_state->history.forward()); }

}  // namespace waybill::session
