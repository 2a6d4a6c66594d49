// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/trace_order.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "query/fold_case.h"
#include "query/parallel.h"
#include "query/sort_keys.h"
#include "query/text_ranks.h"
#include "query/text_verdicts.h"
#include "query/trace_values.h"
#include "query/word_matcher.h"

namespace waybill::query {
namespace {

using store::Snapshot;
using store::TraceSummary;

constexpr uint32_t kPiece = 1 << 14;  // traces, some milliseconds of work

// What stands in the list for a trace, as ids: its root's service and operation.
uint64_t titleOf(const Snapshot& snapshot, const TraceSummary& trace) {
  return uint64_t{snapshot.serviceId(trace.root).value} << 32 | snapshot.spans().name(trace.root).value;
}

uint64_t numberOf(const Snapshot& snapshot, const TraceSummary& trace, const TraceListQuery& query) {
  switch (query.sort) {
    case TraceSort::Duration: return sortNumber(trace.durationNs(), query.descending);
    case TraceSort::Start: return sortNumber(trace.startNs, query.descending);
    case TraceSort::Spans: return sortNumber(trace.spans, query.descending);
    case TraceSort::Errors: return sortNumber(trace.errors, query.descending);
    case TraceSort::Name: return titleOf(snapshot, trace);
  }
  return 0;
}

// What one piece of the traces comes to.
struct Piece {
  std::vector<SortKey> keys;
  int64_t longestNs = INT64_MIN, firstStartNs = INT64_MAX, lastStartNs = INT64_MIN;
};

Piece look(const Snapshot& snapshot, const TraceListQuery& query, uint32_t begin, uint32_t end, WordMatcher& words,
           const BitSet* wanted) {
  Piece piece;
  for (uint32_t i = begin; i < end; ++i) {
    const TraceSummary& trace = snapshot.trace(TraceIndex(i));
    piece.longestNs = std::max(piece.longestNs, trace.durationNs());
    piece.firstStartNs = std::min(piece.firstStartNs, trace.startNs);
    piece.lastStartNs = std::max(piece.lastStartNs, trace.startNs);
    if (wanted != nullptr && !wanted->contains(i)) continue;
    if (words.matches(trace)) piece.keys.push_back({numberOf(snapshot, trace, query), i});
  }
  return piece;
}

// Replaces titles by their rank among all titles: different ones are compared once, not per trace.
bool rankTitles(const Snapshot& snapshot, bool descending, std::vector<SortKey>& keys, const JobOptions& options) {
  std::vector<SortKey> byTitle(keys.size());
  for (uint32_t i = 0; i < keys.size(); ++i) byTitle[i] = {keys[i].number, i};
  if (!sortKeys(byTitle, options.stop)) return false;
  std::vector<uint64_t> titles;
  for (SortKey& key : byTitle) {
    if (titles.empty() || titles.back() != key.number) titles.push_back(key.number);
    key.number = titles.size() - 1;
  }
  std::vector<std::string_view> texts(titles.size());
  std::vector<std::string> buffers((titles.size() + kPiece - 1) / kPiece);  // what they point into, a piece each
  const bool folded = forEachPiece(buffers.size(), options.threads, options.stop, [&](size_t i) {
    const size_t begin = i * kPiece, end = std::min(titles.size(), begin + kPiece);
    std::vector<size_t> ends;
    for (size_t t = begin; t < end; ++t) {
      appendFolded(snapshot.text(StringId(static_cast<uint32_t>(titles[t] >> 32))), buffers[i]);
      buffers[i] += ' ';
      appendFolded(snapshot.text(StringId(static_cast<uint32_t>(titles[t]))), buffers[i]);
      ends.push_back(buffers[i].size());
    }
    for (size_t t = begin, from = 0; t < end; from = ends[t++ - begin]) {
      texts[t] = std::string_view(buffers[i]).substr(from, ends[t - begin] - from);
    }
  });
  if (!folded) return false;
  const auto ranks = rankTexts(texts, options.stop);
  if (!ranks) return false;
  for (const SortKey& key : byTitle) {
    keys[key.item].number = sortNumber(int64_t{(*ranks)[static_cast<size_t>(key.number)]}, descending);
  }
  return !options.stop.stop_requested();
}

bool addColumns(const Snapshot& snapshot, const std::vector<std::string>& keys, AttributeColumns& columns,
                const JobOptions& options, TraceOrder& order) {
  for (const std::string& key : keys) {
    const auto term = readKey(key);
    if (!term || term->field != Field::Attribute) continue;
    auto column = columns.get(snapshot, term->key, options.threads, options.stop, [&](uint64_t done, uint64_t all) {
      if (options.progress) options.progress(term->key, done, all);
    });
    if (column == nullptr) return false;
    auto codes = traceCodes(snapshot, *column, term->scope, order.traces, options.threads, options.stop);
    if (!codes) return false;
    order.columns.push_back({key, std::move(column), std::move(*codes)});
  }
  return true;
}

}  // namespace

std::optional<TraceOrder> orderTraces(const Snapshot& snapshot, const TraceListQuery& query, AttributeColumns& columns,
                                      const JobOptions& options) {
  const FilterText filter = readFilter(query.filter);
  std::optional<TermMatches> terms;
  if (!filter.terms.empty()) {
    terms = tracesMatching(snapshot, filter.terms, columns, options);
    if (!terms) return std::nullopt;
  }
  const uint32_t all = snapshot.traceCount();
  std::vector<Piece> pieces((size_t{all} + kPiece - 1) / kPiece);
  Spares<WordMatcher> matchers([&] { return WordMatcher(snapshot, filter.words); });
  const bool finished = forEachPiece(pieces.size(), options.threads, options.stop, [&](size_t i) {
    const auto matcher = matchers.take();
    const auto begin = static_cast<uint32_t>(i * kPiece);
    pieces[i] = look(snapshot, query, begin, std::min(all, begin + kPiece), *matcher, terms ? &terms->traces : nullptr);
  });
  if (!finished || options.stop.stop_requested()) return std::nullopt;

  TraceOrder order;
  if (terms) order.missingKeys = std::move(terms->missingKeys);
  std::vector<SortKey> keys;
  size_t count = 0;
  for (const Piece& piece : pieces) count += piece.keys.size();
  keys.reserve(count);
  for (size_t i = 0; i < pieces.size(); ++i) {
    Piece& piece = pieces[i];
    order.longestNs = std::max(order.longestNs, piece.longestNs);
    order.firstStartNs = i == 0 ? piece.firstStartNs : std::min(order.firstStartNs, piece.firstStartNs);
    order.lastStartNs = i == 0 ? piece.lastStartNs : std::max(order.lastStartNs, piece.lastStartNs);
    keys.insert(keys.end(), piece.keys.begin(), piece.keys.end());
    piece = {};
  }
  if (query.sort == TraceSort::Name && !rankTitles(snapshot, query.descending, keys, options)) return std::nullopt;
  if (!sortKeys(keys, options.stop)) return std::nullopt;
  order.traces.reserve(keys.size());
  for (const SortKey& key : keys) order.traces.push_back(key.item);
  if (!addColumns(snapshot, query.columns, columns, options, order)) return std::nullopt;
  return order;
}

}  // namespace waybill::query
