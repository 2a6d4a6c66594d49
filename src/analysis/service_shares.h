// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/critical_path.h"
#include "analysis/trace_tree.h"

namespace waybill::analysis {

// What a service has of one trace.
struct ServiceShare {
  StringId service;
  uint64_t spans = 0;
  uint64_t errors = 0;
  int64_t criticalNs = 0;  // own time on the critical path
};

// Of every service, the one that the request waited for longest first. O(spans).
std::vector<ServiceShare> serviceShares(const TraceTree& tree, const CriticalPath& path);

}  // namespace waybill::analysis
