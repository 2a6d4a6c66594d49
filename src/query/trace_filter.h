// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "query/attribute_columns.h"
#include "query/bit_set.h"
#include "query/filter_text.h"
#include "query/parallel.h"

namespace waybill::query {

// What a job over a whole store works with.
struct JobOptions {
  size_t threads = allThreads();
  std::stop_token stop = {};
  // Which attribute is being read for the first time, and how far it is. From workers, one at a time.
  std::function<void(std::string_view key, uint64_t done, uint64_t all)> progress = {};
};

struct TermMatches {
  BitSet traces;
  std::vector<std::string> missingKeys;  // of the terms: attributes that no span has
};

// The traces in which some span fulfils the term, or none when it is negated; `isMissing`: it is about an attribute
// that no span has. None when stopped.
std::optional<BitSet> tracesMatching(const store::Snapshot& snapshot, const Term& term, AttributeColumns& columns,
                                     const JobOptions& options = {}, bool* isMissing = nullptr);

// The traces in which every term is fulfilled by some span, not necessarily the same; all without terms. Builds the
// columns that it needs. A negated term must be fulfilled by none. None when stopped.
std::optional<TermMatches> tracesMatching(const store::Snapshot& snapshot, const std::vector<Term>& terms,
                                          AttributeColumns& columns, const JobOptions& options = {});

// The traces in which all words occur, in a service, the operation of the root, or the id. Words have their case folded,
// at most kMostItems. None when stopped.
std::optional<BitSet> tracesWithWords(const store::Snapshot& snapshot, const std::vector<std::string>& words,
                                      const JobOptions& options = {});

}  // namespace waybill::query
