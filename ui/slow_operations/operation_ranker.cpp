// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/slow_operations/operation_ranker.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace waybill::ui {
namespace {

constexpr int kProgressMs = 100;

}  // namespace

OperationRanker::OperationRanker(QObject* parent) : QObject(parent) {
  m_progressTimer.setInterval(kProgressMs);
  connect(&m_progressTimer, &QTimer::timeout, this, &OperationRanker::progressed);
}

OperationRanker::~OperationRanker() { m_stop.request_stop(); }

void OperationRanker::rank(const RankedTraces& wanted) {
  if (m_running ? m_running->isSameAs(wanted) : m_ranked && m_ranked->isSameAs(wanted)) return;
  stop();
  m_running = wanted;
  m_progress = std::make_shared<std::atomic<double>>(0);
  m_progressTimer.start();
  const unsigned threads = std::max(2U, std::thread::hardware_concurrency()) - 1;  // one core for the window
  m_pool.post([this, held = std::optional(RankedTraces(wanted)), threads, progress = m_progress,
               stop = m_stop](std::stop_token closing) mutable {
    const std::stop_callback end(closing, [&stop] { stop.request_stop(); });
    auto operations = analysis::rankExcess(held->traces->snapshot, held->traces->traces, held->population,
                                           stop.get_token(), threads, [&](double share) { *progress = share; });
    held.reset();  // it may be big, and the last: it goes here
    if (!operations) return;
    QMetaObject::invokeMethod(
        this,
        [this, operations = std::move(*operations), token = stop.get_token()]() mutable {
          if (!token.stop_requested()) land(std::move(operations));
        },
        Qt::QueuedConnection);
  });
  Q_EMIT progressed();
}

void OperationRanker::stop() {
  m_stop.request_stop();
  m_stop = {};
  m_progressTimer.stop();
  // A worker frees what may be big.
  if (auto old = std::exchange(m_running, std::nullopt)) m_pool.post([held = std::move(old)](std::stop_token) {});
}

void OperationRanker::land(std::vector<analysis::OperationExcess> operations) {
  m_progressTimer.stop();
  m_operations = std::move(operations);
  if (auto old = std::exchange(m_ranked, std::exchange(m_running, std::nullopt))) {
    m_pool.post([held = std::move(old)](std::stop_token) {});
  }
  Q_EMIT changed();
  Q_EMIT progressed();
}

void OperationRanker::forget() {
  if (!m_running && !m_ranked) return;
  stop();
  if (auto old = std::exchange(m_ranked, std::nullopt)) m_pool.post([held = std::move(old)](std::stop_token) {});
  m_operations.clear();
  Q_EMIT changed();
  Q_EMIT progressed();
}

}  // namespace waybill::ui
