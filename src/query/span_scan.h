// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "query/attribute_column.h"
#include "query/bit_set.h"
#include "query/filter_text.h"
#include "store/snapshot.h"

namespace waybill::query {

// Scans over all spans of a snapshot, on up to `threads` threads; none when stopped. `column` is that of the term's
// key and holds at least the snapshot's rows; null for a term that is not about an attribute.

// The rows that fulfil a term. A row without the attribute fulfils nothing, not even "!=".
std::optional<BitSet> rowsMatching(const store::Snapshot& snapshot, const Term& term, const AttributeColumn* column,
                                   size_t threads, const std::stop_token& stop = {});

// The traces that hold one of the rows.
std::optional<BitSet> tracesOf(const store::Snapshot& snapshot, const BitSet& rows, size_t threads,
                               const std::stop_token& stop = {});

// A value and how many spans have it: what a facet shows.
struct ValueCount {
  std::string text;  // as otlp::valueText() says it; UTF-8 when the sender wrote UTF-8
  uint64_t spans = 0;
};

// The most frequent values of a field or attribute, at most `most`; equal counts by text. Term::comparison is not
// looked at, and Duration has no such values.
std::optional<std::vector<ValueCount>> valueCounts(const store::Snapshot& snapshot, const Term& term,
                                                   const AttributeColumn* column, size_t most, size_t threads,
                                                   const std::stop_token& stop = {});

}  // namespace waybill::query
