// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_set.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "store/snapshot.h"

namespace waybill::ingest {

// How much of what arrives stays.
struct RetentionLimits {
  uint64_t bytes = uint64_t{4} << 30;  // of the capture; 0 is no limit
  std::chrono::seconds age{0};         // since the trace's last span arrived; 0 is no limit

  bool operator==(const RetentionLimits&) const = default;
};

// Which traces stay, by TraceIndex, when `targetBytes` of span messages may remain.
//
// Fair: each service (of the trace's root) may keep the same share, and what a quiet one does not use goes to
// the others (max-min fairness), so a noisy service drops its own traces first. Within a service the traces
// whose last span arrived latest stay. Rows below `expiredRows` arrived before the age limit: a trace all of
// whose spans lie there goes. Pinned traces stay always and do not count. O(spans + traces log traces).
std::vector<bool> chooseTraces(const store::Snapshot& snapshot, uint64_t targetBytes, uint32_t expiredRows,
                               const absl::flat_hash_set<TraceId>& pinned);

}  // namespace waybill::ingest
