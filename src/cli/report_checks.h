// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/trace_analysis.h"
#include "base/result.h"

namespace waybill::cli {

// What a pipeline may insist on: no finding so severe, no span of an operation so long.
struct Budget {
  std::string service, operation;  // "*" for any
  int64_t limitNs = 0;             // a span that takes that long or longer breaks it
  std::string text;                // as it was given
};

// "checkout/POST /buy<200ms": up to the first slash the service, up to the last < the operation.
Result<Budget> parseBudget(const std::string& text);
Result<analysis::Severity> parseSeverity(const std::string& text);

// Looks at each reported trace and remembers the worst.
class ReportChecks {
 public:
  ReportChecks(std::optional<analysis::Severity> failOn, std::vector<Budget> budgets);

  void look(const analysis::TraceAnalysis& trace);
  bool passed() const;
  // A sentence for each check that failed.
  std::vector<std::string> failures() const;

 private:
  struct Worst {
    uint64_t count = 0;
    int64_t durationNs = 0;
    std::string what, traceId;
  };
  std::optional<analysis::Severity> m_failOn;
  std::vector<Budget> m_budgets;
  Worst m_severe;
  std::vector<Worst> m_overBudget;  // by budget
};

}  // namespace waybill::cli
