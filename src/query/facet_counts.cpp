// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// How many traces have each value of one key.
#include "query/facet_counts.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "query/parallel.h"
#include "query/text_verdicts.h"

namespace waybill::query {
namespace {

using store::Snapshot;

constexpr uint32_t kPiece = 1 << 8;  // traces
constexpr uint32_t kSpansBetweenLooksAtStop = 1 << 16;

// By number of a value: how many traces have it, and which had it last, plus one.
struct Tally {
  uint32_t traces = 0, last = 0;
};
using Tallies = std::vector<Tally>;

// What a job has to know.
struct Job {
  const Snapshot& snapshot;
  const BitSet& traces;
  size_t threads;
  const std::stop_token& stop;
};

// Counts numberOf(row) once a trace; number 0 is none. Trace by trace, so that each is with one thread, along the chain
// of its rows.
template <typename NumberOf>
std::optional<Tallies> tally(const Job& job, const NumberOf& numberOf) {
  Spares<Tallies> spares([] { return Tallies(1); });
  const size_t pieces = (size_t{job.traces.size()} + kPiece - 1) / kPiece;
  const store::SpanTable& spans = job.snapshot.spans();
  const bool finished = forEachPiece(pieces, job.threads, job.stop, [&](size_t piece) {
    const auto counts = spares.take();
    const auto begin = static_cast<uint32_t>(piece * kPiece);
    job.traces.forEach(begin, begin + std::min(kPiece, job.traces.size() - begin), [&](uint32_t trace) {
      uint32_t looked = 0;
      for (SpanRow row = job.snapshot.trace(TraceIndex(trace)).newest;;) {
        const size_t number = numberOf(row);
        if (number >= counts->size()) counts->resize(std::max(number + 1, 2 * counts->size()));
        Tally& value = (*counts)[number];
        if (value.last != trace + 1) {
          value.last = trace + 1;
          ++value.traces;
        }
        const SpanRow older = spans.olderOfTrace(row);
        if (older == row) break;
        row = older;
        if (++looked % kSpansBetweenLooksAtStop == 0 && job.stop.stop_requested()) break;
      }
    });
  });
  if (!finished || job.stop.stop_requested()) return std::nullopt;
  Tallies sum;
  for (const auto& part : spares.all()) {
    sum.resize(std::max(sum.size(), part->size()));
    for (size_t i = 0; i < part->size(); ++i) sum[i].traces += (*part)[i].traces;
  }
  return sum;
}

// The numbers of an attribute's values: by code, and by what stands around spans.
class AttributeNumbers {
 public:
  AttributeNumbers(const AttributeColumn& column, AttributeScope scope)
      : m_column(column), m_byCode(column.codes()), m_joins(column.codes() <= kMostJoinedValues) {
    for (uint32_t code = 1; code < column.codes(); ++code) {
      const auto next = static_cast<uint32_t>(m_codes.size());
      m_byCode[code] = m_joins ? m_texts.try_emplace(otlp::valueText(column.value(code)), next).first->second : next;
      if (m_byCode[code] == next) m_codes.push_back(code);
    }
    m_around.resize(column.contexts());
    for (uint32_t c = 0; c < m_around.size(); ++c) {
      m_around[c] = m_byCode[column.contextCode(store::ContextIndex(c), scope)];
    }
  }

  uint32_t ofCode(uint32_t code) const { return m_byCode[code]; }
  uint32_t around(store::ContextIndex context) const {
    return context.value < m_around.size() ? m_around[context.value] : 0;
  }

  std::string text(uint32_t number) const { return otlp::valueText(m_column.value(m_codes[number])); }
  std::optional<uint32_t> find(std::string_view text) const {
    if (m_joins) {
      const auto found = m_texts.find(std::string(text));
      return found == m_texts.end() ? std::nullopt : std::optional(found->second);
    }
    const Comparison equal(Operator::Equal, text);
    for (uint32_t number = 1; number < m_codes.size(); ++number) {
      if (equal.holdsFor(m_column.value(m_codes[number]))) return number;
    }
    return std::nullopt;
  }

