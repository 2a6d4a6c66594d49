// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "analysis/trace_analysis.h"
#include "support/trace_dsl.h"

namespace waybill::test {

inline constexpr TraceIndex kFirstTrace{0};

inline analysis::TraceTree treeOf(std::string_view text, int64_t epochNs = kEpochNs) {
  return analysis::buildTraceTree(snapshotOf(text, epochNs), kFirstTrace);
}

inline std::shared_ptr<const analysis::TraceAnalysis> analysisOf(std::string_view text) {
  return analysis::analyzeTrace(snapshotOf(text), kFirstTrace);
}

// The first node of that span name; the test is wrong when there is none.
analysis::NodeIndex nodeOf(const analysis::TraceTree& tree, std::string_view name);

// "root(a(b) c) other": names in preorder, with what is odd: ? orphan, ^ adopted, ~ async, ! detached, % cut,
// = shared id, … unfinished.
std::string shapeOf(const analysis::TraceTree& tree);

// "root 0..2 | a 2..10 edge b": milliseconds from the root's start.
std::string pathText(const analysis::TraceTree& tree, const analysis::CriticalPath& path);
inline std::string pathText(const analysis::TraceTree& tree) {
  return pathText(tree, analysis::criticalPath(tree));
}
inline std::string pathOf(std::string_view text) {
  return pathText(treeOf(text));
}

}  // namespace waybill::test
