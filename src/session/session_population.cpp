// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is learned over everything loaded, once it is: the open trace is then explained anew.
#include <algorithm>
#include <thread>
#include <utility>

#include "session/session_state.h"

namespace waybill::session {
namespace {

constexpr qint64 kQuietMs = 2'000;
constexpr uint32_t kFewestToLearnBusy = 10'000;  // spans; fewer wait for quiet

}  // namespace

void Session::State::forgetPopulation() {
  learning.request_stop();
  learning = {};
  isLearning = false;
  if (population == nullptr) return;
  letGo(std::exchange(population, nullptr));
  Q_EMIT self.populationChanged();
}

void Session::State::learn() {
  if (population != nullptr && population->storeId != snapshot->storeId()) forgetPopulation();
  learning.request_stop();
  learning = {};
  isLearning = false;
  const uint32_t fewest = normal.usual() == nullptr ? 2 : 1;  // a trace is not compared with itself
  if (snapshot->traceCount() < fewest) return;
  const unsigned threads = std::max(2U, std::thread::hardware_concurrency()) - 1;  // one core for the window
  isLearning = true;
  pool.post([this, threads, current = snapshot, usual = normal.usual(),
             stop = learning](std::stop_token closing) mutable {
    const std::stop_callback end(closing, [&stop] { stop.request_stop(); });
    auto learned = analysis::buildPopulation(current, stop.get_token(), threads, {}, std::move(usual));
    if (learned == nullptr) return;
    QMetaObject::invokeMethod(
        &self,
        [this, learned = std::move(learned), token = stop.get_token()] {
          if (token.stop_requested()) return;  // other files are open now, or another normal is chosen
          isLearning = false;
          letGo(std::exchange(population, learned));
          Q_EMIT self.populationChanged();
          if (!analysing) explainAnew();
        },
        Qt::QueuedConnection);
  });
}

// What is normal is another: what was learned with the former holds until this is.
void Session::State::takeNormal() {
  if (loading) return;  // finishLoad() learns
  learn();
  if (isLearning) return;
  forgetPopulation();  // a single trace has nothing to be compared with any more
  if (!analysing) explainAnew();
}

// A store that grows is learned when it is quiet. While it never is, only when it has doubled: that costs no more than
// learning it twice.
void Session::State::learnLive(bool hasGrown) {
  if (hasGrown) liveGrewSince.start();
  const uint32_t spans = snapshot->spanCount();
  if (isLearning || spans == learnedSpans || !liveGrewSince.isValid()) return;
  if (!liveGrewSince.hasExpired(kQuietMs) && spans / 2 < std::max(learnedSpans, kFewestToLearnBusy)) return;
  learnedSpans = spans;
  learn();
}

// The open trace, if it was compared with something else than what is known by now.
void Session::State::explainAnew() {
  if (open == nullptr || whatIf) return;
  if (population == nullptr ? isLearning || loading : population->storeId != snapshot->storeId()) return;
  if (open->analysis->population != population) analyseAgain();
}

// The trace that is open, or becomes so, with what is known and wished for by now. What is selected and in sight stays.
void Session::State::analyseAgain() {
  if (!traceIndex) return;
  std::optional<SpanRow> row;
  const bool isRead = open != nullptr && (spanChosen || open->tree().size() > kExplainedAtOnce);
  if (node && isRead) row = open->tree().row[node->value];
  analyse(*traceIndex, row, open != nullptr);
}

}  // namespace waybill::session
