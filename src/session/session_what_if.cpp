// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The open trace replayed with something faster. One replay runs at a time; what is asked meanwhile waits, the latest
// only, and an answer that lands is shown even when it is no longer the latest: a slider that is dragged is followed as
// fast as the trace can be replayed.
#include <algorithm>
#include <thread>
#include <utility>

#include "analysis/prediction.h"
#include "session/session_state.h"

namespace waybill::session {
namespace {

// From the start of the request until the last span that it leads to has ended.
int64_t untilDoneNs(const analysis::TraceTree& tree) {
  const uint32_t root = tree.primaryRoot.value;
  const auto begin = tree.endNs.begin() + root;
  return *std::max_element(begin, tree.endNs.begin() + tree.subtreeEnd[root]) - tree.startNs[root];
}

struct Replay {
  analysis::Rewrite rewrite;
  uint32_t spans = 0;
};

Replay replayOf(const WhatIf& asked, const analysis::TraceTree& tree) {
  if (asked.scope == WhatIf::Scope::Fix) return {asked.fix == nullptr ? analysis::Rewrite() : *asked.fix, 0};
  const std::vector<analysis::NodeIndex> spans = asked.scope == WhatIf::Scope::Operation
                                                     ? analysis::spansLike(tree, asked.node)
                                                     : std::vector{asked.node};
  const auto part = asked.ownTimeOnly ? analysis::FasterPart::OwnTime : analysis::FasterPart::Whole;
  return {analysis::fasterSpans(tree, spans, part, asked.percentFaster), static_cast<uint32_t>(spans.size())};
}

WhatIfResult resultOf(const OpenTrace& predicted, uint32_t spans) {
  const analysis::TraceTree& before = predicted.measured->tree();
  const analysis::TraceTree& after = predicted.tree();
  return {before.durationNs(before.primaryRoot), after.durationNs(after.primaryRoot), untilDoneNs(before),
          untilDoneNs(after), spans};
}

}  // namespace

const std::optional<WhatIf>& Session::whatIf() const { return m_state->whatIf; }

std::optional<WhatIfResult> Session::whatIfResult() const {
  if (!m_state->whatIf || m_state->answeredWhatIf != m_state->whatIf) return std::nullopt;
  return m_state->whatIfResult;
}

void Session::setWhatIf(std::optional<WhatIf> wanted) {
  State& state = *m_state;
  if (!wanted) {
    const bool stoodStill = state.whatIf.has_value();
    state.endWhatIf();
    if (stoodStill) state.takeLive();
    return state.explainAnew();
  }
  if (state.open == nullptr || wanted->node.value >= state.open->tree().size()) return;
  if (state.analysing) {  // soon its spans will have other numbers
    if (wanted->scope != WhatIf::Scope::Fix) {
      const SpanRow row = state.open->tree().row[wanted->node.value];
      state.whatIfWanted = {std::move(*wanted), row};
    }
    return;
  }
  wanted->percentFaster = std::clamp(wanted->percentFaster, 0, 100);
  if (state.whatIf == wanted) return;
  if (!state.whatIf) state.narrowed.emplace_back();
  state.whatIf = std::move(wanted);
  Q_EMIT whatIfChanged();
  if (!state.predicting) state.startPrediction();
}

void Session::State::startPrediction() {
  predicting = true;
  predictionStop = {};
  pool.post([this, asked = ++predictionsAsked, wanted = *whatIf, measured = open,
             stop = predictionStop](std::stop_token closing) mutable {
    const std::stop_callback end(closing, [&stop] { stop.request_stop(); });
    const Replay replay = replayOf(wanted, measured->tree());
    Predicted landed{predictOpenTrace(measured, replay.rewrite, {std::thread::hardware_concurrency()}, stop.get_token()),
                     {}};
    if (landed.trace == nullptr) return;
    landed.result = resultOf(*landed.trace, replay.spans);
    QMetaObject::invokeMethod(
        &self,
        [this, asked, wanted, landed = std::move(landed)]() mutable {
          if (asked == predictionsAsked && whatIf) return landPrediction(wanted, std::move(landed));
          letGo(std::move(landed.trace));
        },
        Qt::QueuedConnection);
  });
}

void Session::State::landPrediction(const WhatIf& asked, Predicted landed) {
  predicting = false;
  auto old = std::exchange(predicted, std::move(landed.trace));
  answeredWhatIf = asked;
  whatIfResult = landed.result;
  Q_EMIT self.timesChanged();
  Q_EMIT self.whatIfChanged();
  letGo(std::move(old));
  if (whatIf && answeredWhatIf != whatIf && !predicting) startPrediction();
}

// What was asked for while the trace was being analysed anew.
void Session::State::askWanted() {
  if (analysing || !whatIfWanted) return;
  auto [wanted, row] = *std::exchange(whatIfWanted, std::nullopt);
  const auto again = open->tree().find(row);
  if (!again) return;
  wanted.node = *again;
  self.setWhatIf(std::move(wanted));
}

// Everything goes back to what was measured.
void Session::State::endWhatIf() {
  if (!whatIf) return;
  predictionStop.request_stop();
  ++predictionsAsked;
  predicting = false;
  whatIf.reset();
  answeredWhatIf.reset();
  std::erase_if(narrowed, [](const auto& step) { return !step.has_value(); });
  auto old = std::exchange(predicted, nullptr);
  if (old != nullptr) Q_EMIT self.timesChanged();
  Q_EMIT self.whatIfChanged();
  letGo(std::move(old));
}

}  // namespace waybill::session
