// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/detector.h"

namespace waybill::analysis {

// The limit that a failed call's duration suggests, of the usual round values; none when it is near none: within 1 %
// or 20 ms (ANALYSIS section 6.2, B12), but no more than 4 % below it.
std::optional<int64_t> roundLimitNs(int64_t durationNs);

// A call whose time was up.
struct TimedOut {
  NodeIndex node;
  int64_t limitNs = 0;  // the limit it ran into, as far as it can be told: a round value, else its duration
  bool isRound = false;
  Confidence confidence = Confidence::High;
};

// In node order. Failures that came from below, and answers that say what else was wrong, are none; nor are spans that
// did not fail and whose other side ended with them: long polls end like this.
std::vector<TimedOut> findTimeouts(const TraceFacts& facts);

}  // namespace waybill::analysis
