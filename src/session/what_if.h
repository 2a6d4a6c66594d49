// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "analysis/rewrite.h"

namespace waybill::session {

// "What if this were faster": what the open trace is replayed with. A value.
struct WhatIf {
  enum class Scope {
    Span,       // one span
    Operation,  // every span of the trace with its service and name
    Fix,        // what a finding proposes: `fix`, whole or not at all
  };
  analysis::NodeIndex node;  // in the open trace; of a fix, where to look
  Scope scope = Scope::Span;
  bool ownTimeOnly = false;  // else with all below it, in proportion
  int percentFaster = 50;    // 0 … 100
  std::shared_ptr<const analysis::Rewrite> fix;

  bool operator==(const WhatIf&) const = default;
};

// What became of the request, in nanoseconds.
struct WhatIfResult {
  int64_t measuredNs = 0, predictedNs = 0;  // of the request itself
  // Until everything that it set off is done.
  int64_t measuredUntilDoneNs = 0, predictedUntilDoneNs = 0;
  uint32_t spans = 0;  // made faster; 0 of a fix

  int64_t savingNs() const { return measuredNs - predictedNs; }
  int64_t savingUntilDoneNs() const { return measuredUntilDoneNs - predictedUntilDoneNs; }
};

}  // namespace waybill::session
