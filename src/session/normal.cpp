// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/normal.h"

#include <QFileInfo>
#include <algorithm>
#include <thread>
#include <utility>

#include "base/time_text.h"
#include "ingest/file_loader.h"
#include "store/trace_store.h"

namespace waybill::session {
namespace {

constexpr int kProgressMs = 100;
constexpr double kReadingShare = 0.5;  // of the progress of files: reading them, then learning

unsigned learningThreads() { return std::max(2U, std::thread::hardware_concurrency()) - 1; }  // one for the window

QString noTraces(const QStringList& files) {
  return files.size() == 1
             ? Normal::tr("%1 holds no traces, so there is nothing to call normal.").arg(QFileInfo(files.front()).fileName())
             : Normal::tr("The chosen files hold no traces, so there is nothing to call normal.");
}

}  // namespace

QString originOf(const QStringList& files) {
  if (files.isEmpty()) return {};
  const QString first = QFileInfo(files.front()).fileName();
  if (files.size() == 1) return Normal::tr("of %1").arg(first);
  if (files.size() == 2) return Normal::tr("of %1 and %2").arg(first, QFileInfo(files.back()).fileName());
  return Normal::tr("of %1 and %2 other files").arg(first).arg(files.size() - 1);
}

Normal::Normal(QObject* parent) : QObject(parent) {
  m_progressTimer.setInterval(kProgressMs);
  connect(&m_progressTimer, &QTimer::timeout, this, &Normal::learningChanged);
}

Normal::~Normal() { m_stop.request_stop(); }

QString Normal::text() const {
  if (m_usual == nullptr) return {};
  const QString count = QString::fromStdString(countText(m_usual->traces));
  return (m_usual->traces == 1 ? tr("%1 trace %2") : tr("%1 traces %2")).arg(count, m_origin);
}

double Normal::progress() const { return m_progress == nullptr ? 0 : m_progress->load(); }

Normal::Learned Normal::learnFiles(const QStringList& files, const std::stop_token& stop, const Progress& progress) {
  std::vector<std::string> paths;
  for (const QString& file : files) paths.push_back(file.toStdString());
  store::TraceStore store;
  const ingest::LoadReport report = ingest::loadFiles(paths, store, stop, [&](const ingest::LoadProgress& read) {
    if (read.bytesTotal == 0) return;
    progress(kReadingShare * static_cast<double>(read.bytesDone) / static_cast<double>(read.bytesTotal));
  });
  if (report.cancelled || stop.stop_requested()) return {};
  const QString problem = QString::fromStdString(report.firstError());
  const auto snapshot = store.snapshot();
  if (snapshot->traceCount() == 0) return {nullptr, problem.isEmpty() ? noTraces(files) : problem};
  const auto learning = [&](double share) { progress(kReadingShare + (1 - kReadingShare) * share); };
  return {analysis::learnNormal(snapshot, std::nullopt, stop, learningThreads(), learning), problem};
}

void Normal::chooseFiles(const QStringList& files) {
  if (files.isEmpty()) return;
  start(originOf(files), [files](const std::stop_token& stop, const Progress& progress) {
    return learnFiles(files, stop, progress);
  });
}

void Normal::chooseTraces(std::shared_ptr<const store::Snapshot> snapshot, std::vector<TraceIndex> traces,
                          const QString& origin) {
  if (traces.empty()) {
    Q_EMIT message(tr("There are no such traces, so there is nothing to call normal."));
    return;
  }
  start(origin, [snapshot = std::move(snapshot), traces = std::optional(std::move(traces))](
                    const std::stop_token& stop, const Progress& progress) -> Learned {
    return {analysis::learnNormal(snapshot, traces, stop, learningThreads(), progress), {}};
  });
}

void Normal::start(const QString& origin, Job job) {
  m_stop.request_stop();
  m_stop = {};
  m_isLearning = true;
  m_learningOrigin = origin;
  m_progress = std::make_shared<std::atomic<double>>(0);
  m_progressTimer.start();
  m_pool.post([this, origin, job = std::move(job), progress = m_progress, stop = m_stop](std::stop_token closing) mutable {
    const std::stop_callback end(closing, [&stop] { stop.request_stop(); });
    Learned learned = job(stop.get_token(), [&](double share) { *progress = share; });
    job = {};  // what it holds may be big: it goes here, not on the GUI thread
    QMetaObject::invokeMethod(
        this,
        [this, origin, learned = std::move(learned), token = stop.get_token()]() mutable {
          if (!token.stop_requested()) land(origin, std::move(learned));
        },
        Qt::QueuedConnection);
  });
  Q_EMIT learningChanged();
}

void Normal::land(const QString& origin, Learned learned) {
  m_isLearning = false;
  m_progressTimer.stop();
  const bool isLearned = learned.usual != nullptr;
  if (isLearned) {
    m_pool.post([old = std::exchange(m_usual, std::move(learned.usual))](std::stop_token) {});
    m_origin = origin;
  }
  Q_EMIT learningChanged();
  if (isLearned) Q_EMIT changed();
  if (!learned.problem.isEmpty()) Q_EMIT message(learned.problem);
}

void Normal::cancel() {
  if (!m_isLearning) return;
  m_stop.request_stop();
  m_isLearning = false;
  m_progressTimer.stop();
  Q_EMIT learningChanged();
}

void Normal::end() {
  cancel();
  if (m_usual == nullptr) return;
  m_pool.post([old = std::exchange(m_usual, nullptr)](std::stop_token) {});
  m_origin.clear();
  Q_EMIT changed();
}

}  // namespace waybill::session
