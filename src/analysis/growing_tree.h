// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>

#include "analysis/forest.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// Builds the tree of one trace again and again while spans are added to it. What was sorted and linked before is kept
// (42 bytes a span), and a few new spans among many are sorted, linked and put among them: O(n) steps of copying, where
// building anew sorts and looks up every span. Traces with copies, shared ids, circles or missing times, where a new
// span may change what others mean, are built anew. One thread at a time.
class GrowingTree {
 public:
  GrowingTree() = default;
  GrowingTree(const GrowingTree&) = delete;  // what is kept refers to the snapshot
  GrowingTree& operator=(const GrowingTree&) = delete;

  // The same as buildTraceTree(), of any trace of any snapshot; fast for the one before with more spans.
  TraceTree build(std::shared_ptr<const store::Snapshot> snapshot, TraceIndex trace, const Workers& workers = {});

  // Whether the last tree was made of what was kept.
  bool hasGrown() const { return m_hasGrown; }

 private:
  // None when it has to be built anew.
  std::optional<Forest> grow(const store::Snapshot& snapshot, TraceIndex trace, const Workers& workers, Oddities& odd);

  std::shared_ptr<const store::Snapshot> m_snapshot;  // of what is kept
  TraceIndex m_trace;
  std::optional<Forest> m_kept;
  bool m_hasGrown = false;
};

}  // namespace waybill::analysis
