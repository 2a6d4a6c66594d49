// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/trace_choice.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <tuple>

#include "analysis/streams.h"
#include "analysis/telling_trace.h"
#include "base/utf8.h"
#include "base/bytes.h"
#include "cli/output.h"

namespace waybill::cli {
namespace {

using store::Snapshot;
using store::TraceSummary;

constexpr size_t kHexDigits = 32;
constexpr size_t kExamples = 3;

// What sorts first is smaller.
uint64_t rank(const TraceSummary& trace, TraceOrder order) {
  switch (order) {
    case TraceOrder::Duration: {
      // Order-preserving map of int64 to uint64, turned around.
      constexpr uint64_t kSignBit = uint64_t{1} << 63;
      return ~(static_cast<uint64_t>(trace.durationNs()) ^ kSignBit);
    }
    case TraceOrder::Start:
      return 0;  // the tie-break
    case TraceOrder::Spans:
      return ~uint64_t{trace.spans};
    case TraceOrder::Errors:
      return ~uint64_t{trace.errors};
  }
  return 0;
}

// The ids that begin with `digits` lie in [low, high].
struct IdRange {
  TraceId low, high;
};

IdRange rangeOfPrefix(std::string_view digits) {
  std::string low(digits), high(digits);
  low.resize(kHexDigits, '0');
  high.resize(kHexDigits, 'f');
  return {*traceIdFromHex(low), *traceIdFromHex(high)};
}

Error noSuchTrace(std::string_view id) {
  return {"There is no trace " + printable(id) + " in the input. The command 'traces' lists what there is."};
}

Result<TraceIndex> chooseByPrefix(const Snapshot& snapshot, std::string_view id) {
  const IdRange range = rangeOfPrefix(id);
  std::vector<TraceIndex> found;
  uint64_t count = 0;
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    const TraceId& candidate = snapshot.trace(TraceIndex(i)).id;
    if (candidate < range.low || candidate > range.high) continue;
    if (++count <= kExamples) found.push_back(TraceIndex(i));
  }
  if (count == 1) return found.front();
  if (count == 0) return noSuchTrace(id);
  std::string message = counted(count, "trace") + " begin with " + std::string(id) + ": ";
  for (size_t i = 0; i < found.size(); ++i) {
    if (i > 0) message += ", ";
    message += toHex(snapshot.trace(found[i]).id);
  }
  if (count > found.size()) message += " …";
  return Error{message + ". Give more digits."};
}

}  // namespace

std::vector<TraceIndex> firstTraces(const Snapshot& snapshot, TraceOrder order, size_t limit,
                                    const query::BitSet* among) {
  std::vector<TraceIndex> traces;
  traces.reserve(among == nullptr ? snapshot.traceCount() : among->count());
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    if (among == nullptr || among->contains(i)) traces.emplace_back(i);
  }
  const auto before = [&snapshot, order](TraceIndex a, TraceIndex b) {
    const TraceSummary &left = snapshot.trace(a), &right = snapshot.trace(b);
    return std::tuple(rank(left, order), left.startNs, left.id) <
           std::tuple(rank(right, order), right.startNs, right.id);
  };
  if (limit < traces.size()) {
    const auto end = traces.begin() + static_cast<std::ptrdiff_t>(limit);
    std::partial_sort(traces.begin(), end, traces.end(), before);
    traces.resize(limit);
    traces.shrink_to_fit();
  } else {
    std::sort(traces.begin(), traces.end(), before);
  }
  return traces;
}

std::vector<TraceIndex> slowestTraces(const Snapshot& snapshot, size_t limit) {
  std::vector<TraceIndex> traces;
  // Streams are few: most of the time the first look is enough.
  for (size_t looked = limit; traces.size() < limit; looked *= 2) {
    traces = firstTraces(snapshot, TraceOrder::Duration, looked);
    const bool areAll = traces.size() < looked;
    const auto streams = std::stable_partition(traces.begin(), traces.end(), [&](TraceIndex trace) {
      return !analysis::isStreamRequest(snapshot, trace);
    });
    if (!areAll) traces.erase(streams, traces.end());
    if (traces.size() > limit) traces.resize(limit);
    if (areAll) break;
  }
  return traces;
}

Result<TraceIndex> chooseTrace(const Snapshot& snapshot, std::string_view id) {
  if (snapshot.traceCount() == 0) return Error{"The input holds no traces."};
  if (id.empty()) return *analysis::slowestTrace(snapshot);
  const bool hex = std::all_of(id.begin(), id.end(), [](char c) { return hexDigit(c) >= 0; });
  if (!hex || id.size() > kHexDigits) {
    return Error{printable(id) +
                 " is not a trace id: up to 32 hex digits are, as the command 'traces' lists them."};
  }
  // 16 digits name a 64-bit trace id as well as they begin a longer one.
  if (const std::optional<TraceId> whole = traceIdFromHex(id)) {
    if (const std::optional<TraceIndex> trace = snapshot.findTrace(*whole)) return *trace;
  }
  return chooseByPrefix(snapshot, id);
}

CLI::Option* addTraceOption(CLI::App& command, std::string& id) {
  return command
      .add_option("--trace", id,
                  "The trace with this id, or with the only id that begins so; the slowest without (streams last)")
      ->type_name("ID");
}

}  // namespace waybill::cli
