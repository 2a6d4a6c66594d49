// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "store/snapshot.h"

namespace waybill::ui {

enum class TraceSort { Duration, Start, Spans, Errors, Name };

// What the list of traces shows, and in which order.
struct TraceListQuery {
  TraceSort sort = TraceSort::Duration;
  bool descending = true;
  QString filter;  // words, all of which must occur: in a service, the operation of the root, or the trace id

  bool operator==(const TraceListQuery&) const = default;
};

// The answer to a query.
struct TraceOrder {
  std::vector<uint32_t> traces;  // values of TraceIndex
  int64_t longestNs = 0;         // of all traces, those left out too: the common scale of the bars
  int64_t firstStartNs = 0, lastStartNs = 0;  // of all traces
};

// Equal traces stay in order of arrival. Works on any thread, about a second for a million traces at worst;
// none when stop was asked for.
std::optional<TraceOrder> orderTraces(const store::Snapshot& snapshot, const TraceListQuery& query,
                                      std::stop_token stop = {});

// The first words of a sort, as people say it: "slowest first".
QString sortText(TraceSort sort, bool descending);

// Which way round a sort is useful at first: the biggest first, names from A.
bool naturallyDescending(TraceSort sort);

}  // namespace waybill::ui
