// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/span_columns.h"

// Part of buildTraceTree; nobody else needs it.
namespace waybill::analysis {

// Finds the last of the first few spans that ends late enough, in O(log n).
class LatestEnds {
 public:
  explicit LatestEnds(const std::vector<int64_t>& ends);
  // The greatest index below `count` whose end is at least `endNs`.
  std::optional<size_t> lastOf(size_t count, int64_t endNs) const;

 private:
  size_t m_size;  // of the lowest level; more than there are ends
  std::vector<int64_t> m_tree;
};

// Possible parents: some spans by start, with the one that encloses an interval and starts last at hand. The columns must
// outlive it.
class Enclosing {
 public:
  Enclosing(const SpanColumns& spans, std::vector<uint32_t> members);
  std::optional<uint32_t> of(int64_t startNs, int64_t endNs) const;

 private:
  const SpanColumns& m_spans;
  std::vector<uint32_t> m_members;
  LatestEnds m_ends;
};

}  // namespace waybill::analysis
