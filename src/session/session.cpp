// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QSettings>
#include <QTimer>
#include <algorithm>
#include <mutex>
#include <vector>

#include "base/thread_pool.h"
#include "session/file_watch.h"
#include "session/history.h"

namespace waybill::session {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPollInterval{100};  // how often a growing store is looked at
constexpr milliseconds kEarlyAnswer{700};
constexpr size_t kMaxRecentFiles = 12;
constexpr char kRecentFilesKey[] = "recentFiles";
constexpr char kCriticalPathKey[] = "criticalPathShown";

TraceIndex slowestTrace(const store::Snapshot& snapshot) {
  TraceIndex slowest(0);
  for (uint32_t i = 1; i < snapshot.traceCount(); ++i) {
    if (snapshot.trace(TraceIndex(i)).durationNs() > snapshot.trace(slowest).durationNs()) slowest = TraceIndex(i);
  }
  return slowest;
}

std::shared_ptr<const OpenTrace> prepare(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace,
                                         std::stop_token stop) {
  auto analysis = analysis::analyzeTrace(std::move(snapshot), trace, stop);
  if (analysis == nullptr || stop.stop_requested()) return nullptr;
  auto open = std::make_shared<OpenTrace>();
  open->flame = std::make_unique<layout::FlameLayout>(analysis->tree);
  open->gantt = std::make_unique<layout::GanttLayout>(analysis->tree, analysis->path);
  open->bounds = layout::traceRange(analysis->tree);
  open->analysis = std::move(analysis);
  return open;
}

}  // namespace

struct Session::State {
  explicit State(Session& owner) : self(owner) {}

  // What a load shares with the window while it runs.
  struct Load {
    std::shared_ptr<store::TraceStore> store = std::make_shared<store::TraceStore>();
    std::stop_source stop;
    std::mutex mutex;
    ingest::LoadProgress progress;  // guarded by mutex
  };
  using LoadFunction = std::function<ingest::LoadReport(Load&, std::stop_token)>;

  void startLoad(LoadFunction read);
  void finishLoad(const std::shared_ptr<Load>& finished, ingest::LoadReport report);
  void poll();
  void takeSnapshot(std::shared_ptr<const store::Snapshot> fresh);
  void analyse(TraceIndex trace, std::optional<SpanRow> select, bool keepRange);
  void land(std::shared_ptr<const OpenTrace> opened, std::optional<SpanRow> select, bool keepRange);
  void select(std::optional<analysis::NodeIndex> node);
  void setRange(layout::TimeRange range);
  void closeTrace();
  void rememberFiles(const QStringList& paths);
  void visit();
  void go(const std::optional<HistoryPlace>& place);

  Session& self;
  std::shared_ptr<Load> load = std::make_shared<Load>();
  std::shared_ptr<const store::Snapshot> snapshot = load->store->snapshot();
  bool loading = false;
  QElapsedTimer loadingSince;
  ingest::LoadProgress progress;
  std::optional<ingest::LoadReport> lastLoad;
  QStringList openFiles;
  QTimer pollTimer;
  FileWatch watch;

  std::optional<TraceIndex> traceIndex;
  std::shared_ptr<const OpenTrace> open;
  std::stop_source analysisStop;
  uint64_t analysisAsked = 0;  // what lands must still be the latest asked for
  bool chosenByUser = false;   // a finished load opens its slowest trace only when nobody chose one

  std::optional<analysis::NodeIndex> node;
  std::optional<size_t> finding;
  layout::TimeRange range;
  std::vector<layout::TimeRange> narrowed;  // ranges to go back to
  bool criticalPath = true;
  History history;

  ThreadPool pool{std::max(2U, std::thread::hardware_concurrency())};  // last: joins first
};

