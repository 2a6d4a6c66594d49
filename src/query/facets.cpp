// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Facets of a filtered list of traces.
#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "otlp/span_view.h"
#include "query/facet_counts.h"

namespace waybill::query {
namespace {

// What the filter leaves of the traces, part by part.
struct Parts {
  BitSet words;
  std::vector<BitSet> terms;

  // Without the "=" terms that are about the key, if there is one.
  BitSet without(const Term* key, const FilterText& filter) const {
    BitSet out = words;
    for (size_t i = 0; i < terms.size(); ++i) {
      const Term& term = filter.terms[i];
      const bool isChoice =
          key != nullptr && !term.negated && term.comparison.op() == Operator::Equal && isSameKey(term, *key);
      if (!isChoice) out.intersect(terms[i]);
    }
    return out;
  }
};

std::optional<Parts> partsOf(const store::Snapshot& snapshot, const FilterText& filter, AttributeColumns& columns,
                             const JobOptions& options) {
  Parts parts;
  auto words = tracesWithWords(snapshot, filter.words, options);
  if (!words) return std::nullopt;
  parts.words = std::move(*words);
  for (const Term& term : filter.terms) {
    auto traces = tracesMatching(snapshot, term, columns, options);
    if (!traces) return std::nullopt;
    parts.terms.push_back(std::move(*traces));
  }
  return parts;
}

// The value of an "=" term, as it stands in a list of values.
std::string valueOf(const Term& term) {
  switch (term.field) {
    case Field::Status: return std::string(otlp::statusName(term.status));
    case Field::Kind: return std::string(otlp::kindName(term.kind));
    default: return term.comparison.text();
  }
}

}  // namespace

bool isSameKey(const Term& a, const Term& b) {
  if (a.field != b.field) return false;
  if (a.field != Field::Attribute) return true;
  return a.scope == b.scope && (a.key == b.key || std::ranges::count(attributeNames(a.key), b.key) > 0);
}

bool isAboutValue(const Term& term, std::string_view text) {
  if (term.comparison.op() != Operator::Equal) return false;
  const std::string value = valueOf(term);
  if (value == text) return true;
  if (term.field != Field::Attribute) return false;
  const auto a = numberOf(value), b = numberOf(text);
  return a && b && *a == *b;
}

std::optional<std::vector<FacetCounts>> countFacets(const store::Snapshot& snapshot, const FilterText& filter,
                                                    std::span<const Term> keys, size_t most, AttributeColumns& columns,
                                                    const JobOptions& options) {
  const auto parts = partsOf(snapshot, filter, columns, options);
  if (!parts) return std::nullopt;
  const auto whole = std::make_shared<const BitSet>(parts->without(nullptr, filter));
  std::vector<FacetQuestion> questions;
  for (const Term& key : keys) {
    FacetQuestion& question = questions.emplace_back(FacetQuestion{key, nullptr, whole, {}});
    for (const Term& term : filter.terms) {
      if (!isSameKey(term, key) || term.comparison.op() != Operator::Equal) continue;
      question.wanted.push_back(valueOf(term));
      if (!term.negated) question.traces = std::make_shared<const BitSet>(parts->without(&key, filter));
    }
    if (key.field != Field::Attribute) continue;
    question.column = columns.get(snapshot, key.key, options.threads, options.stop, [&](uint64_t done, uint64_t all) {
      if (options.progress) options.progress(key.key, done, all);
    });
    if (question.column == nullptr) return std::nullopt;
  }
  return traceCounts(snapshot, questions, most, options.threads, options.stop);
}

}  // namespace waybill::query
