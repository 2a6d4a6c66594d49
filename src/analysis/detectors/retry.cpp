// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/detectors/retry.h"

#include <algorithm>

#include "analysis/error_text.h"
#include "analysis/retry_text.h"
#include "analysis/saturating.h"
#include "base/time_text.h"

namespace waybill::analysis {
namespace {

struct Wasted {
  size_t failed = 0, timeouts = 0, gaveUp = 0;
  int64_t inTriesNs = 0, backOffNs = 0;
  std::string reason;  // of the first failure
};

Wasted wastedIn(const TraceFacts& facts, const RetriedOperation& retried) {
  Wasted out;
  for (const Attempts& attempts : retried.calls) {
    out.gaveUp += attempts.succeeded ? 0 : 1;
    out.backOffNs = saturatingSum(out.backOffNs, attempts.backOffNs(facts.tree));
    for (size_t i = 0; i + 1 < attempts.tries.size(); ++i) {
      const SpanError error = errorOf(facts.tree, attempts.tries[i], facts.semantics);
      ++out.failed;
      out.timeouts += error.saysTimeout() ? 1 : 0;
      out.inTriesNs = saturatingSum(out.inTriesNs, facts.tree.durationNs(attempts.tries[i]));
      if (out.reason.empty()) out.reason = errorText(error);
    }
  }
  return out;
}

// "2 timeouts of 500 ms", "1 failure (HTTP 503) of 20 ms in all"
std::string failuresText(const Wasted& wasted) {
  const bool allTimedOut = wasted.timeouts == wasted.failed;
  const std::string what = std::string(allTimedOut ? "timeout" : "failure") + (wasted.failed == 1 ? "" : "s");
  std::string out = countText(wasted.failed) + " " + what;
  if (!allTimedOut && !wasted.reason.empty()) out += " (" + wasted.reason + ")";
  return out + (wasted.failed == 1 ? " of " : ", together ") + durationText(wasted.inTriesNs);
}

std::string outcomeText(const RetriedOperation& retried, const Wasted& wasted) {
  if (wasted.gaveUp == 0) return retried.calls.size() == 1 ? "before it went well" : "before they went well";
  if (wasted.gaveUp == retried.calls.size()) return "and the last try failed too";
  return "and " + countText(wasted.gaveUp) + " of the calls never went well";
}

void describe(const TraceFacts& facts, const RetriedOperation& retried, Finding& finding) {
  const NodeIndex first = retried.calls.front().tries.front();
  const Wasted wasted = wastedIn(facts, retried);
  const size_t calls = retried.calls.size();
  finding.sentence = serviceText(facts.tree, first) + " called " + calledText(facts, first) + " " +
                     (calls == 1 ? countText(retried.tries()) + " times"
                                 : countText(retried.tries()) + " times for " + countText(calls) + " calls") +
                     ": " + failuresText(wasted) +
                     (wasted.backOffNs > 0 ? ", plus " + durationText(wasted.backOffNs) + " between the tries" : "") +
                     ", " + outcomeText(retried, wasted) + ".";
  const RetryShare usual = usualRetries(facts, first);
  if (usual.retried > 0) {
    finding.sentence += " It is retried in " + countText(usual.retried) + " of the " + countText(usual.traces) +
                        " requests that make this call.";
  }
  finding.advice =
      wasted.timeouts > 0
          ? "Each try waited until its time was up. Find out why the other side does not answer; meanwhile a shorter "
            "timeout, a total time limit for all tries, or a second try sent while the first still waits (hedging) "
            "bounds what a request can lose."
          : "The failed tries and the pauses between them are lost time. Find out why the first try fails; retry only "
            "what can succeed the second time, with a short first pause and a total time limit.";
}

}  // namespace

void detectRetry(const TraceFacts& facts, std::vector<Finding>& out) {
  for (const RetriedOperation& retried : retriedOperations(facts)) {
    auto finding = weigh(facts, withoutRetries(retried));
    if (!finding) continue;
    describe(facts, retried, *finding);
    out.push_back(std::move(*finding));
  }
}

}  // namespace waybill::analysis
