// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// How often each value occurs.
#include <absl/container/flat_hash_map.h>

#include <algorithm>

#include "query/parallel.h"
#include "query/span_scan.h"
#include "query/text_verdicts.h"

namespace waybill::query {
namespace {

using store::Snapshot;

using Counts = std::vector<uint64_t>;  // by code, or by another number of a value

// Counts numberOf(row), on all threads.
template <typename NumberOf>
std::optional<Counts> countNumbers(uint32_t rows, size_t threads, const std::stop_token& stop, const NumberOf& numberOf) {
  constexpr uint32_t kPiece = CodeBlock::kRows;
  Spares<Counts> spares([] { return Counts(); });
  const size_t pieces = (size_t{rows} + kPiece - 1) / kPiece;
  const bool finished = forEachPiece(pieces, threads, stop, [&](size_t piece) {
    const auto counts = spares.take();
    const auto begin = static_cast<uint32_t>(piece * kPiece);
    const uint32_t end = begin + std::min(kPiece, rows - begin);
    for (uint32_t row = begin; row < end; ++row) {
      const size_t number = numberOf(SpanRow(row));
      if (number >= counts->size()) counts->resize(std::max(number + 1, 2 * counts->size()));
      ++(*counts)[number];
    }
  });
  if (!finished) return std::nullopt;
  Counts sum;
  for (const auto& part : spares.all()) {
    sum.resize(std::max(sum.size(), part->size()));
    for (size_t i = 0; i < part->size(); ++i) sum[i] += (*part)[i];
  }
  return sum;
}

std::vector<ValueCount> mostFrequent(const absl::flat_hash_map<std::string, uint64_t>& counts, size_t most) {
  std::vector<ValueCount> out;
  out.reserve(counts.size());
  for (const auto& [text, spans] : counts) out.push_back({text, spans});
  const size_t kept = std::min(most, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(),
                    [](const ValueCount& a, const ValueCount& b) {
                      return a.spans != b.spans ? a.spans > b.spans : a.text < b.text;
                    });
  out.resize(kept);
  return out;
}

}  // namespace

std::optional<std::vector<ValueCount>> valueCounts(const Snapshot& snapshot, const Term& term,
                                                   const AttributeColumn* column, size_t most, size_t threads,
                                                   const std::stop_token& stop) {
  const auto count = [&](const auto& numberOf) {
    return countNumbers(snapshot.spanCount(), threads, stop, numberOf);
  };
  absl::flat_hash_map<std::string, uint64_t> texts;
  const auto sum = [&](const std::optional<Counts>& counts, size_t first, const auto& textOf) {
    for (size_t i = first; counts && i < counts->size(); ++i) {
      if ((*counts)[i] > 0) texts[std::string(textOf(static_cast<uint32_t>(i)))] += (*counts)[i];
    }
    return counts.has_value();
  };
  const auto textOfId = [&](uint32_t id) { return snapshot.text(StringId(id)); };
  bool finished = true;
  switch (term.field) {
    case Field::Attribute:
      finished = sum(count([&](SpanRow row) { return size_t{column->code(snapshot, row, term.scope)}; }), 1,
                     [&](uint32_t code) { return otlp::valueText(column->value(code)); });
      break;
    case Field::Service:
      finished = sum(count([&](SpanRow row) { return size_t{snapshot.serviceId(row).value}; }), 0, textOfId);
      break;
    case Field::Name:
      finished = sum(count([&](SpanRow row) { return size_t{snapshot.spans().name(row).value}; }), 0, textOfId);
      break;
    case Field::Status:
      finished = sum(count([&](SpanRow row) { return static_cast<size_t>(snapshot.status(row)); }), 0,
                     [](uint32_t code) { return otlp::statusName(static_cast<otlp::StatusCode>(code)); });
      break;
    case Field::Kind:
      finished = sum(count([&](SpanRow row) { return static_cast<size_t>(snapshot.kind(row)); }), 0,
                     [](uint32_t kind) { return otlp::kindName(static_cast<otlp::SpanKind>(kind)); });
      break;
    case Field::Duration:
      break;
  }
  return finished ? std::optional(mostFrequent(texts, most)) : std::nullopt;
}

}  // namespace waybill::query
