// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "analysis/excess_ranking.h"

namespace waybill::analysis {

// The ranking of the operations of many traces, see ExcessRanking; `traces` none: of all of the snapshot. One trace
// after another is analysed and forgotten, on `threads` threads (0: all cores), which are gone when it returns: memory
// does not grow with the number of traces. None when stop was asked for.
std::optional<std::vector<OperationExcess>> rankExcess(const std::shared_ptr<const store::Snapshot>& snapshot,
                                                       const std::optional<std::vector<TraceIndex>>& traces,
                                                       const std::shared_ptr<const Population>& population,
                                                       const std::stop_token& stop = {}, unsigned threads = 0,
                                                       const PopulationProgress& progress = {});

}  // namespace waybill::analysis