 private:
  const AttributeColumn& m_column;
  std::vector<uint32_t> m_byCode;
  std::vector<uint32_t> m_codes{0};  // by number, the first that has it
  std::vector<uint32_t> m_around;    // by context
  absl::flat_hash_map<std::string, uint32_t> m_texts;
  bool m_joins;
};

std::vector<uint32_t> mostFrequent(const Tallies& tallies, size_t most, uint32_t& different) {
  std::vector<uint32_t> occurring;
  for (uint32_t number = 1; number < tallies.size(); ++number) {
    if (tallies[number].traces > 0) occurring.push_back(number);
  }
  different = static_cast<uint32_t>(occurring.size());
  const auto isBefore = [&tallies](uint32_t a, uint32_t b) {
    return tallies[a].traces != tallies[b].traces ? tallies[a].traces > tallies[b].traces : a < b;
  };
  if (occurring.size() > most) {
    std::nth_element(occurring.begin(), occurring.begin() + static_cast<std::ptrdiff_t>(most), occurring.end(), isBefore);
    occurring.resize(most);
  }
  return occurring;
}

// `find` gives the number of a text.
template <typename TextOf, typename Find>
void fill(FacetCounts& out, const Tallies& tallies, size_t most, std::span<const std::string> wanted,
          const TextOf& textOf, const Find& find) {
  for (const uint32_t number : mostFrequent(tallies, most, out.different)) {
    out.values.push_back({std::string(textOf(number)), tallies[number].traces});
  }
  std::ranges::sort(out.values, [](const FacetValue& a, const FacetValue& b) {
    return a.traces != b.traces ? a.traces > b.traces : a.text < b.text;
  });
  for (const std::string& text : wanted) {
    const auto isIt = [&text](const FacetValue& value) { return value.text == text; };
    if (std::ranges::any_of(out.values, isIt)) continue;
    const std::optional<uint32_t> number = find(text);
    out.values.push_back({text, number && *number < tallies.size() ? tallies[*number].traces : 0});
  }
}

}  // namespace

std::optional<FacetCounts> traceCounts(const Snapshot& snapshot, const Term& key, const AttributeColumn* column,
                                       const BitSet& traces, size_t most, std::span<const std::string> wanted,
                                       size_t threads, const std::stop_token& stop) {
  const Job job{snapshot, traces, threads, stop};
  const store::SpanTable& spans = snapshot.spans();
  FacetCounts out;
  out.traces = traces.count();
  // What has an id or a name has the number after it: 0 is none.
  const auto find = [](const Tallies& tallies, const auto& textOf) {
    return [&tallies, textOf](std::string_view text) -> std::optional<uint32_t> {
      for (uint32_t number = 1; number < tallies.size(); ++number) {
        if (tallies[number].traces > 0 && textOf(number) == text) return number;
      }
      return std::nullopt;
    };
  };
  const auto count = [&](const auto& numberOf, const auto& textOf) {
    const auto tallies = tally(job, numberOf);
    if (tallies) fill(out, *tallies, most, wanted, textOf, find(*tallies, textOf));
    return tallies.has_value();
  };
  const auto textOfId = [&](uint32_t number) { return snapshot.text(StringId(number - 1)); };
  bool finished = true;
  switch (key.field) {
    case Field::Attribute: {
      out.isMissing = column->isEmpty();
      const AttributeNumbers numbers(*column, key.scope);
      const bool own = key.scope == AttributeScope::Any || key.scope == AttributeScope::Span;
      const auto tallies = tally(job, [&](SpanRow row) {
        if (own) {
          const CodeBlock& block = *column->blocks()[row.value / CodeBlock::kRows];
          if (const uint32_t code = block[row.value % CodeBlock::kRows]; code != 0) return numbers.ofCode(code);
        }
        return numbers.around(spans.context(row));
      });
      if (!tallies) return std::nullopt;
      fill(out, *tallies, most, wanted, [&](uint32_t number) { return numbers.text(number); },
           [&](std::string_view text) { return numbers.find(text); });
      break;
    }
    case Field::Service:
      finished = count([&](SpanRow row) { return snapshot.serviceId(row).value + 1; }, textOfId);
      break;
    case Field::Name:
      finished = count([&](SpanRow row) { return spans.name(row).value + 1; }, textOfId);
      break;
    case Field::Status:
      finished = count([&](SpanRow row) { return static_cast<uint32_t>(snapshot.status(row)) + 1; }, [](uint32_t number) {
        return otlp::statusName(static_cast<otlp::StatusCode>(number - 1));
      });
      break;
    case Field::Kind:
      finished = count([&](SpanRow row) { return static_cast<uint32_t>(snapshot.kind(row)) + 1; }, [](uint32_t number) {
        return otlp::kindName(static_cast<otlp::SpanKind>(number - 1));
      });
      break;
    case Field::Duration:
      break;
  }
  return finished ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace waybill::query