Session::Session(QObject* parent) : QObject(parent), m_state(std::make_unique<State>(*this)) {
  m_state->criticalPath = QSettings().value(QLatin1String(kCriticalPathKey), true).toBool();
  m_state->pollTimer.setInterval(kPollInterval);
  connect(&m_state->pollTimer, &QTimer::timeout, this, [this] { m_state->poll(); });
  connect(&m_state->watch, &FileWatch::changed, this, &Session::message);
}

Session::~Session() {
  m_state->load->stop.request_stop();
  m_state->analysisStop.request_stop();
}

// --- state ---

std::shared_ptr<const store::Snapshot> Session::snapshot() const { return m_state->snapshot; }
std::shared_ptr<const OpenTrace> Session::openTrace() const { return m_state->open; }
std::optional<TraceIndex> Session::openTraceIndex() const { return m_state->traceIndex; }
std::optional<analysis::NodeIndex> Session::selectedNode() const { return m_state->node; }
layout::TimeRange Session::visibleRange() const { return m_state->range; }
std::optional<size_t> Session::selectedFinding() const { return m_state->finding; }
bool Session::criticalPathShown() const { return m_state->criticalPath; }
bool Session::isLoading() const { return m_state->loading; }
ingest::LoadProgress Session::loadProgress() const { return m_state->progress; }
const std::optional<ingest::LoadReport>& Session::lastLoad() const { return m_state->lastLoad; }
QStringList Session::openFiles() const { return m_state->openFiles; }

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
  m_state->load->stop.request_stop();
  m_state->load = std::make_shared<State::Load>();
  m_state->loading = false;
  m_state->lastLoad.reset();
  m_state->openFiles.clear();
  m_state->watch.clear();
  m_state->pollTimer.stop();
  m_state->closeTrace();
  m_state->takeSnapshot(m_state->load->store->snapshot());
  Q_EMIT loadingChanged();
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
  closeTrace();
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
  const TraceIndex wanted = chosenByUser && traceIndex ? *traceIndex : slowestTrace(*snapshot);
  if (wanted != traceIndex) {
    analyse(wanted, std::nullopt, false);
    visit();
  } else if (open == nullptr || open->tree().snapshot->trace(wanted).spans != snapshot->trace(wanted).spans) {
    // The open trace grew while the rest was read.
    const std::optional<SpanRow> row =
        node && open != nullptr ? std::optional(open->tree().row[node->value]) : std::nullopt;
    analyse(wanted, row, open != nullptr);
  }
}

void Session::State::poll() {
  takeSnapshot(load->store->snapshot());
  if (!loading) return;
  {
    const std::lock_guard lock(load->mutex);
    progress = load->progress;
  }
  Q_EMIT self.loadingChanged();
  // A long load does not keep the answer to itself: what is slowest so far is shown meanwhile.
  if (!traceIndex && snapshot->traceCount() > 0 && loadingSince.hasExpired(kEarlyAnswer.count())) {
    analyse(slowestTrace(*snapshot), std::nullopt, false);
  }
}

