// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/report_format.h"
#include "report/html.h"

namespace waybill::cli {
namespace {

class HtmlReport : public ReportFormat {
 public:
  explicit HtmlReport(Output& out) : m_out(out) {}
  void begin() override { m_out << report::htmlBegin("Waybill report"); }
  void trace(const analysis::TraceAnalysis& trace) override { m_out << report::htmlTrace(trace); }
  void end(const ReportedPopulation& population) override {
    m_out << report::htmlRanking(population.operations, population.traces) << report::htmlEnd();
  }

 private:
  Output& m_out;
};

}  // namespace

std::unique_ptr<ReportFormat> htmlReport(Output& out) { return std::make_unique<HtmlReport>(out); }

}  // namespace waybill::cli
