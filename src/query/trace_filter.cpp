// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/trace_filter.h"

#include <algorithm>

#include "query/span_scan.h"
#include "query/text_verdicts.h"
#include "query/word_matcher.h"

namespace waybill::query {

std::optional<BitSet> tracesMatching(const store::Snapshot& snapshot, const Term& term, AttributeColumns& columns,
                                     const JobOptions& options, bool* isMissing) {
  std::shared_ptr<const AttributeColumn> column;
  if (term.field == Field::Attribute) {
    column = columns.get(snapshot, term.key, options.threads, options.stop, [&](uint64_t done, uint64_t all) {
      if (options.progress) options.progress(term.key, done, all);
    });
    if (column == nullptr) return std::nullopt;
    if (isMissing != nullptr) *isMissing = column->isEmpty();
  }
  const auto rows = rowsMatching(snapshot, term, column.get(), options.threads, options.stop);
  if (!rows) return std::nullopt;
  auto traces = tracesOf(snapshot, *rows, options.threads, options.stop);
  if (!traces || !term.negated) return traces;
  BitSet others(snapshot.traceCount());
  others.insertAll();
  others.subtract(*traces);
  return others;
}

std::optional<TermMatches> tracesMatching(const store::Snapshot& snapshot, const std::vector<Term>& terms,
                                          AttributeColumns& columns, const JobOptions& options) {
  TermMatches out{BitSet(snapshot.traceCount()), {}};
  out.traces.insertAll();
  for (const Term& term : terms) {
    bool isMissing = false;
    const auto traces = tracesMatching(snapshot, term, columns, options, &isMissing);
    if (!traces) return std::nullopt;
    if (isMissing && !term.negated && std::ranges::find(out.missingKeys, term.key) == out.missingKeys.end()) {
      out.missingKeys.push_back(term.key);
    }
    out.traces.intersect(*traces);
  }
  return out;
}

std::optional<BitSet> tracesWithWords(const store::Snapshot& snapshot, const std::vector<std::string>& words,
                                      const JobOptions& options) {
  constexpr uint32_t kPiece = 1 << 14;  // a multiple of 64: pieces share no word of the set
  const uint32_t all = snapshot.traceCount();
  BitSet out(all);
  Spares<WordMatcher> matchers([&] { return WordMatcher(snapshot, words); });
  const bool finished = forEachPiece((size_t{all} + kPiece - 1) / kPiece, options.threads, options.stop, [&](size_t i) {
    const auto matcher = matchers.take();
    const auto begin = static_cast<uint32_t>(i * kPiece);
    for (uint32_t trace = begin; trace < begin + std::min(kPiece, all - begin); ++trace) {
      if (matcher->matches(snapshot.trace(TraceIndex(trace)))) out.insert(trace);
    }
  });
  return finished ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace waybill::query
