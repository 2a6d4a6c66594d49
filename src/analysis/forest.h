// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "analysis/span_columns.h"

// Parts of buildTraceTree; nobody else needs them.
namespace waybill::analysis {

// The forest by ordinal, on its way to preorder.
struct Forest {
  SpanColumns spans;
  std::vector<uint32_t> parents;
  std::vector<std::pair<uint32_t, uint32_t>> copies;  // (ordinal, copies besides it)
};

// Orphans are adopted.
Forest buildForest(const store::Snapshot& snapshot, TraceIndex trace, const Workers& workers, const ClockSkew* clocks,
                   Oddities& odd);

// Ordinals in preorder; by ordinal, where each went (kNone for copies) and how many its subtree holds.
struct Preorder {
  std::vector<uint32_t> ordinals, positions, sizes;
};

// O(n): where each parent comes before its children, as nearly always, in two runs through the columns.
Preorder preorderOf(const Forest& forest);

// The tree of a forest of the snapshot; `odd` is what was found odd on the way to it.
TraceTree treeOf(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace, const Forest& forest, Oddities odd,
                 const Workers& workers, std::shared_ptr<const ClockSkew> clocks = nullptr);

}  // namespace waybill::analysis
