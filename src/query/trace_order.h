// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "query/filter_text.h"
#include "query/trace_filter.h"
#include "store/snapshot.h"

namespace waybill::query {

enum class TraceSort : uint8_t { Duration, Start, Spans, Errors, Name };

// What a list of traces shows, and in which order.
struct TraceListQuery {
  TraceSort sort = TraceSort::Duration;
  bool descending = true;
  // UTF-8, see filter_text.h. Words must all occur, in any case: in a service, the operation of the root, or the trace
  // id. Terms must all be fulfilled, each by some span of the trace.
  std::string filter;
  std::vector<std::string> columns = {};  // attributes whose values are shown, as keys of a filter

  bool operator==(const TraceListQuery&) const = default;
};

// What a list shows of an attribute, see trace_values.h.
struct TraceColumn {
  std::string key;  // as it was asked for
  std::shared_ptr<const AttributeColumn> column;
  std::vector<uint32_t> codes;  // by TraceIndex, of the traces in the list
};

// The answer to a query.
struct TraceOrder {
  std::vector<uint32_t> traces;  // values of TraceIndex
  int64_t longestNs = 0;         // of all traces, those left out too: the common scale of the bars
  int64_t firstStartNs = 0, lastStartNs = 0;  // of all traces
  std::vector<std::string> missingKeys;       // attributes of the filter that no span has
  std::vector<TraceColumn> columns;           // those of the query that are keys of attributes
};

// Equal traces stay in order of arrival. Works on any thread, a fraction of a second for a million traces, and longer
// only when an attribute is asked for the first time. None when stopped.
std::optional<TraceOrder> orderTraces(const store::Snapshot& snapshot, const TraceListQuery& query,
                                      AttributeColumns& columns, const JobOptions& options = {});

}  // namespace waybill::query
