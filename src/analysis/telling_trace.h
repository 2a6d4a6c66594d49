// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <stop_token>

#include "analysis/population.h"

namespace waybill::analysis {

// The trace that says most, to be opened first: of those with more than one span that are no streams, the one that takes
// most time above what is usual for its kind of request, the operation of its root. What is usual comes from the
// population, else from the traces loaded; of a kind that is there once half of the time counts. Without a population of
// the snapshot's store, and with few traces, the longest. Streams and lone spans only where there is nothing else. None
// of no traces, or after a stop. O(traces), and reads few spans. Does not depend on the order of arrival. Any thread.
std::optional<TraceIndex> mostTellingTrace(const store::Snapshot& snapshot, const Population* population,
                                           std::stop_token stop = {});

// The longest trace; streams come last.
std::optional<TraceIndex> slowestTrace(const store::Snapshot& snapshot, const Population* population = nullptr);

}  // namespace waybill::analysis