void Session::State::takeSnapshot(std::shared_ptr<const store::Snapshot> fresh) {
  if (fresh == snapshot) return;
  // What was open before may be big: let a worker free it.
  pool.post([old = std::move(snapshot)](std::stop_token) {});
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

// --- the open trace ---

void Session::openTraceAt(TraceIndex trace) {
  m_state->chosenByUser = true;
  if (m_state->traceIndex == trace) return;
  m_state->analyse(trace, std::nullopt, false);
  m_state->visit();
}

void Session::openSlowestTrace() {
  if (m_state->snapshot->traceCount() > 0) openTraceAt(slowestTrace(*m_state->snapshot));
}

void Session::State::analyse(TraceIndex trace, std::optional<SpanRow> select, bool keepRange) {
  analysisStop.request_stop();
  analysisStop = {};
  const uint64_t asked = ++analysisAsked;
  const bool another = traceIndex != trace;
  traceIndex = trace;
  if (another) {
    open.reset();
    node.reset();
    finding.reset();
    narrowed.clear();
    Q_EMIT self.openTraceChanged();
  }
  pool.post([this, asked, select, keepRange, trace, current = snapshot,
             stop = analysisStop.get_token()](std::stop_token) {
    std::shared_ptr<const OpenTrace> opened = prepare(current, trace, stop);
    if (opened == nullptr) return;
    QMetaObject::invokeMethod(
        &self,
        [this, asked, select, keepRange, opened] {
          if (asked == analysisAsked) land(opened, select, keepRange);
        },
        Qt::QueuedConnection);
  });
}

void Session::State::land(std::shared_ptr<const OpenTrace> opened, std::optional<SpanRow> select, bool keepRange) {
  const layout::TimeRange before = range;
  open = std::move(opened);
  node = select ? open->tree().find(*select) : std::nullopt;
  finding.reset();
  range = keepRange ? layout::clampRange(before, open->bounds) : open->bounds;
  Q_EMIT self.openTraceChanged();
  Q_EMIT self.visibleRangeChanged();
  if (!node && !open->analysis->findings.empty()) {
    self.selectFinding(0);  // nobody should have to look for the answer
  } else {
    if (!node) node = open->analysis->trail.steps.back().node;
    Q_EMIT self.selectionChanged();
  }
}

void Session::State::closeTrace() {
  analysisStop.request_stop();
  ++analysisAsked;
  history = {};
  narrowed.clear();
  node.reset();
  finding.reset();
  open.reset();
  traceIndex.reset();
  Q_EMIT self.openTraceChanged();
}

// --- selection ---

void Session::State::select(std::optional<analysis::NodeIndex> wanted) {
  if (open == nullptr || (wanted && wanted->value >= open->tree().size())) return;
  if (node == wanted) return;
  node = wanted;
  Q_EMIT self.selectionChanged();
}

void Session::selectNode(std::optional<analysis::NodeIndex> node) {
  m_state->select(node);
  if (m_state->finding && m_state->open != nullptr) {
    const auto& evidence = m_state->open->analysis->findings[*m_state->finding].evidence;
    if (!node || std::find(evidence.begin(), evidence.end(), *node) == evidence.end()) {
      m_state->finding.reset();
      Q_EMIT findingSelectionChanged();
    }
  }
  m_state->visit();
}

void Session::selectSpan(SpanRow row) {
  if (row.value >= m_state->snapshot->spanCount()) return;
  const TraceIndex trace = m_state->snapshot->spans().trace(row);
  m_state->chosenByUser = true;
  if (m_state->traceIndex == trace && m_state->open != nullptr) {
    selectNode(m_state->open->tree().find(row));
    return;
  }
  m_state->analyse(trace, row, false);
  m_state->visit();
}

void Session::selectFinding(std::optional<size_t> finding) {
  if (m_state->open == nullptr) return;
  const auto& findings = m_state->open->analysis->findings;
  if (finding && *finding >= findings.size()) return;
  m_state->finding = finding;
  if (finding) m_state->select(findings[*finding].evidence.front());
  Q_EMIT findingSelectionChanged();
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
  m_state->narrowed.clear();
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
  const layout::TimeRange before = m_state->narrowed.back();
  m_state->narrowed.pop_back();
  m_state->setRange(before);
  return true;
}

void Session::setCriticalPathShown(bool shown) {
  if (m_state->criticalPath == shown) return;
  m_state->criticalPath = shown;
  QSettings().setValue(QLatin1String(kCriticalPathKey), shown);
  Q_EMIT criticalPathShownChanged();
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
  if (traceIndex == place->trace && open != nullptr) {
    select(place->row ? open->tree().find(*place->row) : std::nullopt);
  } else {
    analyse(place->trace, place->row, false);
  }
}

void Session::goBack() { m_state->go(m_state->history.back()); }
void Session::goForward() { m_state->go(m_state->history.forward()); }

}  // namespace waybill::session
