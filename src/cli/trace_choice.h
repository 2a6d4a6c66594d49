// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "query/bit_set.h"
#include "store/snapshot.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace waybill::cli {

enum class TraceOrder : uint8_t { Duration, Start, Spans, Errors };

// The first `limit` traces of an order: longest, earliest, largest or most erroneous first. Equal ones stand
// by start, then by id, so that the order does not depend on the files'. Of all traces, or of those in a set.
std::vector<TraceIndex> firstTraces(const store::Snapshot& snapshot, TraceOrder order, size_t limit,
                                    const query::BitSet* among = nullptr);

// The longest traces, longest first; streams only when there are no others left.
std::vector<TraceIndex> slowestTraces(const store::Snapshot& snapshot, size_t limit);

// The trace whose hex id is, or alone begins with, `id`; the slowest when `id` is empty.
Result<TraceIndex> chooseTrace(const store::Snapshot& snapshot, std::string_view id);

// --trace ID.
CLI::Option* addTraceOption(CLI::App& command, std::string& id);

}  // namespace waybill::cli
