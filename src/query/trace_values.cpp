// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/trace_values.h"

#include <algorithm>

#include "query/parallel.h"

namespace waybill::query {
namespace {

constexpr size_t kPiece = 1 << 8;  // traces
constexpr uint32_t kSpansBetweenLooksAtStop = 1 << 16;

uint32_t codeOf(const store::Snapshot& snapshot, const AttributeColumn& column, AttributeScope scope, TraceIndex trace,
                const std::stop_token& stop) {
  if (const uint32_t code = column.code(snapshot, snapshot.trace(trace).root, scope); code != 0) return code;
  uint32_t found = 0, looked = 0;
  int64_t earliest = 0;
  for (SpanRow row = snapshot.trace(trace).newest;;) {
    const uint32_t code = column.code(snapshot, row, scope);
    const int64_t start = snapshot.spans().startNs(row);
    // Newest first: of equally early ones the last that is met.
    if (code != 0 && (found == 0 || start <= earliest)) {
      found = code;
      earliest = start;
    }
    const SpanRow older = snapshot.spans().olderOfTrace(row);
    if (older == row || (++looked % kSpansBetweenLooksAtStop == 0 && stop.stop_requested())) return found;
    row = older;
  }
}

}  // namespace

std::optional<std::vector<uint32_t>> traceCodes(const store::Snapshot& snapshot, const AttributeColumn& column,
                                                AttributeScope scope, std::span<const uint32_t> traces, size_t threads,
                                                const std::stop_token& stop) {
  std::vector<uint32_t> out(snapshot.traceCount());
  if (column.isEmpty()) return out;
  const bool finished = forEachPiece((traces.size() + kPiece - 1) / kPiece, threads, stop, [&](size_t piece) {
    const size_t end = std::min(traces.size(), (piece + 1) * kPiece);
    for (size_t i = piece * kPiece; i < end; ++i) {
      out[traces[i]] = codeOf(snapshot, column, scope, TraceIndex(traces[i]), stop);
    }
  });
  if (!finished || stop.stop_requested()) return std::nullopt;
  return out;
}

}  // namespace waybill::query
