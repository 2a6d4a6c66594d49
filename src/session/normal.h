// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "analysis/population.h"
#include "base/thread_pool.h"
#include "store/snapshot.h"

namespace waybill::session {

// Which traces, as it follows a number of them: "of a.json", "of a.json and b.json", "of a.json and 3 other files".
QString originOf(const QStringList& files);

// The traces that the user calls normal, and what is usual in them. Learned on a worker; what was chosen before holds
// until the new choice has been learned, and the latest choice wins. It stays when other traces or files are opened:
// it keeps no trace, only what was learned. GUI thread.
class Normal : public QObject {
  Q_OBJECT

 public:
  explicit Normal(QObject* parent = nullptr);
  ~Normal() override;

  // Null while nothing is chosen: then the open traces are compared with each other.
  const std::shared_ptr<const analysis::Usual>& usual() const { return m_usual; }
  // What is chosen, see originOf(). Empty while nothing is.
  const QString& origin() const { return m_origin; }
  QString text() const;  // "502 traces of normal.jsonl.gz"

  bool isLearning() const { return m_isLearning; }
  const QString& learningOrigin() const { return m_learningOrigin; }
  double progress() const;  // of the learning, 0 to 1

  // Commands. Without a trace in it a choice changes nothing, which message() says.
  void chooseFiles(const QStringList& files);
  // Traces of a snapshot; `origin` as above: "that match “service=web”".
  void chooseTraces(std::shared_ptr<const store::Snapshot> snapshot, std::vector<TraceIndex> traces,
                    const QString& origin);
  void cancel();  // the learning; what was chosen before stays
  void end();     // nothing is chosen any more, and nothing is being learned

 Q_SIGNALS:
  void changed();          // usual(), origin()
  void learningChanged();  // isLearning(), progress()
  void message(const QString& text);

 private:
  using Progress = analysis::PopulationProgress;
  struct Learned {
    std::shared_ptr<const analysis::Usual> usual;  // null: nothing to learn from, or stopped
    QString problem;                               // a sentence; also of files left out
  };
  using Job = std::function<Learned(const std::stop_token& stop, const Progress& progress)>;

  void start(const QString& origin, Job job);
  void land(const QString& origin, Learned learned);
  static Learned learnFiles(const QStringList& files, const std::stop_token& stop, const Progress& progress);

  std::shared_ptr<const analysis::Usual> m_usual;
  QString m_origin, m_learningOrigin;
  bool m_isLearning = false;
  std::stop_source m_stop;
  std::shared_ptr<std::atomic<double>> m_progress;  // of the latest job; written on its threads
  QTimer m_progressTimer;
  ThreadPool m_pool{1};  // last: joins first
};

}  // namespace waybill::session
