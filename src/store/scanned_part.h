// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "base/chunk.h"
#include "base/diagnostics.h"
#include "base/string_pool.h"
#include "store/clock_ticks.h"
#include "store/span_context.h"
#include "store/span_table.h"
#include "store/trace_summary.h"

namespace waybill::store {

// The rows of a stretch of wire bytes, scanned without knowing the store that will take them: every index counts
// within the part, so that many are scanned at once. TraceStore::merge gives them their place. Owned by one
// thread at a time.
struct ScannedPart {
  struct Piece {
    std::shared_ptr<const Chunk> chunk;
    uint32_t firstRow = 0;
  };
  struct Context {
    SpanContext context;         // `chunk` is an index of `pieces`
    bool shared = false;         // may be one with an equal context of another part
    size_t contentHash = 0;      // of what follows, for shared ones
    uint32_t resourceBytes = 0;  // from resourceOffset to the message's end
    uint32_t scopeBytes = 0;
    ClockTicks ticks = {};       // of its spans in this part
  };

  std::vector<Piece> pieces;
  std::vector<SpanTable::Row> rows;
  std::vector<TraceSummary> traces;  // their spans in this part, in order of first arrival
  std::vector<std::vector<StringId>> serviceSets = {{}};  // of the summaries; 0 is empty
  std::vector<StringId> services;    // in order of first arrival
  std::vector<Context> contexts;
  StringPool strings;
  Diagnostics diagnostics;
  uint64_t wireBytes = 0;

  // Empty again, with the memory it had.
  void clear() {
    pieces.clear();
    rows.clear();
    traces.clear();
    serviceSets.resize(1);
    services.clear();
    contexts.clear();
    strings.clear();
    diagnostics = {};
    wireBytes = 0;
  }
};

}  // namespace waybill::store
