// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/finding.h"
#include "analysis/trail.h"

namespace waybill::analysis {

// What every detector sees of one trace.
struct TraceFacts {
  const TraceTree& tree;
  const SelfTimes& selfNs;
  const CriticalPath& path;
  const Trail& trail;

  int64_t rootDurationNs() const { return tree.durationNs(tree.primaryRoot); }
};

// A kind of finding. Add one: a file in detectors/ and a line in registry.cpp.
struct Detector {
  std::string_view kind;   // "B2"
  std::string_view title;  // "Slow dependency"
  void (*detect)(const TraceFacts& facts, std::vector<Finding>& out);
};

// What a finding must save to be worth a line: max(1 ms, 2 % of the root).
int64_t smallestSavingNs(int64_t rootDurationNs);

}  // namespace waybill::analysis
