// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/span_filter.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "query/attribute_reader.h"
#include "query/text_verdicts.h"
#include "query/word_matcher.h"

namespace waybill::query {
namespace {

using store::Snapshot;

constexpr uint32_t kPiece = 1 << 14;
constexpr uint32_t kColumnShare = 8;  // of the store: more rows than the eighth part are worth a column

// A term, ready to be asked about spans; what several threads share.
struct PreparedTerm {
  const Term* term = nullptr;
  std::vector<std::string> names;                 // of an attribute
  std::shared_ptr<const AttributeColumn> column;  // null: read the bytes
  std::vector<uint8_t> verdicts;                  // by code of the column
};

// Of a code that no thread has looked at yet; threads that find out at once write the same.
constexpr uint8_t kUnknown = 2;

// Asks about spans. One thread at a time.
class SpanTest {
 public:
  SpanTest(const Snapshot& snapshot, const FilterText& filter, std::vector<PreparedTerm>& terms)
      : m_snapshot(snapshot), m_words(snapshot, filter.words), m_terms(terms) {
    for (const PreparedTerm& term : terms) m_texts.emplace_back(snapshot, term.term->comparison);
  }

  bool matches(SpanRow row) {
    if (!m_words.matches(row)) return false;
    for (size_t i = 0; i < m_terms.size(); ++i) {
      if (fulfils(row, m_terms[i], m_texts[i]) == m_terms[i].term->negated) return false;
    }
    return true;
  }

 private:
  bool fulfils(SpanRow row, PreparedTerm& prepared, TextVerdicts& texts) const {
    const Term& term = *prepared.term;
    const bool wanted = term.comparison.op() == Operator::Equal;
    switch (term.field) {
      case Field::Attribute: return prepared.column ? codeFulfils(row, prepared) : bytesFulfil(row, prepared);
      case Field::Service: return texts.holdsFor(m_snapshot.serviceId(row));
      case Field::Name: return texts.holdsFor(m_snapshot.spans().name(row));
      case Field::Status: return (m_snapshot.status(row) == term.status) == wanted;
      case Field::Kind: return (m_snapshot.kind(row) == term.kind) == wanted;
      case Field::Duration:
        return holds(term.comparison.op(), m_snapshot.spans().durationNs(row), term.durationNs);
    }
    return false;
  }

  bool codeFulfils(SpanRow row, PreparedTerm& prepared) const {
    const uint32_t code = prepared.column->code(m_snapshot, row, prepared.term->scope);
    if (code == 0) return false;
    const std::atomic_ref verdict(prepared.verdicts[code]);
    if (verdict.load(std::memory_order_relaxed) == kUnknown) {
      verdict.store(prepared.term->comparison.holdsFor(prepared.column->value(code)) ? 1 : 0,
                    std::memory_order_relaxed);
    }
    return verdict.load(std::memory_order_relaxed) == 1;
  }

  bool bytesFulfil(SpanRow row, const PreparedTerm& prepared) const {
    const AttributeScope scope = prepared.term->scope;
    const bool any = scope == AttributeScope::Any;
    std::optional<std::string_view> value;
    if (any || scope == AttributeScope::Span) value = findSpanAttribute(m_snapshot.spanMessage(row), prepared.names);
    if (!value && (any || scope == AttributeScope::Scope)) {
      value = findScopeAttribute(m_snapshot.scopeMessage(row), prepared.names);
    }
    if (!value && (any || scope == AttributeScope::Resource)) {
      value = findResourceAttribute(m_snapshot.resourceMessage(row), prepared.names);
    }
    return value && prepared.term->comparison.holdsFor(otlp::ValueView(*value));
  }

  const Snapshot& m_snapshot;
  WordMatcher m_words;
  std::vector<PreparedTerm>& m_terms;
  std::vector<TextVerdicts> m_texts;
};

// False when stopped.
bool prepare(const Snapshot& snapshot, size_t rows, const FilterText& filter, AttributeColumns& columns,
             const JobOptions& options, std::vector<PreparedTerm>& out) {
  for (const Term& term : filter.terms) {
    PreparedTerm& prepared = out.emplace_back();
    prepared.term = &term;
    if (term.field != Field::Attribute) continue;
    prepared.names = attributeNames(term.key);
    prepared.column = columns.peek(snapshot, term.key);
    if (prepared.column == nullptr && rows > snapshot.spanCount() / kColumnShare) {
      prepared.column = columns.get(snapshot, term.key, options.threads, options.stop, [&](uint64_t done, uint64_t all) {
        if (options.progress) options.progress(term.key, done, all);
      });
      if (prepared.column == nullptr) return false;
    }
    if (prepared.column) prepared.verdicts.assign(prepared.column->codes(), kUnknown);
  }
  return true;
}

}  // namespace

std::optional<std::vector<uint32_t>> spansMatching(const Snapshot& snapshot, std::span<const SpanRow> rows,
                                                   const FilterText& filter, AttributeColumns& columns,
                                                   const JobOptions& options) {
  std::vector<PreparedTerm> terms;
  if (!prepare(snapshot, rows.size(), filter, columns, options, terms)) return std::nullopt;
  std::vector<std::vector<uint32_t>> found((rows.size() + kPiece - 1) / kPiece);
  Spares<SpanTest> tests([&] { return SpanTest(snapshot, filter, terms); });
  std::mutex mutex;  // guards what follows, and the calls of progress
  size_t done = 0;
  const bool finished = forEachPiece(found.size(), options.threads, options.stop, [&](size_t piece) {
    const auto test = tests.take();
    const size_t end = std::min(rows.size(), (piece + 1) * kPiece);
    for (size_t i = piece * kPiece; i < end; ++i) {
      if (test->matches(rows[i])) found[piece].push_back(static_cast<uint32_t>(i));
    }
    const std::lock_guard lock(mutex);
    done += end - piece * kPiece;
    if (options.progress) options.progress({}, done, rows.size());
  });
  if (!finished) return std::nullopt;
  std::vector<uint32_t> out;
  size_t count = 0;
  for (const auto& part : found) count += part.size();
  out.reserve(count);
  for (const auto& part : found) out.insert(out.end(), part.begin(), part.end());
  return out;
}

}  // namespace waybill::query
