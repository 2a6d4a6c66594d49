// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/span_scan.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "query/parallel.h"
#include "query/text_verdicts.h"

namespace waybill::query {
namespace {

using store::Snapshot;

constexpr uint32_t kPiece = CodeBlock::kRows;  // a multiple of 64: pieces share no word of a bit set
constexpr uint32_t kCodesPerPiece = 1 << 14;

size_t pieces(uint32_t rows) { return (size_t{rows} + kPiece - 1) / kPiece; }

// Calls scan(begin, end) for pieces of rows.
template <typename Scan>
bool scanRows(uint32_t rows, size_t threads, const std::stop_token& stop, const Scan& scan) {
  return forEachPiece(pieces(rows), threads, stop, [&](size_t i) {
    const auto begin = static_cast<uint32_t>(i * kPiece);
    scan(begin, begin + std::min(kPiece, rows - begin));
  });
}

// Calls scan(begin, end, texts) with verdicts on texts that no other thread uses meanwhile.
template <typename Scan>
bool scanTexts(const Snapshot& snapshot, const Comparison& comparison, size_t threads, const std::stop_token& stop,
               const Scan& scan) {
  Spares<TextVerdicts> spares([&] { return TextVerdicts(snapshot, comparison); });
  return scanRows(snapshot.spanCount(), threads, stop, [&](uint32_t begin, uint32_t end) {
    const auto texts = spares.take();
    scan(begin, end, *texts);
  });
}

// By code: whether its value fulfils the comparison.
std::optional<std::vector<uint8_t>> verdicts(const AttributeColumn& column, const Comparison& comparison, size_t threads,
                                             const std::stop_token& stop) {
  std::vector<uint8_t> out(column.codes());
  const size_t count = (out.size() + kCodesPerPiece - 1) / kCodesPerPiece;
  const bool finished = forEachPiece(count, threads, stop, [&](size_t piece) {
    const size_t end = std::min(out.size(), (piece + 1) * kCodesPerPiece);
    for (size_t code = std::max<size_t>(1, piece * kCodesPerPiece); code < end; ++code) {
      out[code] = comparison.holdsFor(column.value(static_cast<uint32_t>(code))) ? 1 : 0;
    }
  });
  return finished ? std::optional(std::move(out)) : std::nullopt;
}

bool scanColumn(const Snapshot& snapshot, const Term& term, const AttributeColumn& column, size_t threads,
                const std::stop_token& stop, BitSet& out) {
  const auto holds = verdicts(column, term.comparison, threads, stop);
  if (!holds) return false;
  const bool own = term.scope == AttributeScope::Any || term.scope == AttributeScope::Span;
  // What a span says itself comes before what stands around it.
  std::vector<uint8_t> aroundHolds(column.contexts());
  bool anyAround = false;
  for (size_t c = 0; c < aroundHolds.size(); ++c) {
    aroundHolds[c] = (*holds)[column.contextCode(store::ContextIndex(static_cast<uint32_t>(c)), term.scope)];
    anyAround = anyAround || aroundHolds[c] != 0;
  }
  return scanRows(snapshot.spanCount(), threads, stop, [&](uint32_t begin, uint32_t end) {
    const CodeBlock& block = *column.blocks()[begin / kPiece];
    const auto around = [&](uint32_t from, uint32_t to) {
      for (uint32_t row = from; anyAround && row < to; ++row) {
        if (aroundHolds[snapshot.spans().context(SpanRow(row)).value] != 0) out.insert(row);
      }
    };
    uint32_t next = begin;
    if (own) {
      block.forEach([&](uint32_t i, uint32_t code) {
        const uint32_t row = begin + i;
        if (row >= end) return;
        around(next, row);
        next = row + 1;
        if ((*holds)[code] != 0) out.insert(row);
      });
    }
    around(next, end);
  });
}

}  // namespace

std::optional<BitSet> rowsMatching(const Snapshot& snapshot, const Term& term, const AttributeColumn* column,
                                   size_t threads, const std::stop_token& stop) {
  BitSet out(snapshot.spanCount());
  const store::SpanTable& spans = snapshot.spans();
  // Calls test(row) for every row.
  const auto scan = [&](const auto& test) {
    return scanRows(snapshot.spanCount(), threads, stop, [&](uint32_t begin, uint32_t end) {
      for (uint32_t row = begin; row < end; ++row) {
        if (test(SpanRow(row))) out.insert(row);
      }
    });
  };
  const auto scanNames = [&](const auto& idOf) {
    return scanTexts(snapshot, term.comparison, threads, stop, [&](uint32_t begin, uint32_t end, TextVerdicts& texts) {
      for (uint32_t row = begin; row < end; ++row) {
        if (texts.holdsFor(idOf(SpanRow(row)))) out.insert(row);
      }
    });
  };
  const bool wanted = term.comparison.op() == Operator::Equal;
  bool finished = false;
  switch (term.field) {
    case Field::Attribute:
      finished = scanColumn(snapshot, term, *column, threads, stop, out);
      break;
    case Field::Service:
      finished = scanNames([&](SpanRow row) { return snapshot.serviceId(row); });
      break;
    case Field::Name:
      finished = scanNames([&](SpanRow row) { return spans.name(row); });
      break;
    case Field::Status:
      finished = scan([&](SpanRow row) { return (snapshot.status(row) == term.status) == wanted; });
      break;
    case Field::Kind:
      finished = scan([&](SpanRow row) { return (snapshot.kind(row) == term.kind) == wanted; });
      break;
    case Field::Duration:
      finished = scan([&](SpanRow row) { return holds(term.comparison.op(), spans.durationNs(row), term.durationNs); });
      break;
  }
  return finished ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<BitSet> tracesOf(const Snapshot& snapshot, const BitSet& rows, size_t threads,
                               const std::stop_token& stop) {
  std::vector<uint8_t> seen(snapshot.traceCount());
  const bool finished = scanRows(rows.size(), threads, stop, [&](uint32_t begin, uint32_t end) {
    rows.forEach(begin, end, [&](uint32_t row) {
      // Several may write the same 1 at once.
      std::atomic_ref(seen[snapshot.spans().trace(SpanRow(row)).value]).store(1, std::memory_order_relaxed);
    });
  });
  if (!finished) return std::nullopt;
  BitSet out(snapshot.traceCount());
  for (uint32_t i = 0; i < seen.size(); ++i) {
    if (seen[i] != 0) out.insert(i);
  }
  return out;
}

}  // namespace waybill::query
