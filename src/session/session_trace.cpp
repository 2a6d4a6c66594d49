// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the session does with the open trace: analysed, explained, what is chosen in it.
#include <algorithm>
#include <thread>
#include <utility>

#include "analysis/telling_trace.h"
#include "session/grown_findings.h"
#include "session/session_state.h"

namespace waybill::session {

void Session::State::stopLooking() {
  lookingStop.request_stop();
  lookingStop = {};
  isLooking = false;
}

void Session::State::openFirst(FirstTrace which) {
  stopLooking();
  isLooking = true;
  pool.post([this, which, current = snapshot, known = population, stop = lookingStop](std::stop_token closing) mutable {
    const std::stop_callback end(closing, [&stop] { stop.request_stop(); });
    const auto first = which == FirstTrace::Slowest
                           ? analysis::slowestTrace(*current, known.get())
                           : analysis::mostTellingTrace(*current, known.get(), stop.get_token());
    if (!first) return;
    QMetaObject::invokeMethod(
        &self,
        [this, which, trace = *first, store = current->storeId(), token = stop.get_token()] {
          if (token.stop_requested()) return;
          isLooking = false;
          if (snapshot->storeId() != store) return;
          if (which == FirstTrace::Slowest) return self.openTraceAt(trace);
          if (trace == traceIndex) return refreshOpen();
          analyse(trace, std::nullopt, false);
          if (!loading) visit();
        },
        Qt::QueuedConnection);
  });
}

// The open trace may have grown while the rest was read.
void Session::State::refreshOpen() {
  if (!traceIndex || loading) return;
  if (open != nullptr && open->tree().snapshot->trace(*traceIndex).spans == snapshot->trace(*traceIndex).spans) return;
  const std::optional<SpanRow> row = node && open != nullptr ? std::optional(open->tree().row[node->value]) : std::nullopt;
  analyse(*traceIndex, row, open != nullptr);
}

void Session::openTraceAt(TraceIndex trace) {
  m_state->chosenByUser = true;
  m_state->stopLooking();
  if (m_state->traceIndex == trace) return;
  m_state->analyse(trace, std::nullopt, false);
  m_state->visit();
}

void Session::openSlowestTrace() {
  if (m_state->snapshot->traceCount() > 0) m_state->openFirst(State::FirstTrace::Slowest);
}

void Session::State::analyse(TraceIndex trace, std::optional<SpanRow> select, bool keepRange, bool keepFound) {
  endWhatIf();
  analysisStop.request_stop();
  analysisStop = {};
  analysing = true;
  analysisTime.start();
  const uint64_t asked = ++analysisAsked;
  const bool another = traceIndex != trace;
  traceIndex = trace;
  if (another) {
    whatIfWanted.reset();
    letGo(std::exchange(open, nullptr));
    letGo(std::exchange(growing, nullptr));
    found.reset();
    node.reset();
    showFindings();
    finding.reset();
    narrowed.clear();
    spanChosen = select.has_value();
    Q_EMIT self.openTraceChanged();
  }
  Landing how{asked, select, keepRange, adjustClocks, nullptr, {}, nullptr};
  if (showingLive) {
    how.growing = std::exchange(growing, nullptr);
    if (how.growing == nullptr) how.growing = std::make_shared<analysis::GrowingTree>();
  }
  if (keepFound && open != nullptr && found) {
    how.shown = open;
    how.carried = *found;
  }
  pool.post([this, landing = std::move(how), trace, current = snapshot, known = population,
             stop = analysisStop.get_token()](std::stop_token) {
    openOnWorker(landing, current, trace, known, stop);
  });
}

// A big trace is shown before its findings are known, unless it is shown already.
void Session::State::openOnWorker(const Landing& landing, std::shared_ptr<const store::Snapshot> current,
                                  TraceIndex trace, std::shared_ptr<const analysis::Population> known,
                                  const std::stop_token& stop) {
  const Workers workers{std::thread::hardware_concurrency()};
  PreparedTrace prepared = prepareTrace(std::move(current), trace, std::move(known), workers, stop,
                                        landing.adjustClocks, landing.growing.get());
  const std::shared_ptr<const OpenTrace> opened = std::move(prepared.open);
  if (opened == nullptr) return;
  const auto selected = landing.select ? opened->tree().find(*landing.select) : std::nullopt;  // O(spans): not there
  const auto onWindow = [this, asked = landing.asked, lent = landing.growing](auto work) {
    const auto ifWanted = [this, asked, lent, work = std::move(work)]() mutable {
      if (asked != analysisAsked) return;
      growing = std::move(lent);
      work();
    };
    QMetaObject::invokeMethod(&self, std::move(ifWanted), Qt::QueuedConnection);
  };
  if (landing.shown != nullptr) {
    onWindow([this, selected, opened,
              moved = inGrownTrace(landing.carried, landing.shown->tree(), opened->tree())]() mutable {
      foundWithFewer = true;
      land(opened, selected, true, std::move(moved));
    });
    return;
  }
  const bool early = !landing.keepRange && opened->tree().size() > kExplainedAtOnce;
  if (early) {
    onWindow([this, selected, keepRange = landing.keepRange, opened] { land(opened, selected, keepRange, {}); });
  }
  // The window draws meanwhile: it keeps a processor to itself.
  const Workers others{std::max(2U, std::thread::hardware_concurrency()) - 1};
  Found explained = analysis::explain(*opened->analysis, prepared.operations, others, stop);
  if (!explained) return;
  if (early) {
    onWindow([this, explained = std::move(*explained)]() mutable { landFindings(std::move(explained)); });
  } else {
    onWindow([this, selected, keepRange = landing.keepRange, opened, explained = std::move(explained)]() mutable {
      noteExplained();
      land(opened, selected, keepRange, std::move(explained));
    });
  }
}

void Session::State::land(std::shared_ptr<const OpenTrace> opened, std::optional<analysis::NodeIndex> select,
                          bool keepRange, Found foundInIt) {
  analysing = !foundInIt.has_value();
  lastAnalysisMs = analysisTime.elapsed();
  const layout::TimeRange before = range;
  auto old = std::exchange(open, std::move(opened));  // the same trace with fewer spans, or none
  const bool hadNode = old != nullptr && node.has_value();
  const SpanId spanBefore = hadNode ? old->tree().spanId(node.value_or(analysis::NodeIndex())) : SpanId{};
  const bool wasWhole = old != nullptr && before == old->bounds;
  range = keepRange && !wasWhole ? layout::clampRange(before, open->bounds) : open->bounds;
  const std::vector<analysis::Finding> findingsBefore = std::move(findings);
  found = std::move(foundInIt);
  showFindings();
  finding = finding && old != nullptr ? sameFinding(*old, findingsBefore[*finding]) : std::nullopt;
  const bool wantsNone = old != nullptr && spanChosen && !hadNode;
  const std::optional<SpanRow> rowBefore = hadNode && spanChosen ? std::optional(old->tree().row[node->value]) : std::nullopt;
  node = wantsNone ? std::nullopt : select;
  // The user has chosen another span while this one was being analysed.
  const bool isOutdated = rowBefore && !(node && open->tree().spanId(*node) == spanBefore);
  if (isOutdated && old->tree().snapshot->storeId() == open->tree().snapshot->storeId()) node = open->tree().find(*rowBefore);
  if (!node && !wantsNone) selectAnswer();
  Q_EMIT self.openTraceChanged();
  Q_EMIT self.visibleRangeChanged();
  if (finding) Q_EMIT self.findingSelectionChanged();
  // Growing gives the same span another number, which is no reason to scroll to it.
  const bool sameSpan = node && hadNode && open->tree().spanId(*node) == spanBefore;
  if (!sameSpan) Q_EMIT self.selectionChanged();
  letGo(std::move(old));
  if (!found) return;
  explainAnew();
  askWanted();
}

void Session::State::noteExplained() {
  foundWithFewer = false;
  explainedSince.start();
  lastExplainedMs = analysisTime.elapsed();
}

// The user has begun to read: what is selected stays, but it may turn out to be evidence.
void Session::State::landFindings(std::vector<analysis::Finding> foundInIt) {
  analysing = false;
  lastAnalysisMs = analysisTime.elapsed();
  found = std::move(foundInIt);
  noteExplained();
  showFindings();
  if (node && !findings.empty() && findings.front().evidence.front() == *node) finding = 0;
  Q_EMIT self.findingsChanged();
  if (finding) Q_EMIT self.findingSelectionChanged();
  explainAnew();
  askWanted();
}

// Nobody should have to look for the answer.
void Session::State::selectAnswer() {
  const bool answered = !findings.empty() && findings.front().savingNs > 0;  // a mere remark is no answer
  finding = answered ? std::optional<size_t>(0) : std::nullopt;
  node = answered ? findings.front().evidence.front() : open->analysis->trail.steps.back().node;
}

// The finding of the open trace that says the same of the same span as one of what was open before.
std::optional<size_t> Session::State::sameFinding(const OpenTrace& old, const analysis::Finding& before) const {
  const SpanId span = old.tree().spanId(before.evidence.front());
  for (size_t i = 0; i < findings.size(); ++i) {
    if (findings[i].kind == before.kind && open->tree().spanId(findings[i].evidence.front()) == span) return i;
  }
  return std::nullopt;
}

// Takes over what the user has not hidden of the open trace's findings.
void Session::State::showFindings() {
  findings.clear();
  if (open == nullptr || !found) return;
  for (const analysis::Finding& each : *found) {
    if (!findingChoices.hides(each, open->tree())) findings.push_back(each);
  }
}

// After the choices have come to hide the finding at `index`: the next one takes its place.
void Session::State::hideFinding(size_t index) {
  showFindings();
  finding = findings.empty() ? std::nullopt : std::optional(std::min(index, findings.size() - 1));
  if (finding) select(findings[*finding].evidence.front());
  Q_EMIT self.findingsChanged();
  Q_EMIT self.findingSelectionChanged();
}

std::string Session::headline() const {
  const auto& open = m_state->predicted != nullptr ? m_state->predicted : m_state->open;
  if (open == nullptr) return {};
  const auto& found = m_state->found;
  if (open != m_state->open || !found || found->empty()) return open->analysis->headline;
  return analysis::headline(open->tree(), open->analysis->trail, &found->front());
}

void Session::dismissFinding(size_t finding) {
  if (m_state->open == nullptr || finding >= m_state->findings.size()) return;
  m_state->findingChoices.dismiss(m_state->findings[finding], m_state->open->tree());
  m_state->hideFinding(finding);
}

void Session::muteFindings(size_t finding) {
  if (m_state->open == nullptr || finding >= m_state->findings.size()) return;
  m_state->findingChoices.mute(m_state->findings[finding].kind);
  m_state->hideFinding(finding);
}

void Session::showHiddenFindings() {
  if (hiddenFindings() == 0) return;
  const auto& open = m_state->open;
  for (const analysis::Finding& each : *m_state->found) {
    if (m_state->findingChoices.hides(each, open->tree())) m_state->findingChoices.restore(each, open->tree());
  }
  m_state->showFindings();
  m_state->finding.reset();
  Q_EMIT findingsChanged();
  Q_EMIT findingSelectionChanged();
}

void Session::State::closeTrace() {
  stopLooking();
  endWhatIf();
  whatIfWanted.reset();
  analysisStop.request_stop();
  ++analysisAsked;
  analysing = false;
  history = {};
  narrowed.clear();
  node.reset();
  finding.reset();
  letGo(std::exchange(open, nullptr));
  letGo(std::exchange(growing, nullptr));
  found.reset();
  showFindings();
  traceIndex.reset();
  Q_EMIT self.openTraceChanged();
}

// It may be big: a worker frees it, once no view holds it.
void Session::State::letGo(std::shared_ptr<const void> big) {
  if (big != nullptr) pool.post([held = std::move(big)](std::stop_token) {});
}

void Session::State::select(std::optional<analysis::NodeIndex> wanted) {
  if (open == nullptr || (wanted && wanted->value >= open->tree().size())) return;
  if (node == wanted) return;
  node = wanted;
  Q_EMIT self.selectionChanged();
}

void Session::selectNode(std::optional<analysis::NodeIndex> node) {
  m_state->spanChosen = true;
  m_state->select(node);
  if (m_state->finding && m_state->open != nullptr) {
    const auto& evidence = m_state->findings[*m_state->finding].evidence;
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
  m_state->stopLooking();
  m_state->spanChosen = true;
  const auto& open = m_state->open;
  const bool sameStore = open != nullptr && open->tree().snapshot->storeId() == m_state->snapshot->storeId();
  if (m_state->traceIndex == trace && sameStore) {
    selectNode(open->tree().find(row));
    return;
  }
  m_state->analyse(trace, row, false);
  m_state->visit();
}

void Session::selectFinding(std::optional<size_t> finding) {
  if (m_state->open == nullptr || (finding && *finding >= m_state->findings.size())) return;
  m_state->spanChosen = true;
  m_state->finding = finding;
  if (finding) m_state->select(m_state->findings[*finding].evidence.front());
  Q_EMIT findingSelectionChanged();
}

}  // namespace waybill::session
