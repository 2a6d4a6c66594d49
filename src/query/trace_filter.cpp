// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/trace_filter.h"

#include <algorithm>

#include "query/span_scan.h"

namespace waybill::query {

std::optional<TermMatches> tracesMatching(const store::Snapshot& snapshot, const std::vector<Term>& terms,
                                          AttributeColumns& columns, const JobOptions& options) {
  TermMatches out{BitSet(snapshot.traceCount()), {}};
  out.traces.insertAll();
  for (const Term& term : terms) {
    std::shared_ptr<const AttributeColumn> column;
    if (term.field == Field::Attribute) {
      column = columns.get(snapshot, term.key, options.threads, options.stop, [&](uint64_t done, uint64_t all) {
        if (options.progress) options.progress(term.key, done, all);
      });
      if (column == nullptr) return std::nullopt;
      if (column->isEmpty() && std::ranges::find(out.missingKeys, term.key) == out.missingKeys.end()) {
        out.missingKeys.push_back(term.key);
      }
    }
    const auto rows = rowsMatching(snapshot, term, column.get(), options.threads, options.stop);
    if (!rows) return std::nullopt;
    const auto traces = tracesOf(snapshot, *rows, options.threads, options.stop);
    if (!traces) return std::nullopt;
    out.traces.intersect(*traces);
  }
  return out;
}

}  // namespace waybill::query
