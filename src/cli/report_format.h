// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "analysis/excess_ranking.h"
#include "analysis/trace_analysis.h"
#include "cli/output.h"

namespace waybill::cli {

// The operations of all reported traces that take longer than usual.
struct ReportedPopulation {
  const store::Snapshot& snapshot;
  std::vector<analysis::OperationExcess> operations;
  uint64_t traces = 0;
  int64_t meanDurationNs = 0;  // of the roots
};

// A way to write a report. Traces come one after another and are written at once.
class ReportFormat {
 public:
  virtual ~ReportFormat() = default;
  virtual void begin() {}
  virtual void trace(const analysis::TraceAnalysis& trace) = 0;
  virtual void end(const ReportedPopulation& population) = 0;
};

std::unique_ptr<ReportFormat> textReport(Output& out);
std::unique_ptr<ReportFormat> jsonReport(Output& out);
std::unique_ptr<ReportFormat> markdownReport(Output& out);
std::unique_ptr<ReportFormat> htmlReport(Output& out);  // one self-contained page

// "web GET / takes about 12 ms more than usual in each request that touches it (34 of 1,200 requests were slower)."
std::string excessSentence(const analysis::OperationExcess& excess);

}  // namespace waybill::cli
