// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the session does with a store that grows, and how the open trace follows it.
#include <algorithm>
#include <utility>

#include "analysis/streams.h"
#include "session/session_state.h"

namespace waybill::session {
namespace {

// A growing trace is analysed anew after its span count changed, but so that the machine is ours for a third
// at most.
constexpr std::chrono::milliseconds kRegrowthInterval{100};
constexpr int kRegrowthShare = 3;

// To explain a trace takes longer than to draw it: while one with more spans grows, what was found before stands, until
// it was quiet for so long, or until so much time has passed since it was explained, or more if that took long.
constexpr uint32_t kExplainedAtEachGrowth = 20'000;
constexpr qint64 kQuietMs = 500, kStandsMs = 2'000;

// The slowest trace whose root has arrived, a stream only where there is nothing else; none when there is no such.
std::optional<TraceIndex> slowestComplete(const store::Snapshot& snapshot) {
  std::optional<TraceIndex> slowest, stream;
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    const store::TraceSummary& trace = snapshot.trace(TraceIndex(i));
    if (trace.rootHasParent) continue;
    if (slowest && trace.durationNs() <= snapshot.trace(*slowest).durationNs()) continue;
    (analysis::isStreamRequest(snapshot, TraceIndex(i)) ? stream : slowest) = TraceIndex(i);
  }
  return slowest ? slowest : stream;
}

// The row of a span in a trace; none when it is not there.
std::optional<SpanRow> rowOf(const store::Snapshot& snapshot, TraceIndex trace, SpanId span) {
  std::optional<SpanRow> found;
  snapshot.forEachSpan(trace, [&](SpanRow row) {
    if (snapshot.spans().id(row) == span) found = row;
  });
  return found;
}

}  // namespace

void Session::showLive() {
  if (m_state->showingLive || m_state->live.snapshot() == nullptr) return;
  m_state->closeFiles();
  m_state->chosenByUser = false;
  m_state->setShowingLive(true);
  m_state->takeSnapshot(m_state->live.snapshot());
  m_state->takeLive();
  Q_EMIT loadingChanged();
}

void Session::State::setShowingLive(bool showing) {
  if (showingLive == showing) return;
  showingLive = showing;
  learnedSpans = 0;
  Q_EMIT self.showingLiveChanged();
}

void Session::State::takeLive() {
  if (!showingLive || live.snapshot() == nullptr) return;
  const auto fresh = live.snapshot();
  if (fresh->storeId() != snapshot->storeId()) followStore(*fresh);
  const bool isNew = fresh != snapshot;
  takeSnapshot(fresh);
  learnLive(isNew);
  if (traceIndex) return growOpenTrace();
  if (chosenByUser || analysing || !isNew) return;
  if (const auto trace = slowestComplete(*snapshot)) analyse(*trace, std::nullopt, false);
}

// Another store holds the traces now (the retention limits were reached): rows and indexes have other numbers
// there.
void Session::State::followStore(const store::Snapshot& fresh) {
  history = {};
  learnedSpans = 0;
  if (!traceIndex) return;
  const auto trace = fresh.findTrace(snapshot->trace(*traceIndex).id);
  if (!trace) {
    closeTrace();
    chosenByUser = false;  // the next one opens by itself
    Q_EMIT self.message(Session::tr("The trace that was open has been dropped; pin a trace to keep it."));
    return;
  }
  traceIndex = trace;
  ++analysisAsked;  // what is under way speaks of the old store
  analysing = false;
  lastAnalysisMs = 0;
}

void Session::State::growOpenTrace() {
  if (open == nullptr || analysing || whatIf) return;
  const auto& shown = open->tree();
  const bool sameStore = shown.snapshot->storeId() == snapshot->storeId();
  const bool hasGrown = !sameStore || shown.snapshot->trace(shown.trace).spans != snapshot->trace(*traceIndex).spans;
  if (!hasGrown && !foundWithFewer) return;
  const bool mayStand = hasGrown && sameStore && shown.size() > kExplainedAtEachGrowth && found &&
                        !explainedSince.hasExpired(std::max(kStandsMs, 2 * kRegrowthShare * lastExplainedMs));
  const qint64 shortest = hasGrown ? kRegrowthInterval.count() : kQuietMs;
  const qint64 pause = std::max<qint64>(shortest, kRegrowthShare * lastAnalysisMs);
  if (analysisTime.isValid() && !analysisTime.hasExpired(pause))
    return;  // the next snapshot, or poll, asks again
  std::optional<SpanRow> row;
  if (node && spanChosen) {  // rows stay what they are within a store
    row = sameStore ? shown.row[node->value] : rowOf(*snapshot, *traceIndex, shown.spanId(*node));
  }
  analyse(*traceIndex, row, true, mayStand);
}

}  // namespace waybill::session
