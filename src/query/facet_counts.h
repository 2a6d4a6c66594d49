// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "query/attribute_column.h"
#include "query/bit_set.h"
#include "query/filter_text.h"
#include "query/trace_filter.h"
#include "store/snapshot.h"

namespace waybill::query {

// What stands beside a list of traces to narrow it: the values that occur in a field or attribute, and how many traces
// have each.

struct FacetValue {
  std::string text;  // as otlp::valueText() says it; UTF-8 when the sender wrote UTF-8
  uint32_t traces = 0;

  bool operator==(const FacetValue&) const = default;
};

struct FacetCounts {
  std::vector<FacetValue> values;  // the most frequent, then those that were asked for; equal counts by text
  uint32_t different = 0;          // values, those left out too
  uint32_t traces = 0;             // that were looked at
  bool isMissing = false;          // an attribute that no span of the snapshot has
};

// What is asked about one key.
struct FacetQuestion {
  Term key;                                       // its comparison does not count
  std::shared_ptr<const AttributeColumn> column;  // of the key, of at least the snapshot's rows; null for what is no attribute
  std::shared_ptr<const BitSet> traces;           // that are looked at
  std::vector<std::string> wanted;                // texts of values that are told of whether they occur or not
};

// How many of the traces have some span with the value, by value: at most `most` of each key, of equally frequent ones
// those that arrived first, and what is wanted. Values that read alike are one, see kMostJoinedValues. Duration has
// none. O(spans of the traces + values), on up to `threads` threads; none when stopped.
std::optional<std::vector<FacetCounts>> traceCounts(const store::Snapshot& snapshot,
                                                    std::span<const FacetQuestion> questions, size_t most,
                                                    size_t threads, const std::stop_token& stop = {});

// Whether both terms are about one key; an attribute by any of its names.
bool isSameKey(const Term& a, const Term& b);

// Whether a term says that the value occurs ("key=value"), or, negated, that it does not.
bool isAboutValue(const Term& term, std::string_view text);

// A list of traces as its filter leaves it, seen from each of the keys: values of a key that the filter has a "key=…"
// for are counted as if those were not there, so that one sees what else there is. None when stopped.
std::optional<std::vector<FacetCounts>> countFacets(const store::Snapshot& snapshot, const FilterText& filter,
                                                    std::span<const Term> keys, size_t most, AttributeColumns& columns,
                                                    const JobOptions& options = {});

}  // namespace waybill::query
