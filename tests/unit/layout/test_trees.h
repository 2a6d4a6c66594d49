// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/trace_tree.h"
#include "layout/time_scale.h"

namespace waybill::test {

inline constexpr uint32_t kNoParent = UINT32_MAX;

// A span of a tree that exists in no file: layout looks at nothing else.
struct TreeSpan {
  uint32_t parent = kNoParent;  // index in the list
  int64_t startNs = 0, endNs = 0;
  uint32_t service = 1;
  bool error = false;
};

// The tree of these spans, in any order, children by start. It has no snapshot.
analysis::TraceTree treeOf(const std::vector<TreeSpan>& spans);

// A tree with what happens: serial, parallel and detached children, some early, some without duration.
analysis::TraceTree randomTree(uint64_t seed, uint32_t spans);

// A path that is right in form: consecutive segments over the primary root's subtree, down and up the tree.
analysis::CriticalPath pathThrough(const analysis::TraceTree& tree);

// Ranges from the whole tree down to a few nanoseconds, and odd ones beside it.
std::vector<layout::TimeRange> rangesOf(const analysis::TraceTree& tree, uint64_t seed, int count);

// Each span in the one before; all spans in the first, all at once or one after another.
analysis::TraceTree chain(uint32_t spans);
analysis::TraceTree wideOverlapping(uint32_t spans);
analysis::TraceTree wideSerial(uint32_t spans, int64_t stepNs, int64_t durationNs);

}  // namespace waybill::test
