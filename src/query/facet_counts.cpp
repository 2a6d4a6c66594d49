// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// How many traces have each value.
#include "query/facet_counts.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "query/parallel.h"
#include "query/text_verdicts.h"
#include "query/value_numbers.h"

namespace waybill::query {
namespace {

using store::Snapshot;

constexpr uint32_t kPiece = 1 << 8;    // traces
constexpr size_t kBatch = 1 << 12;     // rows that are looked at key by key, while they are in the cache

// By number of a value: how many traces have it, and which had it last, plus one.
struct Tally {
  uint32_t traces = 0, last = 0;
};
using Tallies = std::vector<Tally>;

// One thread's part of the counts of all keys. A trace is with one thread.
class Counter {
 public:
  Counter(const Snapshot& snapshot, std::span<const FacetQuestion> questions,
          const std::vector<std::unique_ptr<ValueNumbers>>& numbers)
      : m_snapshot(snapshot), m_questions(questions), m_numbers(numbers), m_tallies(questions.size()) {}

  // The traces [begin, end).
  void count(uint32_t begin, uint32_t end, const std::stop_token& stop) {
    for (uint32_t trace = begin; trace < end; ++trace) {
      if (std::ranges::none_of(m_questions, [trace](const auto& each) { return each.traces->contains(trace); })) continue;
      for (SpanRow row = m_snapshot.trace(TraceIndex(trace)).newest;;) {
        m_rows.push_back(row);
        const SpanRow older = m_snapshot.spans().olderOfTrace(row);
        if (m_rows.size() == kBatch || older == row) m_parts.push_back({trace, m_rows.size()});
        if (m_rows.size() == kBatch) {
          if (stop.stop_requested()) return;
          countBatch();
        }
        if (older == row) break;
        row = older;
      }
    }
    countBatch();
  }

  const Tallies& tallies(size_t question) const { return m_tallies[question]; }

 private:
  struct Part {
    uint32_t trace;
    size_t end;  // of its rows
  };

  void countBatch() {
    m_values.resize(m_rows.size());
    for (size_t i = 0; i < m_questions.size(); ++i) {
      if (m_numbers[i] == nullptr) continue;
      m_numbers[i]->of(m_rows, m_values.data());
      size_t at = 0;
      for (const Part& part : m_parts) {
        const bool counts = m_questions[i].traces->contains(part.trace);
        for (; counts && at < part.end; ++at) add(m_tallies[i], m_values[at], part.trace + 1);
        at = part.end;
      }
    }
    m_rows.clear();
    m_parts.clear();
  }

  static void add(Tallies& tallies, size_t number, uint32_t trace) {
    if (number >= tallies.size()) tallies.resize(std::max(number + 1, 2 * tallies.size()));
    Tally& value = tallies[number];
    if (value.last == trace) return;
    value.last = trace;
    ++value.traces;
  }

  const Snapshot& m_snapshot;
  std::span<const FacetQuestion> m_questions;
  const std::vector<std::unique_ptr<ValueNumbers>>& m_numbers;
  std::vector<Tallies> m_tallies;
  // The batch: rows, by trace; and what one of the keys has there.
  std::vector<SpanRow> m_rows;
  std::vector<Part> m_parts;
  std::vector<uint32_t> m_values;
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

FacetCounts answer(const FacetQuestion& question, const ValueNumbers& numbers, const Tallies& tallies, size_t most) {
  FacetCounts out;
  for (const uint32_t number : mostFrequent(tallies, most, out.different)) {
    out.values.push_back({numbers.text(number), tallies[number].traces});
  }
  std::ranges::sort(out.values, [](const FacetValue& a, const FacetValue& b) {
    return a.traces != b.traces ? a.traces > b.traces : a.text < b.text;
  });
  const auto end = static_cast<uint32_t>(tallies.size());
  for (const std::string& text : question.wanted) {
    const auto isIt = [&text](const FacetValue& value) { return value.text == text; };
    if (std::ranges::any_of(out.values, isIt)) continue;
    const auto number = numbers.find(text, end);
    out.values.push_back({text, number && *number < end ? tallies[*number].traces : 0});
  }
  return out;
}

}  // namespace

std::optional<std::vector<FacetCounts>> traceCounts(const Snapshot& snapshot, std::span<const FacetQuestion> questions,
                                                    size_t most, size_t threads, const std::stop_token& stop) {
  std::vector<std::unique_ptr<ValueNumbers>> numbers;
  for (const FacetQuestion& question : questions) {
    if (stop.stop_requested()) return std::nullopt;
    numbers.push_back(valueNumbers(snapshot, question.key, question.column.get()));
  }
  Spares<Counter> counters([&] { return Counter(snapshot, questions, numbers); });
  const uint32_t all = snapshot.traceCount();
  const bool finished = forEachPiece((size_t{all} + kPiece - 1) / kPiece, threads, stop, [&](size_t piece) {
    const auto begin = static_cast<uint32_t>(piece * kPiece);
    counters.take()->count(begin, begin + std::min(kPiece, all - begin), stop);
  });
  if (!finished || stop.stop_requested()) return std::nullopt;
  std::vector<FacetCounts> out;
  for (size_t i = 0; i < questions.size(); ++i) {
    Tallies sum;
    for (const auto& counter : counters.all()) {
      const Tallies& part = counter->tallies(i);
      sum.resize(std::max(sum.size(), part.size()));
      for (size_t n = 0; n < part.size(); ++n) sum[n].traces += part[n].traces;
    }
    out.push_back(numbers[i] == nullptr ? FacetCounts() : answer(questions[i], *numbers[i], sum, most));
    out.back().traces = questions[i].traces->count();
    out.back().isMissing = questions[i].column != nullptr && questions[i].column->isEmpty();
  }
  return out;
}

}  // namespace waybill::query
