// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/adjusted_trace.h"

#include <utility>

namespace waybill::analysis {

std::shared_ptr<const ClockSkew> clocksToAdjust(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                TraceIndex trace) {
  auto skew = std::make_shared<const ClockSkew>(estimateClockSkew(buildTraceTree(snapshot, trace)));
  return skew->isAnyApart() ? skew : nullptr;
}

std::shared_ptr<const TraceAnalysis> analyzeAdjusted(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                     TraceIndex trace, std::shared_ptr<const Population> population,
                                                     std::stop_token stop, OperationMemo* memo) {
  if (stop.stop_requested()) return nullptr;
  const auto clocks = clocksToAdjust(snapshot, trace);
  const auto out = startAnalysis(snapshot, trace, std::move(population), {}, memo, clocks);
  if (clocks != nullptr) reportClocks(out->tree, *clocks);
  return finishAnalysis(*out, stop) ? out : nullptr;
}

}  // namespace waybill::analysis
