// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "analysis/rank_excess.h"
#include "base/thread_pool.h"
#include "session/session.h"

namespace waybill::ui {

// Which traces are ranked, and what they are compared with.
struct RankedTraces {
  std::shared_ptr<const session::ListedTraces> traces;
  std::shared_ptr<const analysis::Population> population;

  // A store that has grown since is ranked again when it has been learned again.
  bool isSameAs(const RankedTraces& other) const {
    return population == other.population && traces->filter == other.traces->filter;
  }
};

// Ranks the operations of traces on a worker; the latest asked for holds. GUI thread.
class OperationRanker : public QObject {
  Q_OBJECT

 public:
  explicit OperationRanker(QObject* parent = nullptr);
  ~OperationRanker() override;

  // Does nothing when it is this that is ranked, or being ranked.
  void rank(const RankedTraces& wanted);
  void forget();  // stops; nothing is ranked any more

  const std::optional<RankedTraces>& running() const { return m_running; }
  double progress() const { return m_progress == nullptr ? 0 : m_progress->load(); }  // of what runs, 0 to 1
  const std::optional<RankedTraces>& ranked() const { return m_ranked; }
  const std::vector<analysis::OperationExcess>& operations() const { return m_operations; }  // of ranked(), best first

 Q_SIGNALS:
  void changed();     // ranked(), operations()
  void progressed();  // began, went on or ended

 private:
  void stop();
  void land(std::vector<analysis::OperationExcess> operations);

  std::optional<RankedTraces> m_running, m_ranked;
  std::vector<analysis::OperationExcess> m_operations;
  std::stop_source m_stop;
  std::shared_ptr<std::atomic<double>> m_progress;  // written on the threads of the job
  QTimer m_progressTimer;
  ThreadPool m_pool{1};  // last: joins first
};

}  // namespace waybill::ui
